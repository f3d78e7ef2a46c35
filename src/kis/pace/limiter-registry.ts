import { ConfigError, type Logger } from "../../core/index.js";
import { createPacedLimiter } from "./create-limiter.js";
import type { Limiter } from "./limiter.js";
import type { PacedLimiter } from "./paced-limiter.js";
import type { PaceMemory } from "./rate-finder.js";
import type { Rate } from "./rate-presets.js";

/** A client of a shared limiter: the rate it asks for, and how many of its calls wait or are under way. */
interface User {
  readonly rate: Rate;
  active: number;
}

/** A limiter and its users. */
interface Shared {
  readonly limiter: PacedLimiter;
  readonly users: Set<User>;
}

const REGISTRY = Symbol.for("hantoo.limiters.1");

/**
 * The limiters in use, by app key. They are on `globalThis`, because the ESM and the CJS copy of this package can both be
 * loaded, and held weakly, so that a client that was never closed can be collected. See decisions/006-kis-client.md.
 */
function registry(): Map<string, WeakRef<Shared>> {
  const scope = globalThis as { [REGISTRY]?: Map<string, WeakRef<Shared>> };
  return (scope[REGISTRY] ??= new Map());
}

/**
 * Sets the limiter to the lowest rate of the users that have calls. A user without calls, or one that was dropped
 * without `close()`, slows nobody down.
 */
function retune({ limiter, users }: Shared): void {
  const busy = [...users].filter(({ active }) => active > 0).map(({ rate }) => rate);
  if (busy.length === 0) return;
  limiter.reshape(busy.reduce((one, other) => (other.ratePerSecond < one.ratePerSecond ? other : one)));
}

function open(
  rate: Rate,
  { logger, memory }: { readonly logger: Logger; readonly memory?: PaceMemory },
): PacedLimiter {
  const { ratePerSecond, marginMs, startPerSecond } = rate;
  // A rate that the user named stays: it does not begin at what was learned.
  const extras = startPerSecond === undefined ? {} : { startPerSecond, memory };
  return createPacedLimiter({ ratePerSecond, marginMs, logger }, extras);
}

/**
 * One client's part of the limiter that all clients of an app key in this process share.
 *
 * @param key - environment and hash of the app key.
 * @param options - `memory`: where the pace keeps what it learned; the first user's is used.
 */
export function shareLimiter(
  key: string,
  rate: Rate,
  options: { readonly logger: Logger; readonly memory?: PaceMemory },
): Limiter {
  const user: User = { rate, active: 0 };
  const known = registry().get(key)?.deref();
  const shared: Shared = known ?? { limiter: open(rate, options), users: new Set() };
  if (known === undefined) registry().set(key, new WeakRef(shared));
  shared.users.add(user);

  return {
    get ratePerSecond() {
      return user.active > 0 ? shared.limiter.ratePerSecond : rate.ratePerSecond;
    },
    get waiting() {
      return shared.limiter.waiting;
    },
    async schedule(work, how) {
      if (!shared.users.has(user)) throw new ConfigError("client", "open", "a closed one");
      user.active++;
      retune(shared);
      try {
        return await shared.limiter.schedule(work, how);
      } finally {
        user.active--;
        retune(shared);
      }
    },
    refused: (afterMs) => shared.limiter.refused(afterMs),
    get pace() {
      return shared.limiter.pace;
    },
    room: (below, signal) => shared.limiter.room(below, signal),
    async close() {
      if (!shared.users.delete(user)) return;
      if (shared.users.size > 0) return retune(shared);
      if (registry().get(key)?.deref() === shared) registry().delete(key);
      await shared.limiter.close();
    },
  };
}
