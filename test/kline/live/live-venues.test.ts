import { expect, test } from "vitest";
import { type BarSource, liveBars, kstTime, type LiveBarEvent } from "hantoo";
import { at, openMarket } from "../../kis/stream/stream-market.js";

const MINUTE = 60_000;
const SYMBOL = "005930";

test.each([
  ["UN", "all", "07:59:30", "08:12"],
  ["UN", "regular", "15:17:30", "15:40"],
  ["NXT", "all", "15:35:30", "15:52"],
  ["KRX", "all", "15:58:30", "16:12"],
] as const)(
  "bars of %s, %s hours, from %s on are that market's, sealed as they were",
  async (venue, hours, from, until) => {
    const market = openMarket({ symbols: [SYMBOL], start: at(from) });
    const { client, clock, core } = market;
    const events: LiveBarEvent[] = [];
    const source: BarSource = client;
    const done = (async () => {
      const trades = client.stream({ symbols: [SYMBOL], venue });
      for await (const event of liveBars({ trades, source, symbols: [SYMBOL], venue, hours, clock }))
        events.push(event);
    })();
    await clock.advance(at(until) - clock.now());
    await clock.runUntil(client.close());
    await clock.runUntil(done);
    const start = Math.ceil(at(from) / MINUTE) * MINUTE;
    const truth = core
      .truth(SYMBOL, "2026-11-20", { venue, hours })
      .filter(({ time }) => time >= start && time + MINUTE + 15_000 <= at(until));
    const of = (kind: string) =>
      events
        .filter((event) => event.kind === kind && event.bar.time >= start)
        .map(({ bar: { time, open, high, low, close, volume } }) => [
          kstTime(time),
          open,
          high,
          low,
          close,
          volume,
        ]);
    const wanted = truth.map(({ time, open, high, low, close, volume }) => [
      kstTime(time),
      open,
      high,
      low,
      close,
      volume,
    ]);
    expect(wanted.length).toBeGreaterThan(2);
    expect(of("sealed").slice(0, wanted.length)).toEqual(wanted);
    // Before the first trade that comes something may have been missed: its minute waits for the seal.
    const bars = of("bar").filter(([time]) => time !== wanted[0]?.[0]);
    expect(bars.slice(0, wanted.length - 1)).toEqual(wanted.slice(1));
    expect(
      events.filter((event) => event.kind === "sealed" && event.differs && event.bar.time >= start),
    ).toEqual([]);
  },
);
