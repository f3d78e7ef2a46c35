import { kstInstant } from "hantoo";
import { type KisSimulatorOptions, createKisSimulator, createMarket } from "hantoo/testing";
import { describe, expect, test } from "vitest";
import { clientOf, clockOf } from "../unpaced.js";

const DAY = "2026-11-20";
const at = (time: string): number => kstInstant(DAY, time);
const market = createMarket({ seed: 7 });
const SYMBOLS = ["005930", "28513K", "Q530036"];

/** A simulated KIS whose answers have no `Date`, asked by a host whose clock is ahead of it. */
function setUp(now: number, aheadMs: number, quirks: KisSimulatorOptions["quirks"] = {}, paper = false) {
  const environment = paper ? "paper" : "live";
  const simulator = createKisSimulator({
    market,
    limits: false,
    now,
    environment,
    quirks: { dated: false, ...quirks },
  });
  const clock = clockOf(simulator);
  const ahead = { ...clock, now: () => clock.now() + aheadMs };
  return { simulator, client: clientOf(simulator, { clock: ahead, environment }) };
}

/** A minute has ended by KIS's own clock, and is settled. */
const isEnded = (minute: number, now: number): boolean => minute + 66_000 <= now;

describe.each([0, 15, 120, 600])("answers without a date, a host's clock %s s ahead", (aheadS) => {
  test.each([false, true])(
    "nothing that KIS may still change is called final; on paper: %s",
    async (paper) => {
      for (const time of ["09:01:05", "10:36:06", "10:36:58", "15:20:30", "15:31:12"]) {
        for (const echoDailyMinutes of paper ? [false] : [false, true]) {
          const now = at(time);
          const { simulator, client } = setUp(now, aheadS * 1000, { echoDailyMinutes }, paper);
          for (const symbol of SYMBOLS) {
            const { bars, holes, through } = await client.minuteBars({ symbol });
            const ended = simulator.truth(symbol, DAY).filter(({ time: minute }) => minute <= through);
            expect(bars, `${symbol} at ${time}`).toEqual(ended);
            expect(holes).toEqual([]);
            const known = [...bars.map((bar) => bar.time), through].filter((minute) => minute >= at("09:00"));
            expect(known.every((minute) => isEnded(minute, now))).toBe(true);
          }
        }
      }
    },
  );
});

test("a row that follows tells how late it is: a symbol that trades is two minutes behind at the most", async () => {
  const { client } = setUp(at("10:36:30"), 0);
  const { through } = await client.minuteBars({ symbol: "005930" });
  expect(through).toBe(at("10:34"));
});

test("one dated answer tells for those that follow it", async () => {
  const { simulator, client } = setUp(at("10:36:30"), 120_000);
  const dated = createKisSimulator({ market, limits: false, now: at("10:36:30") });
  let answers = 0;
  const clock = clockOf(simulator);
  const told = clientOf(simulator, {
    clock: { ...clock, now: () => clock.now() + 120_000, monotonic: () => 5000 },
    fetch: (...request) => (answers++ < 2 ? dated.fetch(...request) : simulator.fetch(...request)),
  });
  const thin = "Q530036";
  const alone = await client.minuteBars({ symbol: thin });
  expect(alone.through).toBeLessThan(at("10:35"));
  await told.minuteBars({ symbol: "005930" });
  expect((await told.minuteBars({ symbol: thin })).through).toBe(at("10:35"));
});

test("long after the close a host's clock is enough", async () => {
  const { client, simulator } = setUp(at("16:31"), 0);
  const day = await client.minuteBars({ symbol: "Q530036" });
  expect(day).toMatchObject({ complete: true, holes: [], bars: simulator.truth("Q530036", DAY) });
});
