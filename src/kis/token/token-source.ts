import { type Clock, ConfigError, type Logger, raceAbort } from "../../core/index.js";
import { refusalKindOf, type IssuedToken } from "../wire/index.js";
import { reasonOf } from "./reason-of.js";
import { type Replacements, staysRefused } from "./replacements.js";
import type { StoredToken, TokenKey, TokenStore } from "./token-store.js";

interface TokenSourceOptions {
  readonly key: TokenKey;
  readonly store: TokenStore;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly replacements: Replacements;
  /** Asks KIS for a token, once. */
  readonly issue: (signal: AbortSignal) => Promise<IssuedToken>;
  /** Takes a token out of use at KIS. */
  readonly revoke: (accessToken: string, signal: AbortSignal) => Promise<void>;
}

/** One token for all calls of a client and, through the store, for all clients of the key. */
export interface TokenSource {
  /** @returns a token that KIS accepts at this moment. @throws the signal's reason, or why none could be had. */
  get(signal?: AbortSignal): Promise<string>;
  /** The token at hand, without waiting. */
  peek(): string | undefined;
  /**
   * Takes note that KIS refused this token, which stays at hand: it is tried again before another is asked for.
   *
   * @returns how long the call would have to wait for another, in milliseconds.
   */
  refused(accessToken: string): Promise<number>;
  /** No call uses this token any more; a newer one stays. */
  invalidate(accessToken: string): void;
  /** Takes the token out of use, here and in the store. @returns it, if there was one. */
  forget(signal?: AbortSignal): Promise<string | undefined>;
  close(): void;
}

/** KIS issues one token a minute to a key, whoever asks. @see KIS notice on EGW00133 (read 2026-11-21) */
const ISSUE_INTERVAL_MS = 61_000;
/** How long a call waits for a token at the most, be it that of a race's winner. */
export const WINNER_WAIT_MS = 70_000;
/** A token is replaced 15 to 30 minutes before its end, drawn, so that machines do not all go at once. */
const REFRESH_EARLY_MS = 900_000;
/** Between two tries to renew a token ahead of time: KIS may give the same one again. */
const RETRY_RENEWAL_MS = 300_000;
/** A token this close to its end is no longer used: calls take time, and clocks differ. */
const LAST_USE_MS = 60_000;
/** KIS answers with the token it issued last for this long. @see KIS notice of 2023-04-28 (read 2026-11-21) */
const SAME_TOKEN_MS = 6 * 3_600_000;
/** Between two looks into the store while another program gets the token. */
const POLL_MS = 1000;

