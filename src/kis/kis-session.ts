import { createHash } from "node:crypto";
import { setMaxListeners } from "node:events";
import { ConfigError, checkSignal } from "../core/index.js";
import {
  type AuthDesk,
  createAuthDesk,
  buildRequest,
  createEvents,
  createAttempt,
  createExchange,
  type KisCaller,
  createRedact,
  createTransport,
} from "./calls/index.js";

import { BASE_URLS, issueToken } from "./wire/index.js";

import type { KisSettings } from "./kis-options.js";
import { type Limiter, borrowLimiter, shareLimiter } from "./pace/index.js";

import {
  type KeyFacts,
  type TokenKey,
  type TokenSource,
  createKeyFacts,
  createTokenSource,
} from "./token/index.js";

/** A client's line to KIS: everything between a typed call and the network, joined. */
export interface KisSession {
  readonly call: KisCaller;
  readonly auth: AuthDesk;
  readonly tokens: TokenSource;
  readonly limiter: Limiter;
  /** Small facts of this key, kept beside its token. */
  readonly facts: KeyFacts;
  close(): Promise<void>;
}

/** KIS answers with a few hundred kilobytes at the most. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

export function createKisSession(settings: KisSettings): KisSession {
  const { appKey, appSecret, environment, baseUrl, rate, clock, random, logger, userAgent } = settings;
  const redact = createRedact(() => [appKey, appSecret]);
  const events = createEvents(settings, logger);
  const { fetch, timeoutMs } = settings;
  const transport = createTransport({ fetch, clock, timeoutMs, maxBytes: MAX_BODY_BYTES, redact });
  const appKeyHash = createHash("sha256").update(appKey).digest("hex");
  const limiter =
    settings.limiter === undefined
      ? shareLimiter(`${environment} ${baseUrl} ${appKeyHash}`, rate, logger)
      : borrowLimiter(settings.limiter);
  const io = { transport, limiter, clock, redact, events };
  const auth = createAuthDesk({ attempt: createAttempt(io), baseUrl, userAgent, clock, logger });
  const key: TokenKey = {
    environment,
    appKeyHash,
    ...(baseUrl === BASE_URLS[environment] ? {} : { baseUrl }),
  };
  const facts = createKeyFacts(settings.tokenStore, key, logger);
  const tokens = createTokenSource({
    key,
    store: settings.tokenStore,
    clock,
    random,
    logger,
    issue: async (signal) => {
      const started = clock.monotonic();
      const token = await auth(
        issueToken({ appKey, appSecret }, () => clock.now()),
        { signal },
      );
      const durationMs = Math.round(clock.monotonic() - started);
      events.tokenIssued({ environment, expiresAt: token.expiresAt, durationMs });
      return token;
    },
  });
  const exchange = createExchange({ ...io, random, retry: settings.retry }, tokens);

  let closed = false;

  return {
    auth,
    tokens,
    limiter,
    facts,
    async call(call, how) {
      // Fifty calls under one signal are no leak; Node would print a warning from the eleventh on.
      const signal = checkSignal(how.signal);
      if (signal !== undefined) setMaxListeners(0, signal);
      if (closed) throw new ConfigError("client", "open", "a closed one");
      const { method, path, trId, read } = call;
      let sentAt = clock.now();
      const { body, headers } = await exchange(
        {
          trId,
          path,
          idempotent: method === "GET",
          request: (accessToken) => {
            sentAt = clock.now();
            return buildRequest(call, settings, accessToken);
          },
        },
        how,
      );
      const hasMore = /^[FM]$/.test(headers.get("tr_cont")?.trim() ?? "");
      return { value: read(body), body, hasMore, asOf: earlier(sentAt, headers.get("date")) };
    },
    async close() {
      closed = true;
      tokens.close();
      await limiter.close();
    },
  };
}

/** A host's clock this far ahead of KIS's is none that lives by today: a replay, or a test. */
const IMPLAUSIBLE_SKEW_MS = 86_400_000;

/** The earlier of our clock and the answer's: a minute neither of them has left is not over. */
function earlier(sentAt: number, date: string | null): number {
  const theirs = date === null ? Number.NaN : Date.parse(date);
  return sentAt > theirs && sentAt - theirs < IMPLAUSIBLE_SKEW_MS ? theirs : sentAt;
}
