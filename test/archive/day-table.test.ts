import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/core/index.js";
import { cells, contentOf, emptyDay, MINUTES, SYMBOLS, bar, filledDay } from "../kline/day-samples.js";
import type { Cell } from "../../src/archive/day-table.js";

describe("DayTable", () => {
  test("behaves as a map of maps", () => {
    const steps = fc.array(
      fc.oneof(
        fc.tuple(fc.constant("set"), fc.constantFrom(...SYMBOLS), fc.nat(MINUTES.length - 1), cells),
        fc.tuple(fc.constant("delete"), fc.constantFrom(...SYMBOLS), fc.nat(MINUTES.length - 1), cells),
      ),
    );
    fc.assert(
      fc.property(steps, (all) => {
        const table = emptyDay();
        const model = new Map<string, Map<number, Cell>>();
        for (const [step, symbol, index, cell] of all) {
          if (step === "delete") {
            table.delete(symbol);
            model.delete(symbol);
          } else {
            table.set(symbol, index, cell);
            model.set(symbol, (model.get(symbol) ?? new Map()).set(index, cell));
          }
        }
        expect(table.symbols()).toEqual([...model.keys()].sort());
        expect(table.cellCount()).toBe([...model.values()].reduce((sum, row) => sum + row.size, 0));
        for (const symbol of SYMBOLS) {
          const row = model.get(symbol) ?? new Map<number, Cell>();
          expect(table.symbolCellCount(symbol)).toBe(row.size);
          let prefix = 0;
          while (row.has(prefix)) prefix++;
          expect(table.prefixLength(symbol)).toBe(prefix);
          for (const [index, cell] of row) expect(table.get(symbol, index)).toEqual(cell);
          for (const index of [0, 1, 380]) expect(table.has(symbol, index)).toBe(row.has(index));
        }
      }),
    );
  });

  test("knows its minutes", () => {
    const table = emptyDay();
    expect(table.minutes).toHaveLength(381);
    expect(table.indexOf(MINUTES[380] ?? 0)).toBe(380);
    expect(table.indexOf((MINUTES[379] ?? 0) + 60_000)).toBe(-1); // 15:20, in the closing auction
  });

  test.each([-1, 381, 0.5, Number.NaN])("has no minute %s", (index) => {
    expect(() => emptyDay().set("005930", index, bar(1))).toThrow(ConfigError);
    expect(filledDay(["005930"], 381).get("005930", index)).toBeUndefined();
    expect(filledDay(["005930"], 381).has("005930", index)).toBe(false);
  });

  test.each(["open", "high", "low", "close", "volume", "accVolume", "turnover"])(
    "takes no %s that is no number",
    (field) => {
      const table = emptyDay();
      for (const value of [Number.NaN, Infinity, -1]) {
        expect(() => table.set("005930", 0, { ...bar(1), [field]: value })).toThrow(ConfigError);
      }
      expect(table.cellCount()).toBe(0);
      expect(contentOf(table)).toEqual({});
    },
  );
});
