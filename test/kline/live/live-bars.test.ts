import { expect, test } from "vitest";
import {
  type BarSource,
  type LiveBarEvent,
  type MinuteBar,
  type TradeSourceEvent,
  kstInstant,
  kstTime,
  liveBars,
} from "hantoo";
import { createManualClock } from "hantoo/testing";
import { DAY, at, openMarket, tradesOf } from "../../kis/stream/stream-market.js";
import { check, counted, truthful, watch, without } from "./watched-bars.js";

const MINUTE = 60_000;
const MANY = ["005930", "000660", "005380", "035420", "035720"];

test("a quiet quarter of an hour: every minute given at its end, sealed as it was, totals and all", async () => {
  const market = openMarket({ symbols: MANY, start: at("10:00") });
  const watched = watch(market, MANY);
  await market.clock.advance(15 * MINUTE + 30_000);
  await market.clock.runUntil(market.client.close());
  await market.clock.runUntil(watched.done);
  for (const symbol of MANY) {
    const own = watched.events.filter((event) => event.symbol === symbol);
    const { right } = check(watched, symbol, at("10:00"), at("10:15:30"));
    expect(right).toBeGreaterThanOrEqual(13);
    expect(own.filter((event) => event.kind === "sealed" && event.differs)).toEqual([]);
    const bars = own.filter((event) => event.kind === "bar").map(({ bar }) => bar);
    const truth = new Map(market.core.truth(symbol, DAY).map((bar) => [bar.time, bar]));
    for (const bar of bars) expect(bar, kstTime(bar.time)).toEqual(truth.get(bar.time));
    // No minute twice: nothing came late.
    expect(new Set(bars.map(({ time }) => time)).size).toBe(bars.length);
  }
});

test("`from` joins stored bars, the source's and the stream's into one series: each minute once, ascending, sealed", async () => {
  const market = openMarket({ symbols: MANY, start: at("10:30") });
  const yesterday = "2026-11-19";
  const of = (symbol: string, day: string): readonly MinuteBar[] => market.core.truth(symbol, day);
  const from = at("15:00", yesterday);
  const asked: string[] = [];
  const source = counted(market);
  const watched = watch(market, ["005930", "000660"], {
    from,
    // 005930 is stored up to 10:10 of today, with a bar before `from` and an untraded minute; 000660 not at all.
    history: (symbol) =>
      symbol === "000660"
        ? []
        : [
            ...of(symbol, yesterday).filter(({ time }) => time >= from - 5 * MINUTE),
            ...of(symbol, DAY).filter(({ time }) => time < at("10:10")),
            { ...of(symbol, DAY)[0]!, time: at("10:10"), volume: 0 },
          ],
    source: {
      minuteBars: (request) => {
        asked.push(`${request.symbol} ${request.tradingDay ?? "today"}`);
        return request.tradingDay === yesterday
          ? market.client.minuteBars(request)
          : source.minuteBars(request);
      },
    },
  });
  await market.clock.advance(5 * MINUTE + 30_000);
  await market.clock.runUntil(market.client.close());
  await market.clock.runUntil(watched.done);
  for (const symbol of ["005930", "000660"]) {
    const sealed = watched.events.filter((event) => event.symbol === symbol && event.kind === "sealed");
    const times = sealed.map(({ bar }) => bar.time);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(new Set(times).size).toBe(times.length);
    const wanted = [...of(symbol, yesterday), ...of(symbol, DAY)].filter(
      ({ time }) => time >= from && time <= at("10:34"),
    );
    expect(times.filter((time) => time <= at("10:34"))).toEqual(wanted.map(({ time }) => time));
    expect(sealed.slice(0, wanted.length).map(({ bar }) => without(bar))).toEqual(wanted.map(without));
  }
  // What is stored is not asked for again.
  expect(asked.filter((name) => name.includes(yesterday))).toEqual([`000660 ${yesterday}`]);
});

