import {
  KisClient,
  type KisClientOptions,
  type Logger,
  type StreamEvent,
  createMemoryTokenStore,
  kstInstant,
} from "hantoo";
import {
  type KisSimulatorOptions,
  type ManualClock,
  type Market,
  createManualClock,
  createMarket,
} from "hantoo/testing";
import { type SimulatorCore, createSimulatorCore } from "../../../src/testing/server/index.js";
import { type InProcessSockets, createInProcessSockets } from "../../../src/testing/stream/index.js";
import { tapeOf } from "../../../src/testing/stream/trade-tape.js";
import { unpaced } from "../unpaced.js";

export const DAY = "2026-11-20";
export const at = (time: string, day: string = DAY): number => kstInstant(day, time);

/** A simulated KIS, its sockets and a client, all on one clock that stands still. */
export function openMarket(options: KisSimulatorOptions & { readonly start?: number } = {}): OpenMarket {
  const { start = at("10:00"), ...simulator } = options;
  const clock: ManualClock = createManualClock(start);
  const core = createSimulatorCore({ limits: false, clock, ...simulator });
  const sockets = createInProcessSockets(core);
  const said: string[] = [];
  const keep = (facts: object, message: string): void =>
    void said.push(
      `${message} ${JSON.stringify(facts, (_, value: unknown) => (value instanceof Error ? [value.name, value.message, value.stack] : value))}`,
    );
  const logger: Logger = { debug: keep, info: keep, warn: keep, error: keep };
  const open = (more: Partial<KisClientOptions> = {}): KisClient =>
    new KisClient({
      appKey: "test",
      appSecret: "test",
      environment: core.environment,
      fetch: core.fetch,
      webSocket: (url, events) => sockets.connect(url, events),
      // Each market is a host of its own: streams of one key and host share a socket.
      websocketUrl: `ws://market-${++markets}.invalid/`,
      clock,
      random: () => 0,
      limiter: unpaced(),
      tokenStore: createMemoryTokenStore(),
      logger,
      ...more,
    });
  return { clock, core, sockets, client: open(), open, said };
}
let markets = 0;

export interface OpenMarket {
  readonly clock: ManualClock;
  readonly core: SimulatorCore;
  readonly sockets: InProcessSockets;
  readonly client: KisClient;
  /** Another client, of a host of its own. */
  readonly open: (more?: Partial<KisClientOptions>) => KisClient;
  /** What was logged, facts and all. */
  readonly said: readonly string[];
}

const KEPT_MARKETS = 8;
const kept = new Map<number, Market>();

/** A schedule's own faults in one of a few markets: their ticks cost more to make than all else, and are made once. */
export function marketOf(seed: number, symbols: readonly string[]): Market {
  const own = seed % KEPT_MARKETS;
  const market = kept.get(own) ?? createMarket({ seed: own, symbols });
  kept.set(own, market);
  return { ...market, seed };
}

/** Reads a stream to its end into an array that grows. */
export function collect<E extends StreamEvent>(
  stream: AsyncIterable<E>,
): { readonly events: E[]; readonly done: Promise<unknown> } {
  const events: E[] = [];
  const read = async (): Promise<void> => {
    for await (const event of stream) events.push(event);
  };
  return {
    events,
    done: read().then(
      () => undefined,
      (error: unknown) => error,
    ),
  };
}

/** One trade as the stream tells it, and the millisecond at which it happens. */
interface TrueTrade {
  readonly at: number;
  readonly time: number;
  readonly price: number;
  readonly volume: number;
  readonly accVolume: number;
  readonly accTurnover: number;
}

/** A symbol's trades of the day as the stream tells them: whole seconds, running totals with what is off session. */
export function tradesOf({ core }: OpenMarket, symbol: string): readonly TrueTrade[] {
  const day = core.market.symbolDay(symbol, DAY)!;
  return tapeOf(day).map(({ trade }) => ({
    at: trade.time,
    time: Math.floor(trade.time / 1000) * 1000,
    price: trade.price,
    volume: trade.volume,
    accVolume: trade.accVolume + day.offSessionVolume,
    accTurnover: trade.accTurnover,
  }));
}

interface Completeness {
  readonly given: number;
  readonly missing: number;
  readonly gaps: number;
  /** Index of the first trade that was not told. */
  readonly next: number;
}

/**
 * Every trade once and in order, or a gap of exactly what is missing.
 *
 * @returns how many trades came, and how many are in gaps.
 */
export function checkComplete(
  market: OpenMarket,
  symbol: string,
  events: readonly StreamEvent[],
): Completeness {
  const truth = tradesOf(market, symbol);
  let next = -1;
  let [given, missing, gaps] = [0, 0, 0];
  for (const event of events) {
    if (!("symbol" in event) || event.symbol !== symbol) continue;
    if (event.kind === "gap") {
      if (next < 0) throw new Error(`${symbol}: a gap before the first trade`);
      const first = truth[next]!;
      let [shares, turnover] = [0, 0];
      while (shares < event.shares) {
        const lost = truth[next++];
        if (lost === undefined) throw new Error(`${symbol}: a gap of more than there is`);
        shares += lost.volume;
        turnover += lost.volume * lost.price;
        missing++;
      }
      if (shares !== event.shares || turnover !== event.turnover)
        throw new Error(
          `${symbol}: a gap of ${event.shares} shares and ${event.turnover} won is really ${shares} and ${turnover}`,
        );
      if (
        event.from > first.time ||
        event.to < truth[next - 1]!.time ||
        event.to > (truth[next]?.time ?? Infinity)
      )
        throw new Error(`${symbol}: a gap whose span does not hold what is missing`);
      gaps++;
      continue;
    }
    if (event.kind !== "trade") continue;
    if (next < 0) next = truth.findIndex(({ accVolume }) => accVolume === event.accVolume);
    const wanted = truth[next++];
    const got = {
      time: event.time,
      price: event.price,
      volume: event.volume,
      accVolume: event.accVolume,
      accTurnover: event.accTurnover,
    };
    const { at: _, ...rest } = wanted ?? { at: 0 };
    if (JSON.stringify(got) !== JSON.stringify(rest))
      throw new Error(`${symbol}: ${JSON.stringify(got)} where ${JSON.stringify(rest)} was due`);
    given++;
  }
  return { given, missing, gaps, next };
}
