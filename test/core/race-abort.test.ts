import { expect, test } from "vitest";
import { raceAbort } from "../../src/core/index.js";

/** Fails the test process if a rejection of `work` is left to nobody. */
async function unhandledBy(run: () => Promise<unknown>): Promise<unknown[]> {
  const unhandled: unknown[] = [];
  const listen = (reason: unknown): void => void unhandled.push(reason);
  process.on("unhandledRejection", listen);
  try {
    await run();
    // Node tells of a rejection nobody took once its queue of microtasks is empty.
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.off("unhandledRejection", listen);
  }
  return unhandled;
}

test("work settles it, or an abort does, whichever comes first", async () => {
  const stop = new AbortController();
  await expect(raceAbort(Promise.resolve(1), undefined)).resolves.toBe(1);
  await expect(raceAbort(Promise.resolve(2), stop.signal)).resolves.toBe(2);
  const failure = new Error("mine");
  await expect(raceAbort(Promise.reject(failure), stop.signal)).rejects.toBe(failure);
  const waits = raceAbort(new Promise(() => undefined), stop.signal);
  stop.abort("over");
  await expect(waits).rejects.toBe("over");
});

test("work that fails after an abort harms nobody", async () => {
  const late = async (signal: AbortSignal, abort: () => void): Promise<void> => {
    let fail: (error: Error) => void = () => undefined;
    const race = raceAbort(
      new Promise((_, reject) => {
        fail = reject;
      }),
      signal,
    );
    abort();
    await expect(race).rejects.toBe("over");
    fail(new Error("too late"));
  };
  const during = new AbortController();
  expect(await unhandledBy(() => late(during.signal, () => during.abort("over")))).toEqual([]);
  expect(await unhandledBy(() => late(AbortSignal.abort("over"), () => undefined))).toEqual([]);
});
