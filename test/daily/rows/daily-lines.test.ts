import * as fc from "fast-check";
import { expect, test } from "vitest";
import { formatDays, parseDays } from "../../../src/daily/rows/daily-lines.js";

const SYMBOLS = ["0001A0", "00593", "005930", "005935", "28513K", "Q530036"];
const DAYS = ["2026-11-18", "2026-11-19", "2026-11-20"];

type Taken = [symbol: string, day: string, ...numbers: number[]];
function take(content: Buffer, wanted?: Parameters<typeof parseDays>[2]) {
  const taken: Taken[] = [];
  const fault = parseDays(
    content,
    (symbol, day, numbers) => void taken.push([symbol, day, ...numbers]),
    wanted,
  );
  return { taken, fault };
}

const row = fc
  .tuple(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 0, max: 1e9 }), fc.constantFrom(0, 1))
  .map(([price, volume, final]) =>
    volume % 5 === 0
      ? [Number.NaN, Number.NaN, Number.NaN, price, 0, 0, final]
      : [price, price + 5, price, price + 2, volume, Number.NaN, final],
  );
const object = fc
  .array(fc.dictionary(fc.constantFrom(...SYMBOLS), row), { minLength: 3, maxLength: 3 })
  .map((days) =>
    formatDays(days.map((rows, at) => ({ day: DAYS[at]!, rows: new Map(Object.entries(rows)) }))),
  );

test("a few symbols, or some days, are what all of them are without the others", () => {
  fc.assert(
    fc.property(object, fc.subarray(SYMBOLS, { minLength: 1 }), fc.subarray(DAYS), (content, some, days) => {
      const [symbols, isWanted] = [new Set(some), (day: string): boolean => days.includes(day)];
      const all = take(content);
      expect(all.fault).toBeUndefined();
      const sorted = (rows: Taken[]): string[] => rows.map((one) => one.join(" ")).toSorted();
      const expected = all.taken.filter(([symbol, day]) => symbols.has(symbol) && days.includes(day));
      expect(sorted(take(content, { symbols, isWanted }).taken)).toEqual(sorted(expected));
      const byDay = all.taken.filter(([, day]) => days.includes(day));
      expect(sorted(take(content, { isWanted }).taken)).toEqual(sorted(byDay));
    }),
  );
});

test("lines that are written otherwise are read all the same", () => {
  const content = Buffer.from(
    '{ "data": { "005930": [1, 10, 20, 5, 15, 100, 1500], "000660": [1, 1, 1, 1, 1, 1, 1] }, "date": "2026-11-20",\t' +
      '"fields": ["final", "open", "high", "low", "close", "volume", "turnover"] }\n',
  );
  const { taken, fault } = take(content, { symbols: new Set(["005930"]) });
  expect(fault).toBeUndefined();
  expect(taken).toEqual([["005930", "2026-11-20", 10, 20, 5, 15, 100, 1500, 1, Number.NaN]]);
});

test.each([
  ["no JSON", '{"date":"2026-11-20","fields":["open"],"data":{"005930":[1\n', "no daily record"],
  ["days that do not ascend", `${line("2026-11-20")}${line("2026-11-20")}`, "do not ascend"],
  ["a row that is none", line("2026-11-20", '"x"'), "no daily row"],
  ["a day that is none", line("2026-11-31"), "no daily record"],
])("%s is damage, for one symbol as for all", (_, text, expected) => {
  for (const symbols of [undefined, new Set(["005930"])])
    expect(take(Buffer.from(text), { symbols }).fault?.damage).toContain(expected);
});

function line(date: string, open = "1"): string {
  return `{"date":"${date}","fields":["open","high","low","close","volume","turnover","final"],"data":{"005930":[${open},1,1,1,1,1,1]}}\n`;
}
