import { randomUUID } from "node:crypto";
import {
  type ClockOption,
  ConfigError,
  type Logger,
  checkClock,
  checkPort,
  isHantooError,
  silentLogger,
} from "../../core/index.js";
import type { ObjectStore } from "../../storage/index.js";
import { reasonOf } from "./reason-of.js";
import {
  type TokenKey,
  type TokenStore,
  checkFactName,
  formatStoredToken,
  parseStoredToken,
  tokenName,
} from "./token-store.js";

/** Options of {@link createObjectTokenStore}. */
export interface ObjectTokenStoreOptions {
  /** @defaultValue "hantoo_token" */
  readonly prefix?: string;
  /** @defaultValue the host's clock */
  readonly clock?: ClockOption;
  /** @defaultValue silent */
  readonly logger?: Logger;
}

interface Lease {
  readonly owner: string;
  /** Epoch ms at which the lease ends. */
  readonly until: number;
}

/** An issue takes at most 70 s of waiting for another program, its own timeouts, and the time of a slow store. */
const LEASE_MS = 180_000;
const POLL_MS = 500;
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const formatLease = (lease: Lease): string => JSON.stringify(lease);

/**
 * Keeps tokens in any object store, so that machines share one. Leases decide which machine may issue: numbered objects,
 * written with `ifAbsent`. The highest number holds until it is given back or its time is over.
 *
 * Everyone who can read the store can use the token. Use a bucket that is closed to others, or a private folder:
 * `new FileStore(dir, { private: true })`.
 *
 * @example
 * ```ts
 * const tokenStore = createObjectTokenStore(new S3Store({ bucket: "my-tokens" }));
 * ```
 */
export function createObjectTokenStore(
  store: ObjectStore,
  options: ObjectTokenStoreOptions = {},
): TokenStore {
  checkPort(
    store,
    "store",
    ["get", "put", "list", "delete"],
    "an ObjectStore such as `new S3Store({ bucket })`",
  );
  const { prefix = "hantoo_token", logger = silentLogger } = options;
  const clock = checkClock(options.clock);
  if (!/^[\w.-]+(\/[\w.-]+)*$/.test(prefix))
    throw new ConfigError("prefix", "a key without a slash at its ends", prefix);
  const keyOf = (key: TokenKey, name = ""): string => `${prefix}/${tokenName(key)}${name}.json`;

  const readLease = async (path: string): Promise<Lease | undefined> => {
    const bytes = await store.get(path);
    if (bytes === undefined) return undefined;
    try {
      const { owner, until } = JSON.parse(new TextDecoder().decode(bytes)) as Partial<Lease>;
      if (typeof owner === "string" && typeof until === "number") return { owner, until };
    } catch {
      // A torn lease holds nothing.
    }
    return { owner: "", until: 0 };
  };

  /** Paths of the leases, ascending; other objects there are passed over. */
  const leasesIn = async (folder: string): Promise<readonly string[]> => {
    const leases: string[] = [];
    for await (const path of store.list(folder)) {
      if (/^\d{12}$/.test(path.slice(folder.length))) leases.push(path);
    }
    return leases;
  };

  /** @returns the path of the lease taken, or `undefined` if another holds one. */
  const tryTake = async (folder: string, owner: string): Promise<string | undefined> => {
    const newest = (await leasesIn(folder)).at(-1);
    const held = newest === undefined ? undefined : await readLease(newest);
    const now = clock.now();
    // A lease that ends far in the future comes from a clock far ahead: it must not lock out the others.
    if (held !== undefined && held.until > now && held.until - now <= 2 * LEASE_MS) return undefined;
    const number = newest === undefined ? 1 : Number(newest.slice(folder.length)) + 1;
    const path = `${folder}${String(number).padStart(12, "0")}`;
    try {
      await store.put(path, encode(formatLease({ owner, until: now + LEASE_MS })), { ifAbsent: true });
    } catch (error) {
      if (isHantooError(error) && error.code === "storage_conflict") return undefined;
      throw error;
    }
    // Not every store honours `ifAbsent`, and the listing may have been old: look again.
    const taken = await leasesIn(folder);
    if (taken.at(-1) !== path || (await readLease(path))?.owner !== owner) return undefined;
    for (const old of taken) if (old < path) await store.delete(old);
    return path;
  };

  const take = async (folder: string, owner: string, signal: AbortSignal | undefined): Promise<string> => {
    for (;;) {
      signal?.throwIfAborted();
      const lease = await tryTake(folder, owner);
      if (lease !== undefined) return lease;
      await clock.sleep(POLL_MS, signal);
    }
  };

  return {
    async read(key) {
      const bytes = await store.get(keyOf(key));
      return bytes === undefined ? undefined : parseStoredToken(new TextDecoder().decode(bytes), key);
    },
    async write(token) {
      await store.put(keyOf(token), encode(formatStoredToken(token)));
    },
    async recall(key, name) {
      const bytes = await store.get(keyOf(key, `.${checkFactName(name)}`));
      return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
    },
    async remember(key, name, text) {
      await store.put(keyOf(key, `.${checkFactName(name)}`), encode(text));
    },
    async exclusive(key, work, signal) {
      const folder = `${prefix}/${tokenName(key)}.lease/`;
      const owner = randomUUID();
      let lease: string;
      try {
        lease = await take(folder, owner, signal);
      } catch (error) {
        signal?.throwIfAborted();
        logger.warn(
          { folder, reason: reasonOf(error) },
          "the token cannot be locked; other programs may ask for one too",
        );
        return work();
      }
      try {
        return await work();
      } finally {
        // Ended, not deleted: the number must stay the highest.
        await store.put(lease, encode(formatLease({ owner, until: 0 }))).catch((error: unknown) => {
          logger.warn(
            { lease, reason: reasonOf(error) },
            "a lease could not be given back; it ends by itself",
          );
        });
      }
    },
  };
}
