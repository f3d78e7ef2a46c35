import {
  type Clock,
  ConfigError,
  type KisApiError,
  KisRateLimitError,
  checkSignal,
  isHantooError,
  raceAbort,
  withRetries,
} from "../../core/index.js";
import { setMaxListeners } from "node:events";
import type { Limiter } from "../pace/index.js";
import { type TokenSource, WINNER_WAIT_MS, staysRefused } from "../token/index.js";
import { type KisCall, type KisEnvironment, checkOffered, refusalKindOf, mayRetry } from "../wire/index.js";
import { type Attempt, type Incoming, retryReason } from "./attempt.js";
import { type RequestIdentity, buildRequest } from "./build-request.js";
import { type SendOptions, checkCallOptions } from "./call-options.js";
import type { KisEvents } from "./events.js";
import { KisTime } from "./kis-time.js";
import { type RetryPolicy, checkRetry } from "./retry-policy.js";

/** An answer, read. */
export interface Fetched<T> {
  readonly value: T;
  /** The whole body. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Header `tr_cont` is F or M: there is a page after this one. */
  readonly hasMore: boolean;
  /** Epoch ms: our clock when the request was sent, or KIS's when it answered if that is known and earlier. */
  readonly asOf: number;
  /** As `asOf`, but our clock alone where KIS gave no sign of its time: for what hangs on a day, not on a minute. */
  readonly dayAsOf: number;
}

/** Makes one call of a data endpoint, with token, pace and retries. */
export type KisCaller = <T>(call: KisCall<T>, how: SendOptions) => Promise<Fetched<T>>;

interface CallerOptions {
  readonly environment: KisEnvironment;
  readonly attempt: Attempt;
  readonly tokens: TokenSource;
  readonly limiter: Limiter;
  readonly clock: Clock;
  readonly random: () => number;
  readonly retry: RetryPolicy;
  readonly events: KisEvents;
  readonly identity: RequestIdentity;
  /** The answers are those of KIS's own host. */
  readonly isKis: () => boolean;
  readonly waitingSignal: (signal: AbortSignal | undefined) => AbortSignal;
}

/** @returns a function that sends a call until it has a final answer. Each attempt has its turn and a token. */
export function createCaller(options: CallerOptions): KisCaller {
  const { attempt, tokens, limiter, clock, random, events, identity, waitingSignal } = options;
  // A limiter with a pace holds all calls after a refusal. Without one, the call itself waits.
  const isHeld = (error: unknown): boolean =>
    limiter.pace !== undefined && error instanceof KisRateLimitError && refusalKindOf(error) === "rate";

  const kisTime = new KisTime(() => clock.monotonic(), options.isKis);

  return async (call, how) => {
    // Many calls under one signal are no leak. Node would print a warning from the eleventh on.
    const signal = checkSignal(how.signal);
    if (signal !== undefined) setMaxListeners(0, signal);
    checkCallOptions(how);
    checkOffered(call.trId, options.environment);
    const retry = checkRetry(how.retry, options.retry);
    const { method, path, trId, read, newestMinute } = call;
    const isIdempotent = method === "GET";
    let attempts = 0;
    let isReplayed = false;
    let again = false;
    const moment = () => ({ at: clock.now(), monotonic: clock.monotonic() });
    let sent = moment();

    /** Sends once more with a new token if KIS refuses the current one. */
    const send = async (): Promise<Incoming> => {
      let used = await tokens.get(signal);
      const request = () => {
        sent = moment();
        // The wait in line can outlast a token; the newest one counts.
        used = tokens.peek() ?? used;
        return buildRequest(call, identity, used);
      };
      const outgoing = { trId, path, attempt: ++attempts, hasVerdict: isIdempotent, request };
      try {
        return await attempt(outgoing, { ...how, again });
      } catch (error) {
        if (signal?.aborted === true || refusalKindOf(error) !== "token") throw error;
        const waitMs = await raceAbort(tokens.refused(used), waitingSignal(signal));
        if (isReplayed || waitMs > WINNER_WAIT_MS)
          throw staysRefused(waitMs, clock.now(), error as KisApiError);
        isReplayed = true;
        tokens.invalidate(used);
        events.retry({ trId, path, attempt: attempts, reason: retryReason(error), delayMs: 0 });
        return send();
      }
    };

    return withRetries(
      {
        clock,
        random,
        signal: waitingSignal(signal),
        backOff: retry,
        maxAttempts: retry.limit + 1,
        shouldRetry: (error) => isHantooError(error) && mayRetry(error, isIdempotent),
        pauseMs: (error, drawnMs) => {
          again = isHeld(error);
          if (again) return 0;
          const asked = error instanceof KisRateLimitError && error.status === 429 ? error.retryAfterMs : 0;
          return Math.max(drawnMs, Math.min(asked, retry.maxDelayMs));
        },
        onRetry: (error, _, delayMs) =>
          events.retry({ trId, path, attempt: attempts, reason: retryReason(error), delayMs }),
      },
      async () => {
        const { body, headers } = await send();
        const hasMore = /^[FM]$/.test(headers.get("tr_cont")?.trim() ?? "");
        const value = read(body);
        const asOf = kisTime.asOf(sent, headers.get("date"), newestMinute?.(value));
        return { value, body, hasMore, asOf, dayAsOf: kisTime.isKnown ? asOf : sent.at };
      },
    );
  };
}

/**
 * Joins the end of a client to the signals of its calls. Each of the caller's signals has one joined signal, so that
 * 20,000 calls under one signal need one listener only.
 *
 * @returns `join` gives the joined signal; `end` ends all calls.
 */
export function createEnding(): {
  readonly join: (signal?: AbortSignal) => AbortSignal;
  readonly end: () => void;
} {
  const ending = new AbortController();
  setMaxListeners(0, ending.signal);
  const joined = new WeakMap<AbortSignal, AbortSignal>();
  return {
    join(signal) {
      if (signal === undefined) return ending.signal;
      let both = joined.get(signal);
      if (both === undefined) {
        both = AbortSignal.any([signal, ending.signal]);
        setMaxListeners(0, both);
        joined.set(signal, both);
      }
      return both;
    },
    end: () => ending.abort(new ConfigError("client", "open", "a closed one")),
  };
}