test("trades that come while stored bars of today are still read: each minute once, and none after its seal", async () => {
  const market = openMarket({ symbols: ["005930"], start: at("11:00") });
  const { clock, core } = market;
  const all = tradesOf(market, "005930").filter(({ at: time }) => time >= at("11:00") && time < at("11:05"));
  async function* trades(): AsyncGenerator<TradeSourceEvent> {
    yield { kind: "subscribed", symbol: "005930" };
    for (const { at: when, ...trade } of all) {
      await clock.sleep(Math.max(0, when - clock.now()));
      yield { kind: "trade", symbol: "005930", ...trade };
    }
    await clock.sleep(2 * MINUTE);
  }
  const watched = watch(market, ["005930"], {
    trades: trades(),
    source: truthful(market),
    from: at("09:00"),
    history: async function* (symbol) {
      await clock.sleep(2 * MINUTE + 30_000);
      yield* core.truth(symbol, DAY).filter(({ time }) => time <= at("11:01"));
    },
  });
  await clock.advance(7 * MINUTE);
  await clock.runUntil(watched.done);
  const of = (kind: string) => watched.events.filter((event) => event.kind === kind).map(({ bar }) => bar);
  const truth = core.truth("005930", DAY);
  expect(of("sealed")).toEqual(truth.filter(({ time }) => time <= at("11:06")));
  expect(of("bar").map(without)).toEqual(
    truth.filter(({ time }) => time > at("11:01") && time < at("11:05")).map(without),
  );
});

test("an earlier day that the source does not have costs that day, and today goes on", async () => {
  const market = openMarket({ symbols: ["005930"], start: at("10:00") });
  const source = counted(market);
  const watched = watch(market, ["005930"], {
    from: at("15:00", "2026-11-19"),
    source: {
      minuteBars: (request) =>
        request.tradingDay === undefined
          ? source.minuteBars(request)
          : Promise.reject(new Error("not that day")),
    },
  });
  await market.clock.advance(3 * MINUTE + 30_000);
  await market.clock.runUntil(market.client.close());
  await market.clock.runUntil(watched.done);
  const sealed = watched.events.filter(({ kind }) => kind === "sealed").map(({ bar }) => bar.time);
  expect(sealed[0]).toBe(at("09:00"));
  expect(sealed).toContain(at("10:02"));
});

test("the calendar's last trading day is read as an earlier one, though none follows it", async () => {
  const [last, today] = ["2027-12-30", "2027-12-31"];
  const time = kstInstant(last, "15:00");
  const bar: MinuteBar = { time, open: 1, high: 1, low: 1, close: 1, volume: 1, accVolume: 1, turnover: 1 };
  const asked: (string | undefined)[] = [];
  const source: BarSource = {
    async minuteBars({ symbol, tradingDay }) {
      asked.push(tradingDay);
      return { symbol, venue: "KRX", tradingDay: last, bars: [bar], through: time, complete: true, calls: 1 };
    },
  };
  const trades: AsyncIterable<TradeSourceEvent> = (async function* () {})();
  const clock = createManualClock(kstInstant(today, "10:00"));
  const events: LiveBarEvent[] = [];
  for await (const event of liveBars({ trades, source, symbols: ["005930"], clock, from: time }))
    events.push(event);
  expect({ asked, events }).toEqual({
    asked: [last],
    events: [{ kind: "sealed", symbol: "005930", bar, differs: false }],
  });
});

test("a source that fails ends no bars: they stay provisional, and are sealed once it is back", async () => {
  const market = openMarket({ symbols: ["005930"], start: at("10:00") });
  const source = counted(market);
  let isOut = true;
  const watched = watch(market, ["005930"], {
    source: {
      minuteBars: (request) => (isOut ? Promise.reject(new Error("out")) : source.minuteBars(request)),
    },
  });
  await market.clock.advance(6 * MINUTE);
  const kinds = (): Set<string> => new Set(watched.events.map(({ kind }) => kind));
  expect(kinds()).toEqual(new Set(["bar"]));
  expect(watched.events.length).toBeGreaterThanOrEqual(4);
  isOut = false;
  await market.clock.advance(2 * MINUTE);
  await market.clock.runUntil(market.client.close());
  await market.clock.runUntil(watched.done);
  check(watched, "005930", at("10:00"), at("10:08"));
  expect(kinds()).toEqual(new Set(["bar", "sealed"]));
});

test("trades that fail end no bars: the source alone goes on to the session's end", async () => {
  const market = openMarket({ symbols: ["005930"], start: at("15:25") });
  async function* failing(): AsyncGenerator<TradeSourceEvent> {
    yield { kind: "subscribed", symbol: "005930" };
    await market.clock.sleep(MINUTE);
    throw new Error("the line broke");
  }
  const watched = watch(market, ["005930"], { trades: failing(), from: at("15:10") });
  await market.clock.advance(20 * MINUTE);
  await market.clock.runUntil(watched.done);
  expect(await watched.done).toBeUndefined();
  const truth = market.core.truth("005930", DAY).filter(({ time }) => time >= at("15:10"));
  expect(watched.events.map(({ kind, bar }) => [kind, bar.time])).toEqual(
    truth.map(({ time }) => ["sealed", time]),
  );
});
