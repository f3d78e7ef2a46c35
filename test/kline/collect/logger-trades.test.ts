import { expect, test } from "vitest";
import { HantooKlineLogger, MemoryStore, type MinuteBar, type SyncReport, coverage, readBars } from "hantoo";
import type { StreamOptions } from "hantoo/testing";
import { DAY, at, openMarket } from "../../kis/stream/stream-market.js";

const SYMBOLS = ["005930", "000660", "005380"];

/** As it is stored without turnover. */
const stripped = ({ turnover, ...bar }: MinuteBar): Omit<MinuteBar, "turnover"> => {
  void turnover;
  return bar;
};

async function log(options: {
  readonly environment: "live" | "paper";
  readonly stream?: StreamOptions;
  readonly trades: boolean;
  readonly until: string;
}) {
  const market = openMarket({
    start: at("15:10:30"),
    symbols: SYMBOLS,
    environment: options.environment,
    ...(options.stream === undefined ? {} : { stream: options.stream }),
  });
  const { client, clock, core, sockets } = market;
  const store = new MemoryStore();
  const logger = new HantooKlineLogger({
    client,
    store,
    symbols: SYMBOLS,
    clock,
    random: () => 0.5,
    compact: false,
    ...(options.trades ? { trades: client.stream({ symbols: SYMBOLS }) } : {}),
  });
  // Compression takes real time, in which a clock of a test would run ahead: it stops before what the test waits for.
  const pass = async (limit: number): Promise<SyncReport> => {
    const report = logger.sync();
    const over = new AbortController();
    report.then(
      () => over.abort(),
      () => over.abort(),
    );
    while (!over.signal.aborted)
      if (clock.now() < limit) await clock.advance(250);
      else await new Promise((resolve) => setImmediate(resolve));
    return report;
  };
  const reports: SyncReport[] = [await pass(at("15:25"))];
  await clock.advance(at(options.until) - clock.now());
  reports.push(await pass(at("15:55")));
  await clock.runUntil(logger.close());
  const bars = async (symbol: string) => {
    const out = [];
    for await (const bar of readBars({ store, symbol, from: DAY, to: DAY, untraded: "skip" })) out.push(bar);
    return out.map(stripped);
  };
  const stored = new Map<string, Awaited<ReturnType<typeof bars>>>();
  for (const symbol of SYMBOLS) stored.set(symbol, await bars(symbol));
  const truth = (symbol: string) => core.truth(symbol, DAY).map(stripped);
  const whole = (await coverage({ store, from: DAY, to: DAY, symbols: SYMBOLS, clock })).total;
  await clock.runUntil(client.close());
  return { stored, truth, whole, reports, sockets };
}

test("an outage of three minutes over the closing auction: the stored day is whole and right", async () => {
  const outage = { from: at("15:29"), to: at("15:32") };
  const { stored, truth, whole, reports, sockets } = await log({
    environment: "live",
    trades: true,
    stream: { outages: [outage] },
    until: "15:45",
  });
  expect(sockets.connects.length).toBeGreaterThan(1);
  for (const symbol of SYMBOLS) expect(stored.get(symbol), symbol).toEqual(truth(symbol));
  expect([whole.have, whole.expected]).toEqual([381 * 3, 381 * 3]);
  expect(reports.flatMap(({ failures }) => failures)).toEqual([]);
});

test("paper blanks the closing auction until four; with trades its print is stored at once, and right", async () => {
  const without = await log({ environment: "paper", trades: false, until: "15:31:20" });
  expect(without.whole.have).toBeLessThan(381 * 3);
  const beside = await log({ environment: "paper", trades: true, until: "15:31:20" });
  expect(beside.whole.have).toBe(381 * 3);
  for (const symbol of SYMBOLS) expect(beside.stored.get(symbol), symbol).toEqual(beside.truth(symbol));
});

test("where the stream missed the print nothing is made up: paper waits as it does without trades", async () => {
  const outages = [{ from: at("15:29"), to: at("15:32") }];
  const { stored, truth, whole } = await log({
    environment: "paper",
    trades: true,
    stream: { outages },
    until: "15:31:20",
  });
  expect(whole.have).toBeLessThan(381 * 3);
  for (const symbol of SYMBOLS) expect(stored.get(symbol)).toEqual(truth(symbol).slice(0, -1));
});
