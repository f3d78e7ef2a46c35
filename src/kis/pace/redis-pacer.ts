import { randomUUID } from "node:crypto";
import Bottleneck from "bottleneck";
import { type Clock, ConfigError, type Logger, TransportError } from "../../core/index.js";
import type { Pacer } from "./pacer.js";
import type { PaceShape } from "./rate-presets.js";
import { LONGEST_FLIGHT_MS } from "./sliding-window.js";

/**
 * The part of an ioredis client (4 to 6) that is used. A duplicate of it does the work; yours is never closed.
 *
 * A node-redis client does not fit: Bottleneck hangs with version 4 and later, without an error.
 */
export interface RedisClient {
  /** `ready` where it is connected. */
  readonly status: string;
  /** Another connection of the same kind. */
  duplicate(override?: object): RedisClient;
  /** Runs a script in one step. */
  eval(script: string, keys: number, ...args: (string | number)[]): Promise<unknown>;
  /** Without a listener an error would end the process. */
  on(event: "error", listener: (error: Error) => void): unknown;
  /** Closes at once. */
  disconnect(): void;
}

interface RedisPacerOptions {
  readonly redis: RedisClient | string;
  readonly id: string;
  readonly shape: PaceShape;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How long calls wait for Redis before they fail: no call is sent without it. */
const HOLD_MS = 10_000;
const POLL_MS = 100;
/** Redis forgets the pace of a key nobody used for this long. */
const FORGET_MS = 600_000;

/**
 * The guard over machines. It keeps until when each call of each machine counts, by Redis's clock, and answers with the
 * milliseconds to wait, or 0 once the call is counted. Until a call is answered, its end is not known. An end too far
 * ahead was written before Redis's clock was set back.
 */
const ADMIT = `
local t = redis.call('TIME')
local now = tonumber(t[1]) * 1000 + tonumber(t[2]) / 1000
local limit, flight, id = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZREMRANGEBYSCORE', KEYS[1], now + flight + 1, '+inf')
local over = redis.call('ZCARD', KEYS[1]) - limit
if over >= 0 then
  local ends = redis.call('ZRANGE', KEYS[1], over, over, 'WITHSCORES')
  return string.format('%.3f', math.max(tonumber(ends[2]) - now, 0.001))
end
redis.call('ZADD', KEYS[1], string.format('%.3f', now + flight), id)
redis.call('PEXPIRE', KEYS[1], flight)
return '0'`;

/** A call has its answer: it counts for this many milliseconds more. */
const FREE = `
local t = redis.call('TIME')
local now = tonumber(t[1]) * 1000 + tonumber(t[2]) / 1000
return redis.call('ZADD', KEYS[1], 'XX', string.format('%.3f', now + tonumber(ARGV[1])), ARGV[2])`;

/** Ask again after this time at the latest: a call of another machine may make room at any moment. */
const ASK_AGAIN_MS = 100;

/** Commands fail at once if the connection is lost, and soon if it is silent: held ones would leave late, together. */
const CLIENT = {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  commandTimeout: 5000,
};

async function connect(redis: RedisClient | string): Promise<RedisClient> {
  if (typeof redis === "string") {
    const { Redis } = await import("ioredis").catch((cause: unknown) => {
      throw new ConfigError("redis", "used with ioredis installed (npm install ioredis)", "a URL", { cause });
    });
    return new Redis(redis, CLIENT);
  }
  if (
    typeof redis.duplicate !== "function" ||
    typeof redis.eval !== "function" ||
    typeof redis.status !== "string"
  ) {
    throw new ConfigError("redis", "an ioredis client or a redis:// URL", "another kind of client");
  }
  return redis.duplicate(CLIENT);
}

/** Paces all machines that name the same `id` in one Redis, with Bottleneck's clustering and a guard of our own. */
export async function createRedisPacer(options: RedisPacerOptions): Promise<Pacer> {
  const { id, shape, clock, logger } = options;
  const client = await connect(options.redis);
  let downSince = clock.monotonic();
  // Bottleneck's scripts take whole milliseconds only.
  let minTime = Math.ceil(shape.spacingMs);
  let fail: ((error: Error) => void) | undefined;
  const onError = (error: unknown): void => {
    logger.warn(
      { id, reason: error instanceof Error ? error.message : "unknown" },
      "the shared pace lost Redis",
    );
    fail?.(error instanceof Error ? error : new Error("unknown"));
  };
  client.on("error", onError);
  const connection = new Bottleneck.IORedisConnection({ client, Redis: client.constructor });
  const open = (): Bottleneck => {
    const fresh = new Bottleneck({ id: `hantoo:${id}`, minTime, connection, timeout: FORGET_MS });
    fresh.on("error", onError);
    return fresh;
  };
  const sent = `hantoo:${id}:calls`;
  const member = randomUUID();
  let calls = 0;
  let bottleneck: Bottleneck | undefined;
  let isClosed = false;

  const lost = (cause?: unknown): TransportError =>
    new TransportError("the Redis that keeps the shared pace does not answer; nothing is sent without it", {
      cause: cause instanceof Error ? new Error(cause.message) : undefined,
    });
  /** Waits while Redis is away, but not for ever. */
  const ready = async (): Promise<void> => {
    while (client.status !== "ready") {
      downSince = Math.min(downSince, clock.monotonic());
      if (isClosed || clock.monotonic() - downSince > HOLD_MS) throw lost();
      await clock.sleep(POLL_MS);
    }
    downSince = Number.POSITIVE_INFINITY;
  };
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    await ready();
    try {
      return await new Promise<T>((resolve, reject) => {
        fail = reject;
        work().then(resolve, reject);
      });
    } catch (error) {
      downSince = Math.min(downSince, clock.monotonic());
      // A job in the old Bottleneck would still run later; a new Bottleneck does not have it.
      bottleneck = undefined;
      throw lost(error);
    } finally {
      fail = undefined;
    }
  };

  return {
    grant: () =>
      guarded(async () => {
        if (bottleneck === undefined) {
          bottleneck = open();
          await bottleneck.ready();
          // Redis holds the settings of the first machine.
          await Promise.resolve(bottleneck.updateSettings({ minTime }));
        }
        await bottleneck.schedule(() => Promise.resolve());
      }),
    admit: ({ limit }) =>
      guarded(async () => {
        const call = `${member}:${calls++}`;
        const answer = await client.eval(ADMIT, 1, sent, limit, LONGEST_FLIGHT_MS, call);
        const waitMs = typeof answer === "number" || typeof answer === "string" ? Number(answer) : Number.NaN;
        // A proxy or a wrapper may answer something else, which must not let a call through.
        if (!(waitMs >= 0)) throw new Error("the answer is no number of milliseconds");
        if (waitMs > 0) return { waitMs: Math.min(waitMs, ASK_AGAIN_MS) };
        return {
          waitMs,
          free(remainingMs) {
            if (client.status !== "ready") return;
            client.eval(FREE, 1, sent, remainingMs, call).catch(onError);
          },
        };
      }),
    space(ms) {
      minTime = Math.ceil(ms);
      void Promise.resolve(bottleneck?.updateSettings({ minTime })).catch(onError);
    },
    close() {
      isClosed = true;
      fail?.(new Error("closed"));
      void Promise.resolve(connection.disconnect(false)).catch(() => undefined);
      client.disconnect();
    },
  };
}
