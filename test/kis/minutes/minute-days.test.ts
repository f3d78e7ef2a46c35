import { isHantooError, krx, kstInstant } from "hantoo";
import { createKisSimulator, createManualClock, createMarket } from "hantoo/testing";
import { expect, test } from "vitest";
import { clientOf, clockOf } from "../unpaced.js";

const past = "2026-11-18";
const now = kstInstant("2026-11-20", "18:00");
const codes = Array.from({ length: 50 }, (_, index) => `${String(100 + index * 7).padStart(5, "0")}0`);
const market = createMarket({ seed: 11, symbols: codes });

test("a past day costs 4 calls a symbol at the most and one daily witness, and equals what was traded bar for bar", async () => {
  const simulator = createKisSimulator({ market, limits: false, now });
  const client = clientOf(simulator);
  const answers = await Promise.all(codes.map((symbol) => client.minuteBars({ symbol, tradingDay: past })));
  for (const { symbol, bars, complete, calls, through } of answers) {
    expect(JSON.stringify(bars), symbol).toBe(JSON.stringify(simulator.truth(symbol, past)));
    expect({ complete, through }).toEqual({ complete: true, through: kstInstant(past, "15:30") });
    expect(calls).toBeLessThanOrEqual(5);
  }
  const { byEndpoint } = simulator.stats;
  expect(byEndpoint["FHKST03010230"]).toBeLessThanOrEqual(200);
  expect(byEndpoint["FHKST03010100"]).toBe(codes.length);
  expect(answers.reduce((sum, { calls }) => sum + calls, 0)).toBe(
    byEndpoint["FHKST03010230"]! + byEndpoint["FHKST03010100"]!,
  );
  // The witness serves the symbol's other days, until midnight in Korea.
  const again = await client.minuteBars({ symbol: codes[0]!, tradingDay: "2026-11-17" });
  expect(again.calls).toBeLessThanOrEqual(4);
  expect(byEndpoint["FHKST03010100"]).toBe(codes.length);
});

test("from gives later bars, with the shares counted from the session's first minute", async () => {
  const simulator = createKisSimulator({ market, limits: false, now });
  const client = clientOf(simulator);
  const from = kstInstant(past, "14:00");
  const { bars, complete } = await client.minuteBars({ symbol: codes[0]!, tradingDay: past, from });
  expect(bars).toEqual(simulator.truth(codes[0]!, past).filter(({ time }) => time >= from));
  expect(complete).toBe(true);
});

test("today, from asks for no more than it needs once the shares before it are known", async () => {
  const today = "2026-11-20";
  const simulator = createKisSimulator({ market, limits: false, now: kstInstant(today, "14:20:30") });
  const client = clientOf(simulator);
  const [symbol = ""] = codes;
  const from = kstInstant(today, "14:00");
  const truth = simulator.truth(symbol, today).filter(({ time }) => time >= from);
  const first = await client.minuteBars({ symbol, from });
  expect(first.calls).toBeGreaterThan(1);
  const second = await client.minuteBars({ symbol, from });
  expect(second.calls).toBe(1);
  for (const { bars, through } of [first, second])
    expect(bars).toEqual(truth.filter(({ time }) => time <= through));
  simulator.clock.set(kstInstant(today, "15:10:30"));
  const third = await client.minuteBars({ symbol, from: kstInstant(today, "14:19") });
  expect(third).toMatchObject({ calls: 1, holes: [] });
  expect(third.bars.at(-1)!.accVolume).toBe(
    simulator.truth(symbol, today).findLast(({ time }) => time <= third.through)!.accVolume,
  );
});

test("all hours are more minutes, and regular ones are among them", async () => {
  const simulator = createKisSimulator({
    market,
    limits: false,
    now: kstInstant("2026-11-20", "21:00"),
    quirks: { unifiedNeedsNextrade: false },
  });
  const client = clientOf(simulator);
  for (const venue of ["KRX", "UN"] as const) {
    const { bars, through, complete } = await client.minuteBars({
      symbol: codes[1]!,
      tradingDay: past,
      venue,
      hours: "all",
    });
    expect(bars).toEqual(simulator.truth(codes[1]!, past, { venue, hours: "all" }));
    expect(complete).toBe(true);
    expect(through).toBe(krx.minutes(past, { venue, hours: "all" }).at(-1));
  }
});

