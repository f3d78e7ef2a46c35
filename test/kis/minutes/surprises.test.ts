import { createCalendar, krx, kstInstant } from "hantoo";
import { type KisSimulatorOptions, createKisSimulator, createMarket } from "hantoo/testing";
import { describe, expect, test } from "vitest";
import { clientOf } from "../unpaced.js";

const past = "2026-11-18";
const symbol = "005930";

function setUp(options: KisSimulatorOptions) {
  const now = kstInstant("2026-11-20", "10:36:30");
  const simulator = createKisSimulator({ seed: 7, limits: false, now, ...options });
  return { simulator, client: clientOf(simulator) };
}

describe("a split after the day", () => {
  test.each([50, 5, 0.1])("of %s shares for one shows in the basis, and makes no holes", async (shares) => {
    const kind = shares > 1 ? "split" : "reverse-split";
    const actions = [{ symbol, kind, effectiveDay: "2026-11-20", shares }] as const;
    const { simulator, client } = setUp({ market: createMarket({ seed: 7, actions }) });
    const answer = await client.minuteBars({ symbol, tradingDay: past });
    expect(answer).toMatchObject({ basis: "rescaled", complete: true, outside: undefined });
    expect(answer.bars.length + answer.holes.length).toBeGreaterThanOrEqual(
      simulator.truth(symbol, past).length,
    );
    expect(answer.holes).toEqual([]);
    const today = await client.minuteBars({ symbol, tradingDay: "2026-11-20" });
    expect(today.basis).toBe("traded");
  });
});

test("on 0230 today the row under the label asked for is never trusted", async () => {
  for (let minute = 0; minute < 6; minute++) {
    const now = kstInstant("2026-11-20", "10:05:20") + minute * 47 * 60_000;
    const { simulator, client } = setUp({ now, quirks: { echoDailyMinutes: true } });
    for (const one of [symbol, "28513K"]) {
      const { bars, through, holes } = await client.minuteBars({ symbol: one });
      expect(bars).toEqual(simulator.truth(one, "2026-11-20").filter(({ time }) => time <= through));
      expect(holes).toEqual([]);
    }
  }
});

describe("Nextrade's main session, which no auction ends", () => {
  const day = "2026-11-20";
  const session = { day, open: "10:00", close: "16:30", reason: "an examination" };
  const market = createMarket({ seed: 7, calendar: createCalendar({ sessions: [session] }) });
  const last = krx.minutes(day, { venue: "NXT" }).at(-1) ?? 0;

  test.each([
    ["live", "15:20:10", false],
    ["live", "15:21:05", false],
    ["live", "15:21:30", false],
    ["live", "15:47:00", false],
    // Where the forming minute stands under the label asked for alone, the day's totals tell.
    ["live", "15:20:10", true],
    ["live", "15:20:40", true],
    ["live", "15:21:30", true],
    ["paper", "15:20:10", false],
    ["paper", "15:20:40", false],
    ["paper", "15:21:05", false],
    ["paper", "15:21:30", false],
    ["paper", "15:47:00", false],
  ] as const)(
    "on %s at %s is not whole where it goes on, and is where it does not; echo: %s",
    async (on, time, echo) => {
      const now = kstInstant(day, time);
      const ask = (options: KisSimulatorOptions) => {
        const quirks = { echoDailyMinutes: echo };
        const simulator = createKisSimulator({
          seed: 7,
          limits: false,
          now,
          environment: on,
          quirks,
          ...options,
        });
        return clientOf(simulator, { environment: on }).minuteBars({ symbol, venue: "NXT" });
      };
      const other = await ask({ market });
      expect(other).toMatchObject({ complete: false, through: last - 60_000 });
      // A minute that is still forming is not told yet: it may change.
      expect(other.outside?.from).toBe(time < "15:21:10" ? undefined : last + 60_000);
      expect(await ask({})).toMatchObject({ complete: true, through: last, outside: undefined });
    },
  );
});
