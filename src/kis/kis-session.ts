import { createHash } from "node:crypto";
import { SIMULATOR_HEADER } from "../core/index.js";
import {
  type AuthCaller,
  type KisCaller,
  createAttempt,
  createAuthCaller,
  createCaller,
  createEnding,
  createEvents,
  createRedact,
  createTransport,
} from "./calls/index.js";
import { type ClientStreams, createClientStreams, lockStream, openWebSocket } from "./stream/index.js";
import type { KisSettings } from "./kis-options.js";
import { type Limiter, shareLimiter } from "./pace/index.js";
import {
  type KeyFacts,
  type TokenKey,
  type TokenSource,
  createKeyFacts,
  createReplacements,
  createTokenSource,
} from "./token/index.js";
import { BASE_URLS, issueApprovalKey, issueToken, revokeToken } from "./wire/index.js";

/** Tokens that one client had issued; those that another program shared with it are not counted. */
export interface IssuedTokens {
  /** How many, since the client was made. */
  readonly issued: number;
  /** When the last of them was, epoch ms; `undefined` where none was. */
  readonly issuedAt: number | undefined;
}

/** Everything between a typed call of a client and the network. */
export interface KisSession {
  readonly call: KisCaller;
  readonly auth: AuthCaller;
  readonly tokens: TokenSource;
  readonly limiter: Limiter;
  /** Small facts of this key, kept beside its token. */
  readonly facts: KeyFacts;
  readonly streams: ClientStreams;
  /** See {@link IssuedTokens}. */
  readonly issuedTokens: IssuedTokens;
  /** Where bars come from: see `KisClient.provenance`. */
  readonly provenance: string;
  close(): Promise<void>;
}

/** KIS answers with a few hundred kilobytes at the most. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

export function createKisSession(settings: KisSettings): KisSession {
  const { appKey, appSecret, environment, baseUrl, rate, clock, random, logger, userAgent } = settings;
  const redact = createRedact(() => [appKey, appSecret]);
  const events = createEvents(settings, logger, settings.isLogged);
  const { timeoutMs, retry } = settings;
  let isSimulated = false;
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const response = await settings.fetch(input, init);
    // After one answer of a simulator, no later bars count as real.
    isSimulated ||= response.headers.has(SIMULATOR_HEADER);
    return response;
  };
  const transport = createTransport({ fetch, clock, timeoutMs, maxBytes: MAX_BODY_BYTES, redact });
  const appKeyHash = createHash("sha256").update(appKey).digest("hex");
  const key: TokenKey = {
    environment,
    appKeyHash,
    ...(baseUrl === BASE_URLS[environment] ? {} : { baseUrl }),
  };
  const facts = createKeyFacts(settings.tokenStore, key, logger);
  const own = settings.limiter === undefined;
  const limiter =
    settings.limiter ??
    shareLimiter(`${environment} ${baseUrl} ${appKeyHash}`, rate, { logger, memory: facts });
  const { join: waitingSignal, end } = createEnding();
  const attempt = createAttempt({ transport, limiter, clock, redact, events, waitingSignal });
  const auth = createAuthCaller({ attempt, baseUrl, userAgent, clock, random, logger });
  let issuedTokens: IssuedTokens = { issued: 0, issuedAt: undefined };
  const tokens = createTokenSource({
    key,
    store: settings.tokenStore,
    clock,
    random,
    logger,
    replacements: createReplacements(facts, clock),
    issue: async (signal) => {
      const started = clock.monotonic();
      const token = await auth(
        issueToken({ appKey, appSecret }, () => clock.now()),
        { signal },
      );
      const durationMs = Math.round(clock.monotonic() - started);
      issuedTokens = { issued: issuedTokens.issued + 1, issuedAt: clock.now() };
      events.tokenIssued({ environment, expiresAt: token.expiresAt, durationMs });
      return token;
    },
    revoke: (token, signal) => auth(revokeToken({ appKey, appSecret }, token), { signal }),
  });

  const { websocketUrl: url, webSocket, calendar } = settings;
  const streams = createClientStreams({
    environment,
    name: `${environment} ${url} ${appKeyHash}`,
    ports: {
      url,
      custtype: settings.custtype,
      connect: webSocket,
      // A connector of the caller's own opens no socket to KIS: it needs no lock.
      lock:
        webSocket === openWebSocket
          ? lockStream
          : () => Promise.resolve({ release: () => Promise.resolve() }),
      approve: (signal) => auth(issueApprovalKey({ appKey, appSecret }), { signal }),
      clock,
      random,
      logger,
      calendar,
    },
  });

  const isKisHost = new URL(baseUrl).origin === BASE_URLS[environment];

  return {
    streams,
    auth,
    tokens,
    limiter,
    facts,
    get issuedTokens() {
      return issuedTokens;
    },
    get provenance() {
      if (isSimulated) return "simulator";
      return isKisHost ? `kis-${environment}` : `host:${new URL(baseUrl).hostname}`;
    },
    call: createCaller({
      environment,
      attempt,
      tokens,
      limiter,
      clock,
      random,
      retry,
      events,
      identity: settings,
      isKis: () => isKisHost && !isSimulated,
      waitingSignal,
    }),
    async close() {
      // First the streams: their close frames need neither token nor pace.
      await streams.close();
      end();
      tokens.close();
      if (own) await limiter.close();
    },
  };
}
