import type { Clock, Logger } from "../../core/index.js";
import { withRetries } from "../../core/index.js";
import { SlidingWindow } from "../pace/index.js";
import { type AuthCall, mayRetry } from "../wire/index.js";
import type { Attempt } from "./attempt.js";
import { type SendOptions, checkCallOptions } from "./call-options.js";
import { type RetryPolicy, checkRetry } from "./retry-policy.js";

interface AuthCallerOptions {
  readonly attempt: Attempt;
  readonly baseUrl: string;
  readonly userAgent: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

/** Makes a call to the authentication service. */
export type AuthCaller = <T>(call: AuthCall<T>, how?: SendOptions) => Promise<T>;

/** KIS allows one token, revoke or Approval call a second. @see KIS notice of 2026-04-20 (read 2026-11-21) */
const WINDOW_MS = 1050;
/** Retries after a broken connection or a failed gateway, unless the call has its own. */
const DEFAULT_RETRY: RetryPolicy = { limit: 2, baseDelayMs: 1000, maxDelayMs: 2000 };

/** @returns a function that keeps to KIS's limit for authentication calls, and to the limiter of all calls as well. */
export function createAuthCaller(options: AuthCallerOptions): AuthCaller {
  const { attempt, baseUrl, userAgent, clock, random, logger } = options;
  const window = new SlidingWindow(1, WINDOW_MS);

  return async (call, how = {}) => {
    checkCallOptions(how);
    const retry = checkRetry(how.retry, DEFAULT_RETRY);
    return withRetries(
      {
        backOff: retry,
        maxAttempts: retry.limit + 1,
        clock,
        random,
        signal: how.signal,
        shouldRetry: (error) => mayRetry(error, true),
        onRetry: (error, tries) => {
          logger.warn({ path: call.path, tries, err: error }, "an authentication call failed; trying again");
        },
      },
      async (tries) => {
        const now = (): number => clock.monotonic();
        for (let wait = window.waitMs(now()); wait > 0; wait = window.waitMs(now())) {
          await clock.sleep(wait, how.signal);
        }
        const entry = window.enter(now());
        const { body } = await attempt(
          {
            trId: call.path,
            path: call.path,
            attempt: tries,
            hasVerdict: false,
            request: () => ({
              method: "POST",
              url: `${baseUrl}${call.path}`,
              headers: { "content-type": "application/json; charset=utf-8", "user-agent": userAgent },
              body: JSON.stringify(call.body),
              secrets: Object.values(call.body),
            }),
          },
          { ...how, priority: "high" },
        ).finally(() => window.leave(entry, now()));
        return call.read(body);
      },
    );
  };
}
