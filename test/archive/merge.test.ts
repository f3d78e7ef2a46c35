import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatDay } from "../../src/archive/lines/kline-record.js";
import { DayMerge } from "../../src/archive/lines/merge.js";
import { type ParsedContent, parseContent } from "../../src/archive/lines/parse-content.js";
import type { Cell, DayTable } from "../../src/archive/day-table.js";
import { DAY, HOLE, MINUTES, bar, contentOf, emptyDay, tables } from "../kline/day-samples.js";

const FIELDS = ["open", "high", "low", "close", "volume", "acc_vol", "turnover"] as const;
const part = (content: string | Buffer): ParsedContent => {
  const parsed = parseContent(Buffer.from(content), { tradingDay: DAY, venue: "KRX", minutes: MINUTES });
  if ("damage" in parsed) throw new Error(parsed.damage);
  return parsed;
};
const merge = (contents: readonly (string | Buffer)[]): DayTable => {
  const merged = new DayMerge({ tradingDay: DAY, venue: "KRX", minutes: MINUTES }, MINUTES[0]);
  for (const content of contents) merged.add(part(content));
  return merged.finish();
};

function withoutHoles(day: DayTable): DayTable {
  const rest = emptyDay();
  for (const symbol of day.symbols()) {
    for (const index of day.minutes.keys()) {
      const cell = day.get(symbol, index);
      if (cell !== undefined && cell.volume !== null) rest.set(symbol, index, cell);
    }
  }
  return rest;
}

describe("merging", () => {
  const objects = fc.array(tables, { maxLength: 5 });

  test("gives each cell the last object that has it, trades before holes", () => {
    fc.assert(
      fc.property(objects, (days) => {
        const model: Record<string, Record<number, Cell>> = {};
        for (const day of days) {
          for (const [symbol, cells] of Object.entries(contentOf(day))) {
            const into = (model[symbol] ??= {});
            for (const [minute, cell] of Object.entries(cells)) {
              const hadTrades = (into[Number(minute)]?.volume ?? 0) > 0;
              if (cell.volume !== null || !hadTrades) into[Number(minute)] = cell;
            }
          }
        }
        expect(contentOf(merge(days.map((day) => formatDay(day, FIELDS))))).toEqual(model);
      }),
    );
  });

  test("a hole loses to trades, before it or after it, and takes and gives way to an untraded minute", () => {
    const of = (cell: Cell): Buffer => {
      const day = emptyDay();
      day.set("005930", 7, cell);
      return formatDay(day, FIELDS);
    };
    const [trade, flat] = [bar(100), { open: 5, high: 5, low: 5, close: 5, volume: 0, accVolume: 3 }];
    const hole = { ...HOLE, accVolume: 3 };
    const winner = (...cells: readonly Cell[]): Cell | undefined => merge(cells.map(of)).get("005930", 7);
    expect(winner(trade, hole)).toEqual(trade);
    expect(winner(hole, trade)).toEqual(trade);
    expect(winner(flat, hole)).toEqual(hole);
    expect(winner(hole, flat)).toEqual(flat);
    expect(winner(trade, flat)).toEqual(flat);
  });

  test("is the same with the first ones compacted, and with anything repeated before something later", () => {
    const property = fc.property(objects, fc.nat(), (days, a) => {
      const contents = days.map((day) => formatDay(day, FIELDS));
      const whole = contentOf(merge(contents));
      const to = a % (contents.length + 1);
      const compacted = formatDay(merge(contents.slice(0, to)), FIELDS);
      expect(contentOf(merge([compacted, ...contents.slice(to)]))).toEqual(whole);
      expect(contentOf(merge([...contents.slice(0, to), compacted, ...contents.slice(to)]))).toEqual(whole);
      expect(contentOf(merge([...contents, formatDay(merge(contents), FIELDS)]))).toEqual(whole);
    });
    fc.assert(property);
  });

  test("without holes, is the same with any neighbours compacted", () => {
    const property = fc.property(objects, fc.nat(), fc.nat(), (all, a, b) => {
      const days = all.map(withoutHoles);
      const contents = days.map((day) => formatDay(day, FIELDS));
      const whole = contentOf(merge(contents));
      const from = Math.min(a, b) % (contents.length + 1);
      const to = Math.max(from, Math.max(a, b) % (contents.length + 1));
      const compacted = formatDay(merge(contents.slice(from, to)), FIELDS);
      expect(contentOf(merge([...contents.slice(0, from), compacted, ...contents.slice(to)]))).toEqual(whole);
      expect(contentOf(merge([...contents.slice(0, to), compacted, ...contents.slice(to)]))).toEqual(whole);
      expect(contentOf(merge([...contents.slice(from), ...contents]))).toEqual(whole);
      expect(contentOf(merge([...contents, formatDay(merge(contents), FIELDS)]))).toEqual(whole);
    });
    fc.assert(property);
  });

  test("does not depend on order where objects do not speak of the same cell", () => {
    fc.assert(
      fc.property(
        tables,
        fc.integer({ min: 1, max: 5 }),
        fc.infiniteStream(fc.nat()),
        (day, count, order) => {
          const parts = Array.from({ length: count }, () => emptyDay());
          for (const symbol of day.symbols()) {
            for (const index of day.minutes.keys()) {
              const cell = day.get(symbol, index);
              if (cell !== undefined) parts[(order.next().value ?? 0) % count]?.set(symbol, index, cell);
            }
          }
          expect(contentOf(merge(parts.map((table) => formatDay(table, FIELDS))))).toEqual(contentOf(day));
        },
      ),
    );
  });
});

