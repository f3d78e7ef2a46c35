import { MINUTE_MS, type MinuteBars, type Venue, krx, kstInstant, minuteOf } from "hantoo";
import { type KisSimulator, createKisSimulator, createMarket } from "hantoo/testing";
import { describe, expect, test } from "vitest";
import { clientOf } from "../unpaced.js";

// A liquid share, a thin one, and a fund, on one market for all sweeps.
const market = createMarket({ seed: 4 });
const symbols = ["005930", "28513K", "Q530036"];

/** Every promise an answer makes, against what was really traded. */
function check(answer: MinuteBars, simulator: KisSimulator, now: number): void {
  const { symbol, tradingDay, venue, through, complete, bars } = answer;
  const truth = simulator.truth(symbol, tradingDay, { venue });
  const minutes = krx.minutes(tradingDay, { venue });
  const at = new Date(now + 9 * 3_600_000).toISOString();
  expect(bars, `${symbol} at ${at}`).toEqual(truth.filter(({ time }) => time <= through));
  expect(through + MINUTE_MS + 10_000, `${symbol} at ${at}`).toBeLessThanOrEqual(
    Math.max(now, minutes[0]! + 10_000),
  );
  expect(complete).toBe(through === minutes.at(-1));
  expect(answer, `${symbol} at ${at}`).toMatchObject({
    holes: [],
    odd: [],
    outside: undefined,
    basis: "traded",
  });
}

const spans: readonly (readonly [name: string, day: string, from: string, to: string])[] = [
  ["the open", "2026-11-20", "08:59:50", "09:02:15"],
  ["mid-morning", "2026-11-20", "10:36:00", "10:37:15"],
  ["noon", "2026-11-20", "11:59:50", "12:01:15"],
  ["the start of the auction", "2026-11-20", "15:19:50", "15:20:20"],
  ["the close", "2026-11-20", "15:29:50", "15:31:40"],
  ["the settled close", "2026-11-20", "15:59:50", "16:01:15"],
  ["the after-market", "2026-11-20", "17:59:50", "18:00:20"],
  ["the open of the year's first session", "2026-01-02", "09:59:50", "10:02:15"],
  ["the open of a CSAT day", "2026-11-19", "09:59:50", "10:02:15"],
  ["the close of a CSAT day", "2026-11-19", "16:29:50", "16:31:40"],
];

describe.each(["live", "paper"] as const)("on %s, second by second,", (environment) => {
  test.each(spans)("%s of %s (%s to %s) yields final minutes only", async (_, day, start, end) => {
    const simulator = createKisSimulator({ market, environment, limits: false, now: kstInstant(day, start) });
    const client = clientOf(simulator, { environment });
    const session = krx.session(day)!;
    const spoken = new Map<string, number>();
    for (let now = kstInstant(day, start); now <= kstInstant(day, end); now += 1000) {
      simulator.clock.set(now);
      const from = Math.max(session.open, Math.min(minuteOf(now), session.close) - 15 * MINUTE_MS);
      for (const symbol of symbols) {
        const answer = await client.minuteBars({ symbol, from });
        const known = simulator
          .truth(symbol, day)
          .filter(({ time }) => time >= from && time <= answer.through);
        const when = `${symbol} at ${new Date(now + 9 * 3_600_000).toISOString().slice(11, 19)}`;
        expect(JSON.stringify(answer.bars), when).toBe(JSON.stringify(known));
        // On paper the row under the label asked for is not trusted, and the closing print is a zero row for long: the
        // day's total says that something was traded since the last row, and the minutes after it are unknown again.
        const isHidden = environment === "paper";
        expect(answer.through, when).toBeGreaterThanOrEqual(
          isHidden ? (known.at(-1)?.time ?? 0) : (spoken.get(symbol) ?? 0),
        );
        expect(answer.through + MINUTE_MS + 10_000, when).toBeLessThanOrEqual(
          Math.max(now, session.open + 10_000),
        );
        spoken.set(symbol, answer.through);
        expect(answer, when).toMatchObject({ holes: [], odd: [], outside: undefined });
      }
    }
  });
});

describe("whole days", () => {
  test.each([
    ["live", "2026-11-20", "KRX", "10:36:30"],
    ["live", "2026-11-20", "KRX", "15:31:12"],
    ["live", "2026-11-20", "UN", "15:45:00"],
    ["live", "2026-11-20", "NXT", "15:45:00"],
    ["live", "2026-11-20", "KRX", "20:30:00"],
    ["paper", "2026-11-20", "KRX", "10:36:30"],
    ["paper", "2026-11-20", "KRX", "15:31:12"],
    ["paper", "2026-11-20", "KRX", "16:00:11"],
    ["paper", "2026-11-20", "KRX", "20:30:00"],
    ["live", "2026-11-19", "KRX", "17:00:00"],
    ["paper", "2026-11-19", "KRX", "17:00:00"],
  ] as const)("today on %s, %s %s at %s, equals the truth", async (environment, day, venue: Venue, time) => {
    const now = kstInstant(day, time);
    const quirks = { unifiedNeedsNextrade: false };
    const simulator = createKisSimulator({ market, environment, limits: false, now, quirks });
    const client = clientOf(simulator, { environment });
    const listed = market.symbols.filter(
      (symbol) => venue !== "NXT" || simulator.truth(symbol, day, { venue }).length > 0,
    );
    for (const symbol of listed.slice(0, 12)) {
      const answer = await client.minuteBars({ symbol, venue });
      check(answer, simulator, now);
      expect(answer.calls).toBeLessThanOrEqual(environment === "live" ? 4 : 14);
    }
  });
});
