import { type MinuteBar, type TradingDay, checkOptions, kstDay } from "../../core/index.js";
import { type Delivery, planDelivery } from "./delivery.js";
import { type FaultAction, createFaultDraw, relabelled, spoilResponse } from "../faults/index.js";
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

import { SIMULATOR_HEADER, type WireRequest, type WireResponse } from "../wire/index.js";

/** A KIS without a socket. */
export interface KisSimulator {
  /** Answers as KIS would at the clock's instant; takes any host. */
  readonly fetch: typeof globalThis.fetch;
  /** Its time; set or advance it. */
  readonly clock: SimulatorClock;
  /** The invented market behind the answers. */
  readonly market: Market;
  /** What was asked of it so far. */
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
  /** @returns what ends the listening. */
  onClockMove(listener: () => void): () => void;
  approves(key: string): boolean;
}

/**
 * A KIS in this process: the whole behaviour behind a `fetch`, for tests on one clock and without a socket.
 *
 * @throws ConfigError if a name is no option's, or an option is out of range.
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
  const faultDraw = createFaultDraw(options.faults ?? [], market.seed, market.calendar);
  const server = createKisServer(market, config, faultDraw);
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
    const struck = faultDraw.strike(request, clock.now());
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
      return Object.values(faultDraw.counts).reduce((sum, count) => sum + count, 0);
    },
    faultsByName: faultDraw.counts,
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
