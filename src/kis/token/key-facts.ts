import type { Logger } from "../../core/index.js";
import { reasonOf } from "./reason-of.js";
import type { TokenKey, TokenStore } from "./token-store.js";

/** Small facts of one app key and host, kept beside its token for the next process. */
export interface KeyFacts {
  /** @returns the value last remembered under `name`, here or by another process; `undefined` if there is none. */
  recall(name: string): Promise<unknown>;
  /** Keeps `value`, which must survive JSON. Never put the app key, the secret or a token in it. */
  remember(name: string, value: unknown): Promise<void>;
}

/**
 * The facts of `key` in `store`. If the store fails, that is logged and the fact lives in this process alone: it never fails
 * a call.
 */
export function createKeyFacts(store: TokenStore, key: TokenKey, logger: Logger): KeyFacts {
  const known = new Map<string, unknown>();
  return {
    async recall(name) {
      try {
        const text = await store.recall?.(key, name);
        if (text !== undefined) return JSON.parse(text) as unknown;
      } catch (error) {
        logger.warn({ name, reason: reasonOf(error) }, "a fact beside the token cannot be read");
      }
      return known.get(name);
    },
    async remember(name, value) {
      known.set(name, value);
      try {
        await store.remember?.(key, name, JSON.stringify(value));
      } catch (error) {
        logger.warn({ name, reason: reasonOf(error) }, "a fact beside the token cannot be kept");
      }
    },
  };
}
