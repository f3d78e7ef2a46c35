import { DAILY_PREFIX, FACTOR_PREFIX, readDaily, readFactors } from "hantoo/daily";
import { createManualClock } from "hantoo/testing";
import { expect, test, vi } from "vitest";
import { kstInstant } from "../../../src/core/index.js";
import { seal } from "../../../src/archive/objects/sealed/index.js";
import { formatDays } from "../../../src/daily/rows/daily-lines.js";
import { createDailyStore } from "../../../src/daily/rows/index.js";
import { MemoryStore } from "../../../src/storage/index.js";

const DAY = "2026-11-20";
const SPAN = { venue: "KRX", from: DAY, to: DAY } as const;
const rowsOf = (close: number, final: 0 | 1) => [
  { day: DAY, rows: new Map([["005930", [100, 110, 90, close, 10, 1000, final]]]) },
];

test("a row that is not final never hides a final one, though its object is the later one; a final one does", async () => {
  const clock = createManualClock(kstInstant("2026-11-23", "06:30"));
  const daily = createDailyStore({ store: new MemoryStore(), clock, random: () => 0 });
  const read = async () => {
    const { table } = await daily.readSpan({ venue: "KRX", days: [DAY] });
    return table.get("005930", 0);
  };
  await daily.write(SPAN, rowsOf(105, 1));
  clock.set(kstInstant("2026-11-23", "07:00"));
  await daily.write(SPAN, rowsOf(99, 0));
  expect(await read()).toMatchObject({ close: 105, isFinal: true });
  clock.set(kstInstant("2026-11-23", "08:00"));
  await daily.write(SPAN, rowsOf(106, 1));
  expect(await read()).toMatchObject({
    close: 106,
    isFinal: true,
    readAt: kstInstant("2026-11-23", "08:00"),
  });
});

test("of an object with a line that is none nothing is taken, the lines before it neither", async () => {
  const store = new MemoryStore();
  const clock = createManualClock(kstInstant("2026-11-23", "06:30"));
  const daily = createDailyStore({ store, clock, random: () => 0 });
  const key = await daily.write(SPAN, rowsOf(105, 1));
  const torn = `${formatDays(rowsOf(99, 1)).toString()}{"date":"2026-11-21"}\n`;
  const stamp = "20261123070000";
  const damaged = `${daily.prefix}/20261120_20261121_J_${stamp}.jsonl.zstd`;
  await store.put(damaged, await seal(Buffer.from(torn)));
  const { table, asked, damaged: found } = await daily.readSpan({ venue: "KRX", days: [DAY] });
  expect(found).toEqual([{ key: damaged, reason: "a line is no daily record" }]);
  expect(table.get("005930", 0)).toMatchObject({ close: 105 });
  expect(asked.get("005930")).toHaveLength(1);
  expect(key).not.toBe(damaged);
});

test("whoever reads without a logger is told of what was left out, and by its key", async () => {
  const store = new MemoryStore();
  const rows = `${DAILY_PREFIX}/20261120_20261120_J_20261121060000.jsonl.zstd`;
  const factors = `${FACTOR_PREFIX}/20261121060000.jsonl.zstd`;
  for (const key of [rows, factors]) await store.put(key, Buffer.from("torn"));
  const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
  try {
    const range = { store, symbol: "005930", from: DAY, to: DAY };
    for await (const bar of readDaily(range)) expect(bar).toBeUndefined();
    expect(await readFactors(range)).toEqual([]);
    expect(
      warn.mock.calls.map(([text]) => [rows, factors].find((key) => String(text).includes(key))),
    ).toEqual([rows, factors]);
  } finally {
    warn.mockRestore();
  }
});
