import { createHash } from "node:crypto";
import type { KisEnvironment } from "../wire/index.js";
import { raceAbort } from "../../core/index.js";

/** Whose token: the app key itself is never written, only its hash. */
export interface TokenKey {
  readonly environment: KisEnvironment;
  /** Hex SHA-256 of the app key. */
  readonly appKeyHash: string;
  /**
   * Where the client sends its calls, if not to KIS itself: a simulator's tokens are kept apart from KIS's. Part of
   * the name under which the token is kept, not of what is kept.
   */
  readonly baseUrl?: string;
}

/** A token as it is kept. */
export interface StoredToken extends TokenKey {
  readonly accessToken: string;
  /** Epoch ms. */
  readonly expiresAt: number;
  /** Epoch ms. */
  readonly issuedAt: number;
}

/** Keeps tokens for all programs that use an app key, so that KIS issues one a day and not one a program. */
export interface TokenStore {
  /** @returns the token last written under `key`; `undefined` if there is none that can be trusted. */
  read(key: TokenKey): Promise<StoredToken | undefined>;
  /** Replaces the token whole; a reader sees the old one or the new one. */
  write(token: StoredToken): Promise<void>;
  /**
   * Runs `work` while nobody else who uses this store runs theirs for `key`. A holder that died is passed over.
   *
   * @throws whatever `work` throws; the signal's reason if it is aborted while waiting.
   */
  exclusive<T>(key: TokenKey, work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/** Name under which a token is kept: `live-1f2e…`, with the hash of another host's URL behind it. */
export function tokenName({ environment, appKeyHash, baseUrl }: TokenKey): string {
  const host =
    baseUrl === undefined ? "" : `-${createHash("sha256").update(baseUrl).digest("hex").slice(0, 8)}`;
  return `${environment}-${appKeyHash.slice(0, 32)}${host}`;
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

/** Keeps tokens for this process only. KIS sends the account's owner a message at every start, then. */
export function createMemoryTokenStore(): TokenStore {
  const tokens = new Map<string, StoredToken>();
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
  };
}
