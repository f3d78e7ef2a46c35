import { type MinuteBar, SIMULATOR_HEADER, type TradingDay, checkOptions, kstDay } from "../../core/index.js";
import { type Delivery, planDelivery } from "./delivery.js";
import { type FaultAction, createFaultInjector, relabelled, spoilResponse } from "../faults/index.js";
import { createFetch } from "./deliver-fetch.js";
import type { EndpointContext } from "../endpoints/index.js";
import { createKisServer } from "./kis-server.js";
import { type Market, type TruthOptions, createMarket } from "../market/index.js";
import { MASTER_PATH, answerMaster } from "./master-files.js";
import { createRandom } from "../random.js";
import {
  type SimulatorClock,
  createServerClock,
  type KisSimulatorOptions,
  serverConfig,
  type SimulatorStats,
} from "../settings/index.js";

import type { WireRequest, WireResponse } from "../wire/index.js";

/** A simulated KIS in this process, without a socket. */
export interface KisSimulator {
  /** Answers as KIS would at the time of `clock`, whatever host the URL names. */
  readonly fetch: typeof globalThis.fetch;
  /** The simulator's time; set or advance it. */
  readonly clock: SimulatorClock;
  /** The invented market behind the answers. */
  readonly market: Market;
  /** What it was asked so far. */
  readonly stats: SimulatorStats;
  /** {@link Market.truth} of its market. */
  readonly truth: (symbol: string, day: TradingDay, options?: TruthOptions) => readonly MinuteBar[];
  /** Makes every token invalid from now on. */
  readonly revokeTokens: () => void;
}

/** The simulator with what a server in front of it needs. */
export interface SimulatorCore extends KisSimulator {
  readonly counters: { connections: number; openConnections: number };
  readonly environment: "live" | "paper";
  /** Answers a request now, faults included; a promise for the files alone, whose formats load on first use. */
  exchange(request: WireRequest): Delivery | Promise<Delivery>;
  /** What endpoints answer from at an instant. */
  contextAt(nowMs: number): EndpointContext;
  /** @returns a function that ends it. */
  onClockMove(listener: () => void): () => void;
  approves(key: string): boolean;
}

/**
 * A simulated KIS in this process, behind a `fetch`: for tests on one clock and without a socket.
 *
 * @example
 * ```ts
 * const simulator = createKisSimulator({ now: Date.parse("2026-11-20T18:00:00+09:00"), symbols: ["005930"] });
 * const { fetch, clock } = simulator;
 * const tokenStore = createMemoryTokenStore();
 * const client = new KisClient({ appKey: "test", appSecret: "test", fetch, clock, tokenStore });
 * const { bars } = await client.minuteBars({ symbol: "005930" });
 * const truth = simulator.truth("005930", "2026-11-20"); // the same minutes
 * ```
 * @throws ConfigError if an option is unknown or out of range.
 */
export function createKisSimulator(options: KisSimulatorOptions = {}): KisSimulator {
  const { fetch, clock, market, stats, truth, revokeTokens } = createSimulatorCore(options);
  return { fetch, clock, market, stats, truth, revokeTokens };
}

export function createSimulatorCore(options: KisSimulatorOptions): SimulatorCore {
  const { seed, symbols, calendar, actions, instruments } = checkOptions(options, "an object");
  const market =
    options.market ??
    createMarket({
      ...(seed === undefined ? {} : { seed }),
      ...(symbols === undefined ? {} : { symbols }),
      ...(calendar === undefined ? {} : { calendar }),
      ...(actions === undefined ? {} : { actions }),
      ...(instruments === undefined ? {} : { instruments }),
    });
  const config = serverConfig(options, market.seed);
  const mode = options.clock ?? (options.now === undefined ? "running" : "fixed");
  const listeners = new Set<() => void>();
  const clock = createServerClock(mode, options.now, () => {
    for (const listener of listeners) listener();
  });
  const faultInjector = createFaultInjector(options.faults ?? [], market.seed, market.calendar);
  const server = createKisServer(market, config, faultInjector);
  const random = createRandom(market.seed ^ 0xfa17);
  const counters = { connections: 0, openConnections: 0 };
  const byEndpoint: Record<string, number> = {};
  const byCode: Record<string, number> = {};
  const counts = { requests: 0, refusals: 0 };

  const count = (request: WireRequest, body: string | Uint8Array): void => {
    const name = request.headers.get("tr_id") ?? request.path;
    byEndpoint[name] = (byEndpoint[name] ?? 0) + 1;
    // The envelope ends each answer; most of a page is rows.
    const code = typeof body === "string" ? CODE.exec(body.slice(-300))?.[1] : undefined;
    if (code === undefined) return;
    byCode[code] = (byCode[code] ?? 0) + 1;
    if (code === "EGW00201") counts.refusals++;
  };

  const files = async (request: WireRequest, faults: readonly FaultAction[]): Promise<Delivery> => {
    return marked(planDelivery(await answerMaster(market, request, clock.now()), faults, random));
  };

  const exchange = (request: WireRequest): Delivery | Promise<Delivery> => {
    counts.requests++;
    const struck = faultInjector.strike(request, clock.now());
    const faults = struck.actions;
    if (request.path.startsWith(`${MASTER_PATH}/`)) {
      count(request, "");
      return files(request, faults);
    }
    let skewMs = 0;
    for (const fault of faults) {
      if (fault === "token-revoked") server.tokens.revokeAll();
      if (typeof fault === "object" && "clockSkewMs" in fault) skewMs = fault.clockSkewMs;
    }
    const ask = (asked: WireRequest): WireResponse =>
      server.answer(asked, clock.now(), clock.monotonic(), skewMs);
    const answer = faults.includes("relabel-previous-day")
      ? relabelled(request, market.calendar, ask)
      : ask(request);
    const delivery = marked(planDelivery(spoilResponse(answer, struck), faults, random));
    count(request, delivery.response.body);
    return delivery;
  };

  const stats: SimulatorStats = {
    get requests() {
      return counts.requests;
    },
    byEndpoint,
    byCode,
    get refusals() {
      return counts.refusals;
    },
    get faults() {
      return Object.values(faultInjector.counts).reduce((sum, count) => sum + count, 0);
    },
    faultsByName: faultInjector.counts,
    get tokenIssues() {
      return server.tokens.counts.issues;
    },
    get tokenRepeats() {
      return server.tokens.counts.repeats;
    },
    get maxPerSecond() {
      return server.window.maxPerSecond;
    },
    get openConnections() {
      return counters.openConnections;
    },
    get connections() {
      return counters.connections;
    },
  };

  return {
    fetch: createFetch(exchange, (ms, signal) => clock.sleep(ms, signal)),
    clock,
    market,
    stats,
    counters,
    environment: config.environment,
    exchange,
    contextAt: (now) => ({ market, config, now, today: kstDay(now) }),
    onClockMove(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    truth: (symbol, day, truthOptions) => market.truth(symbol, day, truthOptions),
    revokeTokens: () => server.tokens.revokeAll(),
    approves: (key) => server.tokens.approves(key, clock.now()),
  };
}

function marked(delivery: Delivery): Delivery {
  const { response } = delivery;
  return {
    ...delivery,
    response: { ...response, headers: { ...response.headers, [SIMULATOR_HEADER]: "1" } },
  };
}

const CODE = /"(?:msg_cd|error_code)":"([^"]*)"/;
