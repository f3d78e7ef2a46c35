import { type MinuteBar, type MinuteBars, IncompleteDataError, krx, kstInstant, kstTime } from "hantoo";
import { type Fault, type KisSimulator, createKisSimulator, createMarket } from "hantoo/testing";
import { describe, expect, test } from "vitest";
import { clientOf } from "../unpaced.js";

const day = "2026-11-20";
const at = (time: string, on = day): number => kstInstant(on, time);
const market = createMarket({ seed: 4 });
/** A liquid share, two thinner ones, a fund. */
const symbols = ["005930", "28513K", "0001A0", "Q530036"] as const;
const [liquid] = symbols;

const simulate = (faults: readonly Fault[], now: number, environment: "live" | "paper" = "live") =>
  createKisSimulator({ market, environment, limits: false, now, faults });

/** What a lost row may be worth at the most and still not show: the room between a later row's least and most. */
function hides(lost: readonly MinuteBar[], next: MinuteBar | undefined): boolean {
  const sum = lost.reduce((total, { turnover = 0 }) => total + turnover, 0);
  if (next === undefined) return false;
  return (next.turnover ?? 0) + sum <= (next.high + 0.5) * next.volume;
}

/** Every promise of an answer whose rows may be lost or unreadable, against what was really traded. */
function checkEvidence(answer: MinuteBars, simulator: KisSimulator, what: string): void {
  const { symbol, tradingDay, venue, bars, holes, through, complete } = answer;
  const minutes = krx.minutes(tradingDay, { venue });
  const truth = new Map(simulator.truth(symbol, tradingDay, { venue }).map((bar) => [bar.time, bar]));
  const own = new Map(bars.map((bar) => [bar.time, bar]));
  const inHole = (time: number): boolean => holes.some(({ from, to }) => from <= time && time <= to);
  expect(complete, what).toBe(through === minutes.at(-1));
  for (const [time, bar] of own) {
    const { open, high, low, close, volume, turnover } = bar;
    const real = truth.get(time);
    expect({ open, high, low, close, volume }, `${what} ${kstTime(time)}`).toEqual({
      open: real?.open,
      high: real?.high,
      low: real?.low,
      close: real?.close,
      volume: real?.volume,
    });
    if (turnover !== undefined && truth.size === own.size) expect(turnover).toBe(real?.turnover);
    expect(inHole(time)).toBe(false);
    expect(time).toBeLessThanOrEqual(through);
  }
  for (const { from, to, turnover = 0 } of holes) {
    const missed = [...truth.values()].filter(({ time }) => from <= time && time <= to);
    expect(minutes).toContain(from);
    expect(minutes).toContain(to);
    expect(turnover).toBeGreaterThanOrEqual(0);
    if (holes.length === 1) {
      // Never where nothing is missing, and never more than is missing.
      expect(missed.length, `${what} ${kstTime(from)}`).toBeGreaterThan(0);
      const real = missed.reduce((sum, bar) => sum + (bar.turnover ?? 0), 0);
      expect(turnover, what).toBeLessThanOrEqual(real);
    }
  }
  const silent = [...truth.values()].filter(({ time }) => time <= through && !own.has(time) && !inHole(time));
  for (const bar of silent) {
    const next = [...truth.values()].find(({ time }) => time > bar.time && own.has(time));
    const between = silent.filter(({ time }) => time < (next?.time ?? Infinity) && time >= bar.time);
    expect(hides(between, next), `${what}: ${kstTime(bar.time)} passes for untraded`).toBe(true);
  }
}

describe("a row that is lost in KIS's record", () => {
  test.each([
    ["inside", "11:03", at("17:00"), "lost"],
    ["at the start", "09:00", at("17:00"), "lost"],
    ["at the close", "15:30", at("17:00"), "closing"],
    ["inside, a day later", "11:03", at("10:00", "2026-11-23"), "lost"],
    ["at the close, a day later", "15:30", at("10:00", "2026-11-23"), "closing"],
  ] as const)("%s is a hole, looked at twice", async (_, minute, now, kind) => {
    const simulator = simulate([{ do: "lost-row", minutes: [minute], tradingDays: [day] }], now);
    const client = clientOf(simulator);
    const answer = await client.minuteBars({ symbol: liquid, tradingDay: day });
    expect(answer.holes).toEqual([
      { from: at(minute), to: at(minute), kind, turnover: expect.any(Number) as number },
    ]);
    expect(answer.complete).toBe(true);
    checkEvidence(answer, simulator, minute);
    const clean = await clientOf(simulate([], now)).minuteBars({ symbol: liquid, tradingDay: day });
    expect(answer.calls).toBe(clean.calls + 1);
    const shares = clean.bars.reduce((sum, { volume }) => sum + volume, 0);
    const lost = clean.bars.find(({ time }) => time === at(minute))!.volume;
    expect(answer.bars.at(-1)!.accVolume).toBe(shares - lost);
  });

  test("in one answer alone is found by the second look", async () => {
    const fault: Fault = {
      do: "lost-row",
      minutes: ["11:03"],
      per: "request",
      times: 1,
      endpoint: "FHKST03010230",
    };
    for (const now of [at("17:00"), at("10:00", "2026-11-23")]) {
      const simulator = simulate(
        [{ ...fault, when: ({ query }) => query.get("FID_INPUT_HOUR_1")! > "110300" }],
        now,
      );
      const answer = await clientOf(simulator).minuteBars({ symbol: liquid, tradingDay: day });
      expect(answer.holes).toEqual([]);
      expect(answer.bars).toEqual(simulator.truth(liquid, day));
    }
  });
});

describe.each([
  ["lost-row"],
  ["int64-min-row"],
  ["odd-second-label"],
  ["closing-missing"],
  ["closing-late"],
  ["doubled-close"],
  ["cut-day"],
] as const)("%s", (fault) => {
  test.each([
    ["live", "10:36:30"],
    ["live", "15:31:12"],
    ["live", "15:45:00"],
    ["live", "16:10:30"],
    ["live", "20:30:00"],
    ["paper", "10:36:30"],
    ["paper", "15:45:00"],
    ["paper", "18:10:00"],
    ["live", "past"],
  ] as const)("on %s at %s leaves every minute right, named, or unknown", async (environment, time) => {
    const now = time === "past" ? at("10:36:30", "2026-11-23") : at(time);
    for (const per of ["symbol-day", "request"] as const) {
      const page = ["lost-row", "int64-min-row", "odd-second-label", "closing-missing", "cut-day"];
      if (per === "request" && !page.includes(fault)) continue;
      const scope: Partial<Fault> = per === "request" ? { per } : { per, tradingDays: [day] };
      const simulator = simulate([{ do: fault, ...scope }], now, environment);
      const client = clientOf(simulator, { environment });
      for (const symbol of symbols) {
        const what = `${fault} ${per} ${symbol} ${environment} ${time}`;
        try {
          const answer = await client.minuteBars({ symbol, tradingDay: day });
          checkEvidence(answer, simulator, what);
        } catch (error) {
          if (!(error instanceof IncompleteDataError)) throw error;
          expect(error.retryable).toBe(true);
          expect(["cut-day", "lost-row"], what).toContain(fault);
        }
      }
    }
  });
});
