import type { Clock, Logger } from "../../core/index.js";
import { mayRepeat, type AuthCall } from "../wire/index.js";
import { SendLog } from "../pace/index.js";
import type { Attempt, SendOptions } from "./exchange.js";

interface AuthDeskOptions {
  readonly attempt: Attempt;
  readonly baseUrl: string;
  readonly userAgent: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Makes calls of the authentication service. */
export type AuthDesk = <T>(call: AuthCall<T>, options?: SendOptions) => Promise<T>;

/** Token, revoke and Approval calls: one a second, of their own. @see KIS notice of 2026-04-20 (read 2026-11-21) */
const WINDOW_MS = 1050;
/** Tries for a call that met a broken connection before KIS answered. */
const TRIES = 3;
const BETWEEN_TRIES_MS = 1000;

/** The second budget beside the limiter: authentication calls pass both. */
export function createAuthDesk(options: AuthDeskOptions): AuthDesk {
  const { attempt, baseUrl, userAgent, clock, logger } = options;
  const log = new SendLog(1, WINDOW_MS);

  return async (call, how = {}) => {
    for (let tries = 1; ; tries++) {
      for (let wait = log.waitMs(clock.monotonic()); wait > 0; wait = log.waitMs(clock.monotonic())) {
        await clock.sleep(wait, how.signal);
      }
      log.add(clock.monotonic());
      try {
        const { body } = await attempt(
          { trId: call.path, path: call.path },
          () => ({
            method: "POST",
            url: `${baseUrl}${call.path}`,
            headers: { "content-type": "application/json; charset=utf-8", "user-agent": userAgent },
            body: JSON.stringify(call.body),
            secrets: Object.values(call.body),
          }),
          tries,
          { ...how, priority: "high" },
        );
        return call.read(body);
      } catch (error) {
        if (how.signal?.aborted === true || tries >= TRIES || !mayRepeat(error, true)) throw error;
        logger.warn({ path: call.path, tries }, "an authentication call failed; trying again");
        await clock.sleep(BETWEEN_TRIES_MS, how.signal);
      }
    }
  };
}
