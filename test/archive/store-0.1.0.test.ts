// A store that hantoo 0.1.0 wrote, as its code of 2026-11-21 did: two symbols of its simulator on 2026-11-19 (late open,
// two uploads) and 2026-11-20. What is expected of it is what 0.1.0 itself read.
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileStore, compact, coverage, kstInstant, planBackfill, readBars, readKlines } from "hantoo";
import { createManualClock } from "hantoo/testing";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "hantoo-0.1.0-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
cpSync("test/fixtures/store-0.1.0", folder, { recursive: true });
const store = new FileStore(folder);

const SYMBOLS = ["005930", "0001A0"];
const RANGE = { store, venue: "KRX", from: "2026-11-19", to: "2026-11-20" } as const;
/** SHA-256 of every bar that 0.1.0 read from it. */
const READ_BY_0_1_0 = "ed74fb6fefecabdca45c2ae4cd43dab7a53fb14d0ade5db42df56f63b7ff6584";

async function digest(): Promise<string> {
  const hash = createHash("sha256");
  for (const symbol of SYMBOLS) {
    for await (const { time, open, high, low, close, volume, accVolume } of readBars({ ...RANGE, symbol }))
      hash.update(`${[symbol, time, open, high, low, close, volume, accVolume].join()}\n`);
  }
  return hash.digest("hex");
}

test("every bar reads as 0.1.0 read it", async () => {
  expect(await digest()).toBe(READ_BY_0_1_0);
  const days = new Set<string>();
  for await (const { timestamp } of readKlines(RANGE)) days.add(timestamp.slice(0, 10));
  expect([...days]).toEqual(["2026-11-19", "2026-11-20"]);
});

test("it is whole, and nothing of it is asked for again", async () => {
  const { total } = await coverage({ ...RANGE, symbols: SYMBOLS });
  expect(total).toMatchObject({ expected: 1524, have: 1524, holes: 0, missing: 0, rate: 1 });
  const targets = SYMBOLS.flatMap((symbol) =>
    ["2026-11-19", "2026-11-20"].map((tradingDay) => ({ symbol, tradingDay })),
  );
  const clock = createManualClock(kstInstant("2026-11-20", "19:00"));
  const plan = await planBackfill({ store, targets, clock });
  expect(plan.totals).toMatchObject({ fetch: 0, skip: 4, calls: 0 });
});

test("compacted by today's code it is the same, and the columns as well", async () => {
  const { outcome, tradingDay } = await compact({ store, tradingDay: "2026-11-19", deleteSources: true });
  expect([outcome, tradingDay]).toEqual(["compacted", "2026-11-19"]);
  expect(await digest()).toBe(READ_BY_0_1_0);
});
