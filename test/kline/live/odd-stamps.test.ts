import { expect, test } from "vitest";
import type { BarSource, LiveTrade, TradeSourceEvent } from "hantoo";
import { MarketClock } from "../../../src/kline/live/market-clock.js";
import { DAY, at, openMarket, tradesOf } from "../../kis/stream/stream-market.js";
import { truthful, watch, without } from "./watched-bars.js";

const MINUTE = 60_000;
const DAY_MS = 86_400_000;
const SYMBOL = "005930";

test("a clock that is off by seconds or years is put right by the trades, one that is right is kept", () => {
  for (const offMs of [0, 4000, 30_000, -3000, 400 * DAY_MS, -400 * DAY_MS]) {
    let real = at("10:00");
    const market = new MarketClock(() => real + offMs);
    for (const lateMs of [300, 900, 150, 700, 20]) market.saw((real += 5000) - lateMs);
    const isKept = offMs >= 0 && offMs <= 5000;
    expect(market.now() - (isKept ? offMs : 0), `${offMs}`).toBeGreaterThanOrEqual(real - 1000);
    expect(market.now() - (isKept ? offMs : 0), `${offMs}`).toBeLessThanOrEqual(real);
  }
});

test("one stamp from the future, or from last year, moves no clock", () => {
  for (const odd of [3_600_000, 400 * DAY_MS, -400 * DAY_MS]) {
    for (const when of [0, 1, 5]) {
      let real = at("10:00");
      const market = new MarketClock(() => real);
      for (let count = 0; count < 6; count++) {
        market.saw(count === when ? real + odd : real - 300);
        real += 1000;
      }
      expect(market.now(), `${odd} as trade ${when}`).toBe(real);
    }
  }
});

test("a trade stamped a year ahead costs no bar and no seal; nor does one of the day before", async () => {
  const market = openMarket({ symbols: [SYMBOL], start: at("10:00") });
  const { clock } = market;
  const all = tradesOf(market, SYMBOL).filter(({ at: time }) => time >= at("10:00") && time < at("10:08"));
  async function* trades(): AsyncGenerator<TradeSourceEvent> {
    yield { kind: "subscribed", symbol: SYMBOL };
    for (const [index, { at: when, ...trade }] of all.entries()) {
      await clock.sleep(Math.max(0, when - clock.now()));
      const real: LiveTrade = { kind: "trade", symbol: SYMBOL, ...trade };
      if (index === 3) yield { ...real, time: real.time + 400 * DAY_MS };
      else if (index === 6) yield { ...real, time: real.time - DAY_MS };
      else yield real;
    }
    await clock.sleep(2 * MINUTE);
  }
  const watched = watch(market, [SYMBOL], { trades: trades(), source: truthful(market) });
  await clock.advance(9 * MINUTE + 30_000);
  await clock.runUntil(watched.done);
  const truth = market.core.truth(SYMBOL, DAY).filter(({ time }) => time >= at("10:00"));
  const of = (kind: string) => watched.events.filter((event) => event.kind === kind).map(({ bar }) => bar);
  expect(of("sealed").slice(0, 8)).toEqual(truth.slice(0, 8));
  const late = of("bar").filter(({ time }) => time >= at("10:04"));
  expect(late.map(without)).toEqual(
    truth.filter(({ time }) => time >= at("10:04") && time < at("10:08")).map(without),
  );
});

test("a clock that is a day ahead does not keep today from being sealed", async () => {
  const market = openMarket({ symbols: [SYMBOL], start: at("10:00") });
  const { clock } = market;
  const ahead = { ...clock, now: () => clock.now() + 3 * DAY_MS };
  const all = tradesOf(market, SYMBOL).filter(({ at: time }) => time >= at("10:00") && time < at("10:06"));
  async function* trades(): AsyncGenerator<TradeSourceEvent> {
    yield { kind: "subscribed", symbol: SYMBOL };
    for (const { at: when, ...trade } of all) {
      await clock.sleep(Math.max(0, when - clock.now()));
      yield { kind: "trade", symbol: SYMBOL, ...trade };
    }
    await clock.sleep(2 * MINUTE);
  }
  const watched = watch(market, [SYMBOL], { trades: trades(), source: truthful(market), clock: ahead });
  await clock.advance(8 * MINUTE);
  await clock.runUntil(watched.done);
  const times = watched.events.filter(({ kind }) => kind === "sealed").map(({ bar }) => bar.time);
  expect(times).toContain(at("10:02"));
  expect(times).toContain(at("10:05"));
  expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
});

test.each([undefined, at("09:30")])(
  "a clock that is hours ahead on the same day is put right, and today is sealed (from %s)",
  async (from) => {
    const silent = "000660";
    const market = openMarket({ symbols: [SYMBOL, silent], start: at("10:00:20") });
    const { clock } = market;
    const ahead = { ...clock, now: () => clock.now() + 9 * 60 * MINUTE };
    const all = tradesOf(market, SYMBOL).filter(
      ({ at: time }) => time >= at("10:00:20") && time < at("10:06"),
    );
    async function* trades(): AsyncGenerator<TradeSourceEvent> {
      for (const symbol of [SYMBOL, silent]) yield { kind: "subscribed", symbol };
      for (const { at: when, ...trade } of all) {
        await clock.sleep(Math.max(0, when - clock.now()));
        yield { kind: "trade", symbol: SYMBOL, ...trade };
      }
      await clock.sleep(6 * MINUTE);
    }
    // Its first answers are still on their way when the clock is put right.
    const source: BarSource = {
      async minuteBars(request) {
        const answer = await truthful(market).minuteBars(request);
        if (clock.now() < at("10:00:50")) await clock.sleep(2 * MINUTE);
        return answer;
      },
    };
    const watched = watch(market, [SYMBOL, silent], {
      trades: trades(),
      source,
      clock: ahead,
      ...(from === undefined ? {} : { from }),
    });
    await clock.advance(11 * MINUTE);
    const events = [...watched.events];
    await clock.runUntil(watched.done);
    for (const symbol of [SYMBOL, silent]) {
      const own = events.filter((event) => event.symbol === symbol);
      const sealed = own.flatMap((event) => (event.kind === "sealed" ? [event] : []));
      const truth = market.core.truth(symbol, DAY).filter(({ time }) => time >= (from ?? at("10:00")));
      expect(sealed.length).toBeGreaterThan(4);
      expect(sealed.map(({ bar }) => bar)).toEqual(truth.slice(0, sealed.length));
      expect(sealed.at(-1)!.bar.time).toBeGreaterThanOrEqual(at("10:05"));
      const rightAt = all[2]!.at;
      expect(rightAt).toBeLessThan(at("10:02"));
      const late = sealed.filter(({ bar }) => bar.time >= rightAt && bar.time < at("10:06"));
      expect(late.length).toBeGreaterThan(2);
      // Of one the trades say nothing, though they were to come.
      expect(late.map(({ differs }) => differs)).toEqual(late.map(() => symbol === silent));
      if (symbol === silent) continue;
      const bars = own.filter(({ kind, bar }) => kind === "bar" && bar.time >= rightAt);
      expect(bars.map(({ bar }) => without(bar))).toEqual(late.map(({ bar }) => without(bar)));
    }
  },
);
