import { createHash } from "node:crypto";
import type { KisEnvironment } from "../wire/index.js";
import { ConfigError, raceAbort } from "../../core/index.js";

/** Says whose token it is. The app key itself is never written, only its hash. */
export interface TokenKey {
  /** The system that accepts the token. */
  readonly environment: KisEnvironment;
  /** Hex SHA-256 of the app key. */
  readonly appKeyHash: string;
  /**
   * Host of the calls if it is not KIS's own: its tokens are kept apart from KIS's. It is part of the token's name, not
   * of what is kept.
   */
  readonly baseUrl?: string;
}

/** A stored token. */
export interface StoredToken extends TokenKey {
  /** The token itself. A secret: never log it. */
  readonly accessToken: string;
  /** Epoch ms. */
  readonly expiresAt: number;
  /** Epoch ms. */
  readonly issuedAt: number;
}

/** Keeps tokens for all programs of an app key, so that KIS issues one a day instead of one a program. */
export interface TokenStore {
  /** @returns the token last written under `key`; `undefined` if there is none that can be trusted. */
  read(key: TokenKey): Promise<StoredToken | undefined>;
  /** Replaces the token whole; a reader sees the old one or the new one. */
  write(token: StoredToken): Promise<void>;
  /**
   * Runs `work` while no other user of this store runs theirs for `key`. A holder that died does not block it.
   *
   * @throws whatever `work` throws; the signal's reason if it is aborted while waiting.
   */
  exclusive<T>(key: TokenKey, work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /**
   * A small fact kept beside the token, such as what the pace learned, or today's answer of chk-holiday. A store of your
   * own may leave out `recall` and `remember`: the facts then live as long as the client.
   *
   * @param name - `pace`, `holidays` and the like: 1 to 32 of a-z, 0-9 and `-`.
   * @returns the text last remembered under `key` and `name`; `undefined` if there is none that can be trusted.
   */
  recall?(key: TokenKey, name: string): Promise<string | undefined>;
  /** Replaces the fact whole, as `write` replaces the token. */
  remember?(key: TokenKey, name: string, text: string): Promise<void>;
}

/** Name under which a token is kept: `live-1f2e…`, with the hash of another host's URL behind it. */
export function tokenName({ environment, appKeyHash, baseUrl }: TokenKey): string {
  const host =
    baseUrl === undefined ? "" : `-${createHash("sha256").update(baseUrl).digest("hex").slice(0, 8)}`;
  return `${environment}-${appKeyHash.slice(0, 32)}${host}`;
}

/**
 * @returns `name`, checked.
 * @throws {@link ConfigError} if it is no name of a fact: it becomes part of a file's name or an object's key.
 */
export function checkFactName(name: string): string {
  if (/^[a-z][a-z0-9-]{0,31}$/.test(name) && name !== "token") return name;
  throw new ConfigError("name", '1 to 32 of a-z, 0-9 and "-", and not "token"', name);
}

/** The token as it is kept, one JSON object. */
export function formatStoredToken(token: StoredToken): string {
  const { environment, appKeyHash, accessToken, expiresAt, issuedAt } = token;
  return JSON.stringify({ environment, appKeyHash, accessToken, expiresAt, issuedAt });
}

/** @returns the token written as `text`; `undefined` unless it is whole and belongs to `key`. */
export function parseStoredToken(text: string, key: TokenKey): StoredToken | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { environment, appKeyHash, accessToken, expiresAt, issuedAt } = value as Record<string, unknown>;
  if (environment !== key.environment || appKeyHash !== key.appKeyHash) return undefined;
  if (typeof accessToken !== "string" || !/^[\x21-\x7e]{1,4096}$/.test(accessToken)) return undefined;
  if (!Number.isSafeInteger(expiresAt) || !Number.isSafeInteger(issuedAt)) return undefined;
  return { ...key, accessToken, expiresAt: Number(expiresAt), issuedAt: Number(issuedAt) };
}

/**
 * Keeps tokens in the memory of this process: for tests. With it every start issues a token, and for each one KIS sends
 * the account's owner a message.
 *
 * @example
 * ```ts
 * const client = new KisClient({ appKey: "test", appSecret: "test", tokenStore: createMemoryTokenStore() });
 * ```
 */
export function createMemoryTokenStore(): TokenStore {
  const tokens = new Map<string, StoredToken>();
  const facts = new Map<string, string>();
  const tails = new Map<string, Promise<unknown>>();
  return {
    read: (key) => Promise.resolve(tokens.get(tokenName(key))),
    write: (token) => {
      tokens.set(tokenName(token), token);
      return Promise.resolve();
    },
    exclusive(key, work, signal) {
      const name = tokenName(key);
      const turn = (tails.get(name) ?? Promise.resolve()).then(() => {
        signal?.throwIfAborted();
        return work();
      });
      tails.set(
        name,
        turn.catch(() => undefined),
      );
      return raceAbort(turn, signal);
    },
    recall: (key, name) => Promise.resolve(facts.get(`${checkFactName(name)} ${tokenName(key)}`)),
    remember: (key, name, text) => {
      facts.set(`${checkFactName(name)} ${tokenName(key)}`, text);
      return Promise.resolve();
    },
  };
}
