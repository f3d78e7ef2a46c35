import * as fc from "fast-check";
import { expect, test } from "vitest";
import { difference, overlay } from "../../src/archive/table-operations.js";
import { HOLE, bar, contentOf, emptyDay, tables } from "../kline/day-samples.js";

const hole = { ...HOLE, accVolume: 10 };
const flat = { open: 5, high: 5, low: 5, close: 5, volume: 0, accVolume: 10 };
const of = (...cells: readonly (typeof hole | typeof flat)[]) => {
  const table = emptyDay();
  for (const [index, cell] of cells.entries()) table.set("005930", index, cell);
  return table;
};

test("laying one table under another never loses trades to a hole, and leaves the rest as it is", () => {
  fc.assert(
    fc.property(tables, tables, (from, to) => {
      const before = contentOf(to);
      overlay(from, to);
      for (const [symbol, cells] of Object.entries(contentOf(from))) {
        for (const [minute, cell] of Object.entries(cells)) {
          const had = before[symbol]?.[Number(minute)];
          const isBetter = had === undefined || (had.volume === null && (cell.volume ?? 0) > 0);
          expect(to.get(symbol, to.indexOf(Number(minute)))).toEqual(isBetter ? cell : had);
        }
      }
    }),
  );
});

test("a hole is never news where trades are stored; where nothing or an untraded minute is, it is", () => {
  const wanted = of(hole, hole, hole);
  const stored = emptyDay();
  stored.set("005930", 0, bar(100));
  stored.set("005930", 1, flat);
  expect(Object.keys(contentOf(difference(wanted, stored, false))["005930"] ?? {})).toHaveLength(2);
  expect(contentOf(difference(of(hole), of(hole), false))).toEqual({});
  expect(difference(of(flat), of(hole), false).cellCount()).toBe(1);
  expect(difference(of({ ...hole, turnover: 5 } as typeof hole), of(hole), true).cellCount()).toBe(1);
});