describe("an older logger's lines", () => {
  const line = (timestamp: string, values: readonly (string | number)[], last = "acc_krw_vol"): string =>
    JSON.stringify({
      timestamp,
      fields: ["open", "high", "low", "close", "volume", last],
      data: { "005930": values },
    });
  const cellsOf = (lines: readonly string[]): (Cell | undefined)[] => {
    const table = merge([lines.join("\n")]);
    return [0, 1, 2, 3, 4].map((index) => table.get("005930", index));
  };

  test("have their volumes summed and their KRW told apart, whatever the timestamps look like", () => {
    const cells = cellsOf([
      line("2026-11-20_0900", ["100", "110", "90", "105", "10", "1000"]),
      line("202611200901", ["105", "110", "90", "105", "20", "3100"]),
      line("20261120090200", [105, 105, 105, 105, 0, 3100]),
      line("20261120090300", [105, 105, 105, 105, 5, 3625]),
    ]);
    expect(cells.map((cell) => cell?.accVolume)).toEqual([10, 30, 30, 35, undefined]);
    expect(cells.map((cell) => cell?.turnover)).toEqual([1000, 2100, 0, 525, undefined]);
    expect(cells[0]).toEqual({
      open: 100,
      high: 110,
      low: 90,
      close: 105,
      volume: 10,
      accVolume: 10,
      turnover: 1000,
    });
  });

  test("say no KRW of a minute after a gap", () => {
    const cells = cellsOf([
      line("2026-11-20_0901", [105, 110, 90, 105, 20, 3100]),
      line("2026-11-20_0903", [105, 110, 90, 105, 20, 5100]),
      line("2026-11-20_0904", [105, 110, 90, 105, 1, 5205]),
    ]);
    expect(cells.map((cell) => cell?.turnover)).toEqual([undefined, undefined, undefined, undefined, 105]);
    expect(cells.map((cell) => cell?.accVolume)).toEqual([undefined, 20, undefined, 40, 41]);
  });

  test("over two objects are still one day, and a correction without cumulative KRW takes it away", () => {
    const first = line("2026-11-20_0900", [100, 110, 90, 105, 10, 1000]);
    const second = line("2026-11-20_0901", [105, 110, 90, 105, 20, 3100]);
    const third = line("2026-11-20_0902", [105, 110, 90, 105, 1, 3205]);
    const whole = merge([first, second, third]);
    expect(whole.get("005930", 1)).toMatchObject({ accVolume: 30, turnover: 2100 });
    const corrected = merge([
      first,
      second,
      third,
      line("2026-11-20_0901", [105, 110, 90, 105, 21, 31], "acc_vol"),
    ]);
    expect(corrected.get("005930", 1)).toEqual({
      open: 105,
      high: 110,
      low: 90,
      close: 105,
      volume: 21,
      accVolume: 31,
    });
    expect(corrected.get("005930", 2)).toEqual({
      open: 105,
      high: 110,
      low: 90,
      close: 105,
      volume: 1,
      accVolume: 32,
    });
  });
});
