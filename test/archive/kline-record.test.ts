import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/core/index.js";
import {
  type KlineField,
  DEFAULT_FIELDS,
  checkFields,
  formatDay,
} from "../../src/archive/lines/kline-record.js";
import { parseContent } from "../../src/archive/lines/parse-content.js";
import { parseTimestamp, formatTimestamp } from "../../src/archive/lines/timestamp.js";
import { DAY, MINUTES, SYMBOLS, bar, contentOf, emptyDay, tables } from "../kline/day-samples.js";

const parse = (content: string | Buffer, symbols?: ReadonlySet<string>) =>
  parseContent(Buffer.from(content), {
    tradingDay: DAY,
    venue: "KRX",
    minutes: MINUTES,
    ...(symbols && { symbols }),
  });
const parsed = (content: string | Buffer, symbols?: ReadonlySet<string>) => {
  const result = parse(content, symbols);
  if ("damage" in result) throw new Error(result.damage);
  return result;
};
const WITH_TURNOVER: readonly KlineField[] = [...DEFAULT_FIELDS, "turnover"];

describe("a stored line", () => {
  test("is the documented example", () => {
    const table = emptyDay();
    table.set("005930", 0, {
      open: 75000,
      high: 75100,
      low: 74900,
      close: 75000,
      volume: 1000,
      accVolume: 5000000,
    });
    expect(formatDay(table).toString()).toBe(
      '{"timestamp":"2026-11-20_09:00","fields":["open","high","low","close","volume","acc_vol"],"data":{"005930":[75000,75100,74900,75000,1000,5000000]}}\n',
    );
  });

  test("has its symbols by code unit, whatever JavaScript makes of keys that look like indexes", () => {
    const table = emptyDay();
    for (const symbol of SYMBOLS) table.set(symbol, 380, bar(500));
    const keys = [
      ...formatDay(table)
        .toString()
        .matchAll(/"(\w{6,9})":\[\d/g),
    ].map(([, key]) => key);
    expect(keys).toEqual([...SYMBOLS].sort());
    expect(keys.indexOf("005930")).toBeLessThan(keys.indexOf("123456"));
  });

  test("says null where there is no price yet, and nothing of minutes that are not known", () => {
    const table = emptyDay();
    table.set("005930", 2, { open: null, high: null, low: null, close: null, volume: 0, accVolume: 0 });
    const lines = formatDay(table, WITH_TURNOVER).toString().trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        timestamp: "2026-11-20_09:02",
        fields: WITH_TURNOVER,
        data: { "005930": [null, null, null, null, 0, 0, null] },
      },
    ]);
  });

  test("is the same bytes for the same content, in whatever order it came", () => {
    const property = fc.property(tables, fc.infiniteStream(fc.nat()), (table, order) => {
      const entries = Object.entries(contentOf(table)).flatMap(([symbol, row]) =>
        Object.entries(row).map(([minute, cell]) => ({
          symbol,
          index: table.indexOf(Number(minute)),
          cell,
          rank: order.next().value ?? 0,
        })),
      );
      const other = emptyDay();
      for (const { symbol, index, cell } of entries.toSorted((a, b) => a.rank - b.rank))
        other.set(symbol, index, cell);
      expect(formatDay(other, WITH_TURNOVER).equals(formatDay(table, WITH_TURNOVER))).toBe(true);
    });
    fc.assert(property);
  });

  test("is JSON that means what was stored, and reads back as it was", () => {
    const property = fc.property(
      tables,
      fc.shuffledSubarray([...WITH_TURNOVER], { minLength: 7 }),
      (table, fields) => {
        const content = formatDay(table, fields);
        for (const line of content.toString().split("\n").slice(0, -1)) {
          const { timestamp, data } = JSON.parse(line) as {
            timestamp: string;
            data: Record<string, (number | null)[]>;
          };
          const index = table.indexOf(parseTimestamp(timestamp) ?? 0);
          for (const [symbol, values] of Object.entries(data)) {
            const cell = table.get(symbol, index);
            expect(values[fields.indexOf("acc_vol")]).toBe(cell?.accVolume);
            expect(values[fields.indexOf("open")]).toBe(cell?.open);
            expect(values[fields.indexOf("turnover")] ?? undefined).toBe(cell?.turnover);
          }
        }
        const { table: back, keptOut } = parsed(content);
        expect(contentOf(back)).toEqual(contentOf(table));
        expect(keptOut).toBe(0);
      },
    );
    fc.assert(property);
  });

  test("reads the same by its bytes and as JSON of any other layout", () => {
    const property = fc.property(tables, (table) => {
      const content = formatDay(table, WITH_TURNOVER).toString();
      const lines = content.split("\n").slice(0, -1);
      const spaced = lines
        .map((line) => JSON.stringify(JSON.parse(line), null, 1).replaceAll("\n", " "))
        .join("\r\n");
      const quoted = content.replaceAll(/(?<=[[,])(\d+)(?=[,\]])/g, '"$1"');
      const turned = lines
        .map((line) =>
          JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(line) as object).reverse())),
        )
        .join("\n");
      for (const variant of [spaced, quoted, turned])
        expect(contentOf(parsed(variant).table)).toEqual(contentOf(table));
    });
    fc.assert(property);
  });

  test("can be read for some symbols only", () => {
    const property = fc.property(tables, fc.subarray([...SYMBOLS]), (table, wanted) => {
      const some = Object.fromEntries(
        Object.entries(contentOf(table)).filter(([symbol]) => wanted.includes(symbol)),
      );
      expect(contentOf(parsed(formatDay(table, WITH_TURNOVER), new Set(wanted)).table)).toEqual(some);
    });
    fc.assert(property);
  });

  test("keeps numbers of any size exactly", () => {
    const table = emptyDay();
    const numbers = [
      0,
      9,
      10,
      99,
      100,
      999_999_999_999_999,
      1e15,
      Number.MAX_SAFE_INTEGER,
      1e21,
      0.1,
      1e-7,
      4294967295,
      4294967296,
    ];
    for (const [index, volume] of numbers.entries())
      table.set("005930", index, { ...bar(1), low: 0.5, volume });
    const content = formatDay(table);
    expect([...content.toString().matchAll(/,([^,]+),10\]/g)].map(([, text]) => text)).toEqual(
      numbers.map(String),
    );
    expect(contentOf(parsed(content).table)).toEqual(contentOf(table));
  });
});

