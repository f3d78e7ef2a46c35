import { ConfigError, type Logger } from "../../core/index.js";
import { createPacedLimiter } from "./create-limiter.js";
import type { Limiter } from "./limiter.js";
import type { PacedLimiter } from "./paced-limiter.js";
import type { Rate } from "./rate-presets.js";

/** What one client asks for, and how many of its calls are waiting or under way. */
interface User {
  readonly rate: Rate;
  active: number;
}

/** One limiter and its users. */
interface Shared {
  readonly limiter: PacedLimiter;
  readonly users: Set<User>;
}

const REGISTRY = Symbol.for("hantoo.limiters.1");

/**
 * The limiters in use, by app key: on `globalThis`, because the ESM and the CJS copy of this package can both be
 * loaded, and weakly, so that a forgotten client costs nothing. See decisions/006-kis-client.md.
 */
function registry(): Map<string, WeakRef<Shared>> {
  const scope = globalThis as { [REGISTRY]?: Map<string, WeakRef<Shared>> };
  return (scope[REGISTRY] ??= new Map());
}

/**
 * Keeps to the strictest of what the users with calls ask for: the key is one, whoever uses it. One that rests, or
 * was dropped without `close()`, slows nobody.
 */
function retune({ limiter, users }: Shared): void {
  const busy = [...users].filter(({ active }) => active > 0).map(({ rate }) => rate);
  if (busy.length === 0) return;
  limiter.reshape(busy.reduce((one, other) => (other.ratePerSecond < one.ratePerSecond ? other : one)));
}

/**
 * One client's part of the limiter that all clients of an app key in this process share.
 *
 * @param key - environment and hash of the app key.
 */
export function shareLimiter(key: string, rate: Rate, logger: Logger): Limiter {
  const user: User = { rate, active: 0 };
  const known = registry().get(key)?.deref();
  const shared: Shared = known ?? { limiter: createPacedLimiter({ ...rate, logger }), users: new Set() };
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
        return await shared.limiter.schedule(work, how, user);
      } finally {
        user.active--;
        retune(shared);
      }
    },
    refused: () => shared.limiter.refused(),
    room: (below, signal) => shared.limiter.room(below, signal),
    async close() {
      if (!shared.users.delete(user)) return;
      if (shared.users.size > 0) {
        shared.limiter.dismiss(user);
        retune(shared);
        return;
      }
      if (registry().get(key)?.deref() === shared) registry().delete(key);
      await shared.limiter.close();
    },
  };
}

/**
 * One client's part of a limiter that was passed in, which outlives the client: `close` fails the client's own
 * waiting calls. In a limiter that is not ours nobody can be told apart, so they run on.
 */
export function borrowLimiter(limiter: Limiter): Limiter {
  const user = {};
  const ours = "dismiss" in limiter ? (limiter as PacedLimiter) : undefined;
  return {
    get ratePerSecond() {
      return limiter.ratePerSecond;
    },
    get waiting() {
      return limiter.waiting;
    },
    schedule: (work, how) =>
      ours === undefined ? limiter.schedule(work, how) : ours.schedule(work, how, user),
    refused: () => limiter.refused(),
    room: (below, signal) => limiter.room(below, signal),
    close: async () => ours?.dismiss(user),
  };
}