/** Only one renewal runs at a time. A caller that gives up does not stop it for the others. */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { key, store, clock, random, logger, replacements, issue, revoke } = options;
  const early = REFRESH_EARLY_MS * (1 + random());
  const dead = new Set<string>();
  /** Tokens in `dead` that the caller revokes itself. */
  const forgotten = new Set<string>();
  const ending = new AbortController();
  let current: StoredToken | undefined;
  let renewal: Promise<StoredToken> | undefined;
  let nextTryAt = Number.NEGATIVE_INFINITY;

  const alive = (token: StoredToken | undefined): token is StoredToken =>
    token !== undefined && !dead.has(token.accessToken) && token.expiresAt - clock.now() > LAST_USE_MS;
  const fresh = (token: StoredToken): boolean => alive(token) && token.expiresAt - clock.now() > early;

  const read = async (): Promise<StoredToken | undefined> => {
    try {
      return await store.read(key);
    } catch (error) {
      logger.warn({ reason: reasonOf(error) }, "the token store cannot be read; going on without it");
      return undefined;
    }
  };

  const isRefused = (last: StoredToken | undefined): last is StoredToken =>
    last !== undefined && dead.has(last.accessToken) && !forgotten.has(last.accessToken);

  /** Revokes a refused token that KIS would otherwise issue again: only after that does KIS issue another one. */
  const revokeRefused = async (last: StoredToken, signal: AbortSignal): Promise<void> => {
    if (clock.now() - last.issuedAt >= SAME_TOKEN_MS) return;
    try {
      await revoke(last.accessToken, signal);
    } catch (error) {
      signal.throwIfAborted();
      logger.warn({ reason: reasonOf(error) }, "a refused token could not be revoked; KIS may give it again");
    }
  };

  const issueAndKeep = async (signal: AbortSignal, last: StoredToken | undefined): Promise<StoredToken> => {
    const isReplacement = isRefused(last);
    if (isReplacement) await revokeRefused(last, signal);
    const issuedAt = clock.now();
    const token: StoredToken = { ...key, ...(await issue(signal)), issuedAt };
    if (isReplacement) await replacements.issued();
    dead.delete(token.accessToken);
    forgotten.delete(token.accessToken);
    try {
      await store.write(token);
    } catch (error) {
      logger.warn(
        { reason: reasonOf(error) },
        "the token store cannot be written; the token lives in this process only",
      );
    }
    return token;
  };

  /** Issues a token, or takes the one that another program got meanwhile. */
  const issueOrWait = async (signal: AbortSignal, last: StoredToken | undefined): Promise<StoredToken> => {
    let refusedAt: number | undefined;
    // The minute runs from our own last issue as well.
    const sinceLast = last === undefined ? ISSUE_INTERVAL_MS : clock.now() - last.issuedAt;
    let readyIn = sinceLast >= 0 && sinceLast < ISSUE_INTERVAL_MS ? ISSUE_INTERVAL_MS - sinceLast : 0;
    if (isRefused(last)) readyIn = Math.max(readyIn, await replacements.waitMs());
    if (readyIn > WINNER_WAIT_MS) throw staysRefused(readyIn, clock.now());
    for (;;) {
      const from = clock.monotonic();
      while (clock.monotonic() - from < readyIn) {
        const left = readyIn - (clock.monotonic() - from);
        await clock.sleep(Math.min(left, POLL_MS * (0.5 + random())), signal);
        const stored = await read();
        if (alive(stored)) return stored;
      }
      try {
        return await issueAndKeep(signal, last);
      } catch (error) {
        if (refusalKindOf(error) !== "token-wait") throw error;
        refusedAt ??= clock.monotonic();
        const waited = clock.monotonic() - refusedAt;
        if (waited + ISSUE_INTERVAL_MS > WINNER_WAIT_MS) throw error;
        readyIn = ISSUE_INTERVAL_MS;
        // A minute of silence looks like a hang.
        logger.warn(
          { waitMs: readyIn },
          "KIS issues one token a minute, and another program had this one's; waiting for it, up to a minute",
        );
      }
    }
  };

  const renew = async (): Promise<StoredToken> => {
    const stored = await read();
    if (stored !== undefined && fresh(stored)) return stored;
    return store.exclusive(
      key,
      async () => {
        const again = await read();
        if (again !== undefined && fresh(again)) return again;
        const held = [again, current].find(alive);
        try {
          return await issueOrWait(ending.signal, again ?? current);
        } catch (error) {
          if (held === undefined || ending.signal.aborted) throw error;
          logger.warn({ reason: reasonOf(error) }, "no new token yet; the old one is good for a while");
          return held;
        }
      },
      ending.signal,
    );
  };

  const startRenewal = (): Promise<StoredToken> =>
    (renewal ??= renew()
      .then((token) => (current = token))
      .finally(() => {
        renewal = undefined;
        nextTryAt = clock.monotonic() + RETRY_RENEWAL_MS;
      }));

  return {
    async get(signal) {
      signal?.throwIfAborted();
      if (alive(current)) {
        // No call waits for a renewal ahead of time: the old token is still valid, also if the renewal fails.
        if (!fresh(current) && clock.monotonic() >= nextTryAt) startRenewal().catch(() => undefined);
        return current.accessToken;
      }
      return (await raceAbort(startRenewal(), signal)).accessToken;
    },
    peek: () => (alive(current) ? current.accessToken : undefined),
    async refused(accessToken) {
      const stored = await read();
      const other = [current, stored].find((token) => token?.accessToken !== accessToken && alive(token));
      const own = [current, stored].find((token) => token?.accessToken === accessToken);
      return other !== undefined || own === undefined ? 0 : replacements.refused(own.issuedAt);
    },
    invalidate(accessToken) {
      dead.add(accessToken);
      const [oldest = ""] = dead;
      if (dead.size > 16) dead.delete(oldest);
    },
    async forget(signal) {
      const token = [current, await read()].find(alive);
      signal?.throwIfAborted();
      // Also without a token: the wait for another ends.
      await replacements.forget();
      if (token === undefined) return undefined;
      dead.add(token.accessToken);
      forgotten.add(token.accessToken);
      current = undefined;
      return token.accessToken;
    },
    close: () => ending.abort(new ConfigError("client", "open", "a closed one")),
  };
}