// Each way of stumbling, at any request, leaves the answer right, or shorter, or an error that says so.
test.each([
  ["reset"],
  ["half-body"],
  ["html-502"],
  ["wrong-content-type"],
  ["rate-limit"],
  ["token-revoked"],
  ["int64-min-row"],
  ["odd-second-label"],
] as const)("a KIS that stumbles by %s never makes an answer wrong", async (fault) => {
  let whole = 0;
  for (const seed of [1, 2, 3]) {
    const clock = createManualClock(now);
    const stumbling = createMarket({ seed: 11, symbols: codes });
    const simulator = createKisSimulator({
      market: stumbling,
      limits: { perSecond: false },
      clock,
      faults: { [fault]: 0.1 * seed },
    });
    const client = clientOf(simulator, { clock });
    for (const symbol of codes.slice(0, 8)) {
      const answer = await clock.runUntil(
        client.minuteBars({ symbol, tradingDay: past }).catch((error: unknown) => error),
      );
      if (isHantooError(answer)) continue;
      const { bars, through, complete } = answer as Awaited<ReturnType<typeof client.minuteBars>>;
      expect(JSON.stringify(bars), `${symbol}, ${fault}`).toBe(
        JSON.stringify(simulator.truth(symbol, past).filter(({ time }) => time <= through)),
      );
      expect(complete).toBe(through === kstInstant(past, "15:30"));
      if (complete) whole++;
    }
  }
  expect(whole).toBeGreaterThan(8);
});

// KIS says what time it is; a host whose date is wrong by days asks for KIS's today as for a day that is past.
test.each([25 * 3_600_000, 400 * 86_400_000])(
  "a clock %d ms ahead does not make a past day of KIS's own",
  async (aheadMs) => {
    const today = "2026-11-20";
    const simulator = createKisSimulator({ market, limits: false, now: kstInstant(today, "15:05:30") });
    const clock = { ...clockOf(simulator), now: () => simulator.clock.now() + aheadMs };
    // What KIS itself answers has no mark of a simulator.
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const response = await simulator.fetch(input, init);
      const headers = new Headers(response.headers);
      headers.delete("x-hantoo-simulator");
      return new Response(response.body, { status: response.status, headers });
    };
    const client = clientOf({ ...simulator, fetch }, { clock });
    const { through, complete } = await client.minuteBars({ symbol: codes[0]!, tradingDay: today });
    expect(through + 70_000).toBeLessThanOrEqual(simulator.clock.now());
    expect(complete).toBe(false);
  },
);

// A host that keeps local time as UTC is nine hours ahead: from 15:00 on it takes KIS's today for yesterday.
test.each(["15:05:30", "15:20:30", "15:30:20"])(
  "a clock nine hours ahead does not make a past day of one that is under way at %s",
  async (time) => {
    const today = "2026-11-20";
    const simulator = createKisSimulator({ market, limits: false, now: kstInstant(today, time) });
    const clock = { ...clockOf(simulator), now: () => simulator.clock.now() + 9 * 3_600_000 };
    const client = clientOf(simulator, { clock });
    for (const symbol of codes.slice(0, 4)) {
      const { bars, through, complete } = await client.minuteBars({ symbol, tradingDay: today });
      expect(through + 70_000).toBeLessThanOrEqual(simulator.clock.now());
      expect(complete).toBe(false);
      expect(bars).toEqual(simulator.truth(symbol, today).filter(({ time: start }) => start <= through));
    }
  },
);

// A page can end on the very minute asked for; its turnover is a difference to the row on the page before.
test.each([
  ["live", past],
  ["paper", "2026-11-20"],
] as const)("on %s, turnover is known from whatever minute of %s is asked for", async (environment, day) => {
  const simulator = createKisSimulator({ market, limits: false, now, environment });
  const client = clientOf(simulator, { environment });
  const symbol = codes[0]!;
  const turnovers = simulator.truth(symbol, day).map(({ time, turnover }) => [time, turnover]);
  const wrong: number[] = [];
  for (const from of krx.minutes(day).filter((_, index) => index % 13 === 0 || index > 378)) {
    const { bars, calls } = await client.minuteBars({ symbol, tradingDay: day, from });
    const known = turnovers.filter(([time = 0]) => time >= from);
    if (JSON.stringify(bars.map(({ time, turnover }) => [time, turnover])) !== JSON.stringify(known))
      wrong.push(from);
    expect(calls).toBeLessThanOrEqual(environment === "live" ? 5 : 14);
  }
  expect(wrong).toEqual([]);
});
