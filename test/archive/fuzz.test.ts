import * as fc from "fast-check";
import { MemoryStore, coverage, isSymbol, krx, kstDay, parseTargets, readKlines, readTargets } from "hantoo";
import { expect, test } from "vitest";
import { isTradingDayText } from "../../src/core/index.js";
import { seal, unseal } from "../../src/archive/objects/sealed/codec.js";
import { parseCsv } from "../../src/kline/backfill/targets/csv.js";
import { formatKey, parseKey } from "../../src/archive/objects/object-key.js";
import { parseContent } from "../../src/archive/lines/parse-content.js";
import { formatTimestamp, parseTimestamp } from "../../src/archive/lines/timestamp.js";
import { openSealed } from "../../src/archive/objects/sealed/trailer.js";
import { damaged, edited, edits, hostile, outcomeOfAsync, runs } from "../support/fuzz.js";

const day = "2026-11-20";
const minutes = krx.minutes(day);
const fields = ["open", "high", "low", "close", "volume", "acc_vol"];
const line = (index: number, data: object): object => ({
  timestamp: formatTimestamp(minutes[index] ?? 0),
  fields,
  data,
});
const lines = [
  line(0, { "005930": [70_000, 70_100, 69_900, 70_000, 10, 10], "000660": [null, null, null, null, 0, 0] }),
  line(1, { "005930": [70_000, 70_000, 70_000, 70_000, 0, 10], "000660": [1, 2, 1, 2, 3, 3] }),
  line(2, { "005930": [70_000, 70_500, 70_000, 70_500, 5, 15], "000660": [2, 2, 2, 2, 0, 3] }),
];
const good = Buffer.from(`${lines.map((each) => JSON.stringify(each)).join("\n")}\n`);

/** What the content of an object says, whatever it is: numbers in their place, or why there are none. */
function checkContent(content: Uint8Array): "read" | "damaged" {
  const parsed = parseContent(Buffer.from(content), { tradingDay: day, venue: "KRX", minutes });
  if ("damage" in parsed) {
    expect(parsed.damage.length).toBeLessThan(300);
    return "damaged";
  }
  const { table } = parsed;
  for (const symbol of table.symbols()) {
    expect(isSymbol(symbol), symbol).toBe(true);
    for (let index = 0; index < table.minutes.length; index++) {
      const cell = table.get(symbol, index);
      if (cell === undefined) continue;
      const { open, high, low, close, volume } = cell;
      const prices = [open, high, low, close];
      expect(prices.every((price) => price === null) || prices.every((price) => price !== null)).toBe(true);
      for (const number of [...prices, volume]) {
        if (number !== null) expect(number >= 0 && Number.isFinite(number), `${number}`).toBe(true);
      }
    }
  }
  for (const minute of table.minutes) expect(minutes).toContain(minute);
  return "read";
}

test("lines of an object are cells in range or damage", () => {
  expect(checkContent(good)).toBe("read");
  const texts = fc.oneof(
    damaged(good),
    edits.map((changes) =>
      Buffer.from(
        [edited(lines, changes)]
          .flat()
          .map((each) => JSON.stringify(each))
          .join("\n"),
      ),
    ),
    fc.array(hostile).map((values) => Buffer.from(values.map((value) => JSON.stringify(value)).join("\n"))),
  );
  const whole = texts.filter((bytes) => bytes.length > 0);
  fc.assert(
    fc.property(whole, (bytes) => void checkContent(bytes)),
    { numRuns: runs },
  );
});

test("a cell with any values in it", () => {
  const cell = fc.array(fc.oneof(hostile, fc.integer(), fc.constant(null)), { maxLength: 8 });
  fc.assert(
    fc.property(
      cell,
      fc.oneof(fc.constantFrom("005930", "__proto__", "constructor"), fc.string()),
      (values, symbol) => {
        const data = JSON.stringify(symbol);
        checkContent(
          Buffer.from(
            JSON.stringify(line(0, {})).replace(
              '"data":{}',
              () => `"data":{${data}:${JSON.stringify(values)}}`,
            ),
          ),
        );
      },
    ),
    { numRuns: runs },
  );
});

test("an object with anything changed in it gives its content or its damage, and expands no further", async () => {
  const object = new Uint8Array(await seal(good, 3));
  const magic = object.slice(0, 4);
  const bytes = fc.oneof(
    damaged(object),
    fc.uint8Array({ maxLength: 200 }).map((rest) => new Uint8Array([...magic, ...rest])),
    damaged(object).map((rest) => new Uint8Array(Buffer.concat([object, rest]))),
  );
  await fc.assert(
    fc.asyncProperty(bytes, async (changed) => {
      const sealed = openSealed(changed);
      const limit = 2 ** 20;
      const unsealed = await unseal(changed, { maxContentBytes: limit });
      if ("damage" in sealed) expect("damage" in unsealed).toBe(true);
      if ("damage" in unsealed) return;
      expect(unsealed.content.length).toBeLessThanOrEqual(limit);
      if (unsealed.proved) expect(unsealed.content.equals(good)).toBe(true);
    }),
    { numRuns: runs },
  );
});

