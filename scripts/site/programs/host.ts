/**
 * What `hantoo` is to a program of a page: the package itself, on a simulated KIS and its time. The program is run as it
 * stands; whatever it leaves to the package's defaults (clock, fetch, endpoint) is the simulator's.
 */
import * as real from "hantoo";
import { type ManualClock, createKisSimulator } from "hantoo/testing";
import { openMarket } from "../../../test/kis/stream/stream-market.js";
import { clockOf, unpaced } from "../../../test/kis/unpaced.js";
import type { S3Server } from "../../../test/support/s3-server.js";

// What a page's program may import; the names below take the place of the package's own.
export * from "hantoo";

/** The Friday evening of all pages. */
export const EVENING: number = real.kstInstant("2026-11-20", "18:00");
/** Events of a stream after which a program has seen enough: a stream has no end. */
const ENOUGH = 6;

interface Given {
  readonly client: Partial<real.KisClientOptions>;
  readonly clock: real.Clock;
  readonly fetch: typeof globalThis.fetch;
  /** Where objects go, where it is neither to files nor to an S3. */
  readonly memory?: real.ObjectStore;
}

let given: Given;
let s3: S3Server["options"];

/** The evening. Pauses between calls pass at once; time limits are the host's, for files and sockets take their time. */
export function setEvening(options: S3Server["options"]): Pick<Given, "clock" | "fetch"> & {
  readonly tokenStore: real.TokenStore;
} {
  s3 = options;
  const simulator = createKisSimulator({ now: EVENING, limits: false });
  const { fetch } = simulator;
  const clock = clockOf(simulator);
  const tokenStore = real.createMemoryTokenStore();
  given = { client: { fetch, clock, tokenStore, limiter: unpaced() }, clock, fetch };
  return { clock, fetch, tokenStore };
}

/** A session from `time` on, stream and all, on a clock that stands still until it is moved; stores are in memory. */
export function setSession(time: string): ManualClock {
  const { clock, core, sockets } = openMarket({ start: real.kstInstant("2026-11-20", time) });
  const client: Partial<real.KisClientOptions> = {
    fetch: core.fetch,
    clock,
    tokenStore: real.createMemoryTokenStore(),
    limiter: unpaced(),
    webSocket: (url, events) => sockets.connect(url, events),
    websocketUrl: `ws://page-${++sessions}.invalid/`,
  };
  given = { client, clock, fetch: core.fetch, memory: new real.MemoryStore() };
  return clock;
}
let sessions = 0;

export class KisClient extends real.KisClient {
  constructor(options: real.KisClientOptions) {
    // A pace of the page's own stays, but for `fromEnv`: it may be what the page is about.
    super({ ...options, ...given.client, limiter: options.limiter ?? given.client.limiter ?? unpaced() });
  }

  static override fromEnv(
    env: Readonly<Record<string, string | undefined>>,
    options: Partial<real.KisClientOptions> = {},
  ): real.KisClient {
    return real.KisClient.fromEnv(env, { ...options, ...given.client });
  }
}

export class HantooKlineLogger extends real.HantooKlineLogger {
  constructor(options: real.HantooKlineLoggerOptions) {
    super({ clock: given.clock, ...options });
  }
}

export class HantooDailyLogger extends real.HantooDailyLogger {
  constructor(options: real.HantooDailyLoggerOptions) {
    super({ clock: given.clock, ...options });
  }
}

type Of<F extends (options: never) => unknown> = Parameters<F>[0];
export const backfill: typeof real.backfill = (options) => real.backfill({ clock: given.clock, ...options });
export const planBackfill: typeof real.planBackfill = (options) =>
  real.planBackfill({ clock: given.clock, ...options });
export const catchUp: typeof real.catchUp = (options) => real.catchUp({ clock: given.clock, ...options });
export const coverage = ((options: Of<typeof real.coverage>) =>
  real.coverage({ clock: given.clock, ...options })) as typeof real.coverage;
export const downloadMaster: typeof real.downloadMaster = (market, options) =>
  real.downloadMaster(market, { clock: given.clock, fetch: given.fetch, ...options });

export async function* liveBars(options: real.LiveBarsOptions): AsyncGenerator<real.LiveBarEvent> {
  let seen = 0;
  for await (const event of real.liveBars({ clock: given.clock, ...options })) {
    yield event;
    if (++seen === ENOUGH) return;
  }
}

const files = real.FileStore;
/** `new FileStore(folder)`: in the session's memory, where there is one. */
export const FileStore = function open(folder: string): real.ObjectStore {
  return given.memory ?? new files(folder);
};

const buckets = real.S3Store;
/** `new S3Store({ bucket })`: on the S3 of the tests, whatever endpoint the page names. */
export const S3Store = function open(options: real.S3StoreOptions): real.ObjectStore {
  return given.memory ?? new buckets({ ...options, ...s3 });
};
