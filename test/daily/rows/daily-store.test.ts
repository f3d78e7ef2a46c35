import { createManualClock } from "hantoo/testing";
import { expect, test } from "vitest";
import { kstInstant } from "../../../src/core/index.js";
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
