// What goes wrong in the soak: drawn from a seed and counted, so that the proof knows what was done to it.
import { type Clock, type ObjectStore, StorageError } from "hantoo";
import type { Correction, Fault, FaultAction, KisSimulator } from "hantoo/testing";

/** Shares of KIS's answers that go wrong; `latencyMs` of 15 s is longer than the client waits. */
const SHARES: readonly (readonly [name: string, fault: FaultAction, share: number])[] = [
  ["reset", "reset", 0.004],
  ["half body", "half-body", 0.002],
  ["HTML 502", "html-502", 0.002],
  ["wrong content type", "wrong-content-type", 0.001],
  ["rate limit", "rate-limit", 0.0005],
  ["token revoked", "token-revoked", 0.00005],
  ["slow body", { slowLorisMs: 50 }, 0.001],
  ["no answer in time", { latencyMs: 15_000 }, 0.0005],
];

/** What was done, by name. */
export type Done = Record<string, number>;

/** @returns the faults of every request, and latency for all. */
export function kisFaults(random: () => number, done: Done): Fault[] {
  const struck = SHARES.map(([name, fault, share]): Fault => ({
    do: fault,
    when: () => {
      const strikes = random() < share;
      if (strikes) done[name] = (done[name] ?? 0) + 1;
      return strikes;
    },
  }));
  return [{ do: { latencyMs: 30, jitterMs: 60 } }, ...struck];
}

/** Traded minutes that KIS books late: five minutes, so before the session's end, or the week could not know. */
export function lateCorrections(
  truth: KisSimulator["truth"],
  symbols: readonly string[],
  days: readonly string[],
  random: () => number,
): Correction[] {
  return days.flatMap((day) =>
    symbols.flatMap((symbol) =>
      truth(symbol, day)
        .slice(0, -20)
        .filter(() => random() < 0.0005)
        .map(({ time }) => ({ symbol, time, afterMs: 300_000 })),
    ),
  );
}

/** A store that fails now and then, before or after the work, and altogether during `outage` (epoch ms). */
export function failingStore(
  store: ObjectStore,
  clock: Clock,
  outage: { readonly from: number; readonly to: number },
  random: () => number,
  done: Done,
): ObjectStore {
  const fails = (operation: "get" | "put" | "list" | "delete", key: string, share: number): void => {
    const isOut = clock.now() >= outage.from && clock.now() < outage.to;
    if (!isOut && random() >= share) return;
    const name = isOut ? "store out" : `store ${operation}`;
    done[name] = (done[name] ?? 0) + 1;
    throw new StorageError(`a failed ${operation}`, { operation, key }, { retryable: true });
  };
  return {
    async get(key) {
      fails("get", key, 0.0005);
      return store.get(key);
    },
    async put(key, bytes, options) {
      fails("put", key, 0.01);
      await store.put(key, bytes, options);
      fails("put", key, 0.01); // stored all the same
    },
    async *list(prefix) {
      fails("list", prefix, 0.02);
      yield* store.list(prefix);
      fails("list", prefix, 0.02);
    },
    async delete(key) {
      fails("delete", key, 0.0005);
      await store.delete(key);
    },
    conditionalWrites: async () => true,
  };
}