const line = (
  data: string,
  timestamp = "2026-11-20_09:00",
  fields: readonly string[] = DEFAULT_FIELDS,
): string => `{"timestamp":"${timestamp}","fields":${JSON.stringify(fields)},"data":{${data}}}`;
const GOOD = '"005930":[1,2,1,2,3,4]';

describe("lines that are none", () => {
  test.each([
    ["no JSON", "{"],
    ["cut in a number", line(GOOD).slice(0, -6)],
    ["cut between two cells", `${line(GOOD).slice(0, -2)},`],
    ["two lines in one", line(GOOD) + line(GOOD)],
    ["a leading zero", line('"005930":[01,2,1,2,3,4]')],
    ["a missing comma", line('"005930":[1 2,1,2,3,4]')],
    ["an empty value", line('"005930":[1,,1,2,3,4]')],
    ["nothing but a value", "7"],
    ["an array", "[]"],
    ["null", "null"],
    ["no timestamp", '{"fields":["open"],"data":{}}'],
    ["a timestamp that is none", line(GOOD, "2026-11-31_09:00")],
    ["an hour that is none", line(GOOD, "2026-11-20_24:00")],
    ["a day alone", line(GOOD, "2026-11-20")],
    ["no fields", '{"timestamp":"2026-11-20_09:00","data":{}}'],
    ["fields that are no texts", '{"timestamp":"2026-11-20_09:00","fields":[1],"data":{}}'],
    [
      "a field missing",
      line('"005930":[1,2,1,2,4]', "2026-11-20_09:00", ["open", "high", "low", "close", "acc_vol"]),
    ],
    ["a field twice", line('"005930":[1,2,1,2,3,4,5]', "2026-11-20_09:00", [...DEFAULT_FIELDS, "volume"])],
    ["no data", '{"timestamp":"2026-11-20_09:00","fields":["open","high","low","close","volume"]}'],
    [
      "data that is a list",
      '{"timestamp":"2026-11-20_09:00","fields":["open","high","low","close","volume"],"data":[]}',
    ],
    ["too few values", line('"005930":[1,2,1,2,3]')],
    ["too many values", line('"005930":[1,2,1,2,3,4,5]')],
    ["values that are no list", line('"005930":7')],
  ])("%s: the object is damaged as a whole", (_, text) => {
    expect(parse(`${line(GOOD)}\n${text}\n`)).toEqual({ damage: expect.any(String) as string });
    expect(parse(`${text}\n${line(GOOD)}`)).toHaveProperty("damage");
  });

  test.each([
    ["another day's minute", line(GOOD, "2026-11-19_09:00")],
    ["a minute without a session", line(GOOD, "2026-11-20_15:25")],
    ["a second within a minute", line(GOOD, "20261120090011")],
    ["no symbol", line('"593":[1,2,1,2,3,4]')],
    ['a negative volume (KIS\'s "no data")', line('"005930":[1,2,1,2,-9223372036854775808,4]')],
    ["a text that is no number", line('"005930":[1,2,1,2,"None",4]')],
    ["some prices without the others", line('"005930":[1,null,1,2,3,4]')],
    ["a volume without a price", line('"005930":[null,null,null,null,3,4]')],
    ["no volume", line('"005930":[1,2,1,2,null,4]')],
    ["nothing known at all", line('"005930":[null,null,null,null,null,null]')],
    ["an infinite number", line('"005930":[1,2,1,2,1e999,4]')],
  ])("%s: the cell is kept out and counted, the rest is read", (_, text) => {
    const { table, keptOut } = parsed(`${line(GOOD, "2026-11-20_09:01")}\n${text}`);
    expect(keptOut).toBe(1);
    expect(Object.keys(contentOf(table)["005930"] ?? {})).toEqual([String(MINUTES[1])]);
  });

  test("a hole: nothing but acc_vol, and the turnover that the totals tell", () => {
    const text = line('"005930":[null,null,null,null,null,42,900]', "2026-11-20_09:00", [...WITH_TURNOVER]);
    const { table, keptOut } = parsed(text);
    expect(keptOut).toBe(0);
    const hole = {
      open: null,
      high: null,
      low: null,
      close: null,
      volume: null,
      accVolume: 42,
      turnover: 900,
    };
    expect([table.get("005930", 0), table.isHole("005930", 0), table.prefixLength("005930")]).toEqual([
      hole,
      true,
      1,
    ]);
    expect(formatDay(table, WITH_TURNOVER).toString().trim()).toBe(text);
  });

  test("an older logger's placeholders at 15:20 to 15:29 lose nothing: passed over, not kept out", () => {
    const flat = line('"005930":[5,5,5,5,0,70]', "2026-11-20_15:25");
    expect(parsed(`${line(GOOD)}\n${flat}`)).toMatchObject({ keptOut: 0 });
    expect(parsed(`${line(GOOD)}\n${flat.replace(",0,70]", ',"0",70]')}`)).toMatchObject({ keptOut: 0 });
  });

  test("fields that we do not know are passed over", () => {
    const { table } = parsed(
      line('"005930":["x",1,2,1,2,{},3,4]', "2026-11-20_09:00", [
        "x",
        ...DEFAULT_FIELDS.slice(0, 4),
        "y",
        "volume",
        "acc_vol",
      ]),
    );
    expect(contentOf(table)["005930"]).toEqual({
      [MINUTES[0] ?? 0]: { open: 1, high: 2, low: 1, close: 2, volume: 3, accVolume: 4 },
    });
  });
});

describe("timestamps", () => {
  test.each(["2026-11-20_09:01", "2026-11-20_0901", "202611200901", "20261120090100"])(
    "%s is read",
    (text) => {
      expect(parseTimestamp(text)).toBe(Date.parse("2026-11-20T09:01:00+09:00"));
    },
  );
  test.each([
    "2026-11-20_9:01",
    "2026-11-20T09:01",
    "2026-11-20_09:60",
    "2026-02-30_0900",
    "2026112009",
    "20261120090160",
    " 202611200901",
    "",
  ])("%s is none", (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });
  test("come back as they were", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60_000_000 }), (minute) => {
        expect(parseTimestamp(formatTimestamp(minute * 60_000))).toBe(minute * 60_000);
      }),
    );
  });
});

test("fields are checked", () => {
  expect(checkFields([...DEFAULT_FIELDS].reverse())).toEqual([...DEFAULT_FIELDS].reverse());
  for (const fields of [
    [],
    ["open"],
    [...DEFAULT_FIELDS, "open"],
    [...DEFAULT_FIELDS, "vwap"],
    DEFAULT_FIELDS.slice(1),
  ]) {
    expect(() => checkFields(fields)).toThrow(ConfigError);
  }
});