test("a key is one of ours, said back to the letter, or a foreign one", () => {
  const stamp = fc.oneof(
    fc.stringMatching(/^2026112[0-9][0-2]\d[0-5]\d[0-5]\d$/),
    fc.stringMatching(/^\d{14}$/),
  );
  const name = fc
    .tuple(stamp, stamp, fc.constantFrom("_J", "_NX", "_UN", "_KRX", ""), stamp)
    .map(([start, end, code, retrieval]) => `p/${start}_${end}${code}_${retrieval}.jsonl.zstd`);
  fc.assert(
    fc.property(fc.oneof(name, fc.string()), (key) => {
      const parsed = parseKey("p", key);
      if (parsed === undefined) return;
      const written = formatKey("p", parsed);
      expect([written, written.replace("_J_", "_")]).toContain(key);
      expect(parsed.start).toBeLessThanOrEqual(parsed.end);
      expect(kstDay(parsed.start)).toBe(parsed.tradingDay);
    }),
    { numRuns: runs },
  );
});

test("a timestamp is a second that exists, or none", () => {
  const like = fc.stringMatching(/^\d{4}-\d{2}-\d{2}_\d{2}:?\d{2}$|^\d{12}(\d{2})?$/);
  fc.assert(
    fc.property(fc.oneof(like, fc.string()), (text) => {
      const time = parseTimestamp(text);
      if (time === undefined) return;
      const digits = formatTimestamp(time).replaceAll(/\D/g, "");
      expect(text.replaceAll(/\D/g, "").slice(0, 12)).toBe(digits);
    }),
    { numRuns: runs },
  );
});

test("a target list of any bytes gives symbols and days that exist, and lines that are there", async () => {
  const unit = fc.constantFrom(
    ...Array.from("0123456789-/.,;\t\"'=\r\n #A"),
    "005930",
    "2026-11-20",
    "20261120",
    "symbol",
    "date",
    "종목코드",
    "날짜",
    "년",
    "\uFEFF",
    "İ",
    "٣",
  );
  const text = fc.array(unit, { maxLength: 60 }).map((parts) => parts.join(""));
  const sample = Buffer.from("종목코드,날짜\r\n005930,2026-11-20\r\n");
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    damaged(sample),
    text.map((each) => Buffer.from(each)),
    text.map((each) => Buffer.from(`\uFEFF${each}`, "utf16le")),
  );
  await fc.assert(
    fc.asyncProperty(bytes, async (source) => {
      const { targets, problems } = await readTargets(new Uint8Array(source));
      expect(targets.length + problems.length).toBeGreaterThan(0);
      for (const { symbol, tradingDay } of targets) {
        expect(isSymbol(symbol) && isTradingDayText(tradingDay), `${symbol} ${tradingDay}`).toBe(true);
      }
      expect(new Set(targets.map((target) => JSON.stringify(target))).size).toBe(targets.length);
      for (const { line: at, message } of problems) {
        expect(at).toBeGreaterThan(0);
        expect(message.length).toBeLessThan(600);
      }
    }),
    { numRuns: runs },
  );
});

test("long lists of one character, the food of slow patterns, are read like others", () => {
  for (const unit of [...Array.from(" \t,\"'=0-/.\n년"), '""', '","', " \n", "0 - ", '="']) {
    const text = unit.repeat(200_000);
    parseCsv(text);
    parseTargets(text);
    parseTargets(`symbol,date\n005930,${text}`);
  }
});

test("a store with damaged objects among good ones: the good are read, the others named", async () => {
  const object = new Uint8Array(await seal(good, 1));
  const key = formatKey("hantoo-stock-kline-1m", {
    venue: "KRX",
    start: minutes[0] ?? 0,
    end: minutes[2] ?? 0,
    retrieval: (minutes[2] ?? 0) + 70_000,
  });
  const later = key.replace(/\d{14}(?=\.jsonl)/, "20261120235959");
  await fc.assert(
    fc.asyncProperty(damaged(object), async (bytes) => {
      const store = new MemoryStore();
      await store.put(key, object);
      await store.put(later, bytes);
      const outcome = await outcomeOfAsync(async () => {
        let count = 0;
        for await (const record of readKlines({ store, from: day, to: day })) {
          expect(minutes).toContain(record.time);
          count++;
        }
        return count;
      });
      if ("value" in outcome) expect(outcome.value).toBeGreaterThan(0);
      const { total } = await coverage({ store, from: day, to: day, symbols: ["005930"] });
      expect(total.rate).toBeGreaterThanOrEqual(0);
      expect(total.have).toBeGreaterThanOrEqual(3);
    }),
    { numRuns: Math.ceil(runs / 4) },
  );
});
