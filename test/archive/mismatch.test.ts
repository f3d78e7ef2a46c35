import { expect, test } from "vitest";
import { seal } from "../../src/archive/objects/sealed/codec.js";
import { formatDay } from "../../src/archive/lines/kline-record.js";
import { mismatchOf } from "../../src/archive/mismatch.js";
import { SYMBOLS, bar, filledDay } from "../kline/day-samples.js";

const table = filledDay(SYMBOLS, 100); // more lines than are parsed at a time
const lines = formatDay(table).toString("latin1").trimEnd().split("\n");
const check = async (spoiled: readonly string[]): Promise<string | undefined> =>
  mismatchOf(await seal(Buffer.from(`${spoiled.join("\n")}\n`)), table);

test("an object that holds exactly the table is proved", async () => {
  expect(await check(lines)).toBeUndefined();
});

test("a line that is missing, doubled or out of order is found at every place, sealed though it is", async () => {
  for (const at of [0, 1, 31, 32, 63, 64, 99]) {
    const without = lines.filter((_, index) => index !== at);
    expect(await check(without)).toBe("cells are missing");
    // As many cells as there should be, one minute of them twice.
    expect(await check([...without, lines[at === 0 ? 1 : 0] ?? ""])).toBeDefined();
    expect(await check([...without.slice(0, 40), without[40] ?? "", ...without.slice(40)])).toBeDefined();
  }
});

test("a cell that differs, is missing or is too much is found in every column", async () => {
  const index = 50;
  for (const change of [
    { open: 1 },
    { high: 99_999_999 },
    { low: 1 },
    { close: 1 },
    { volume: 8 },
    { accVolume: 1 },
  ]) {
    const other = filledDay(SYMBOLS, 100);
    const cell = other.get("0001A0", index) ?? bar(1);
    other.set("0001A0", index, { ...cell, ...change });
    expect(await mismatchOf(await seal(formatDay(other)), table)).toBe("its cells differ");
  }
  const more = filledDay(SYMBOLS, 100);
  more.set("000660", 0, bar(1));
  expect(await mismatchOf(await seal(formatDay(more)), table)).toBe("its cells differ");
  const less = filledDay(SYMBOLS, 100);
  less.delete("0037T0");
  expect(await mismatchOf(await seal(formatDay(less)), table)).toBe("cells are missing");
});
