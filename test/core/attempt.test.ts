import { createManualClock } from "hantoo/testing";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type RetrySettings, attemptWithin, withRetries } from "../../src/core/index.js";

const late = new Error("late");
const limit = (clock: ReturnType<typeof createManualClock>, signal?: AbortSignal) => ({
  clock,
  timeoutMs: 1000,
  signal,
  timeoutError: () => late,
});
const never = (): Promise<never> => new Promise(() => undefined);

test("an attempt ends as its work does, and leaves no sleeper", async () => {
  const clock = createManualClock();
  await expect(attemptWithin(limit(clock), () => Promise.resolve("whole"))).resolves.toBe("whole");
  let given: AbortSignal | undefined;
  const failed = attemptWithin(limit(clock), (signal) => {
    given = signal;
    return Promise.reject(new Error("mine"));
  });
  await expect(failed).rejects.toThrow("mine");
  expect(given?.aborted, "what the failed attempt left open ends").toBe(true);
  await clock.advance(0);
  expect(clock.sleeping).toBe(0);
});

test("work that heeds nothing is left at the time limit, and on an abort", async () => {
  const clock = createManualClock();
  let given: AbortSignal | undefined;
  const work = clock.runUntil(attemptWithin(limit(clock), (signal) => ((given = signal), never())));
  await expect(work).rejects.toBe(late);
  expect(clock.monotonic()).toBe(1000);
  expect(given?.aborted).toBe(true);

  const stop = new AbortController();
  const reason = { mine: true };
  const aborted = attemptWithin(limit(clock, stop.signal), never);
  stop.abort(reason);
  await expect(aborted).rejects.toBe(reason);
  let began = false;
  await expect(
    attemptWithin(limit(clock, AbortSignal.abort(reason)), () => ((began = true), never())),
  ).rejects.toBe(reason);
  expect(began).toBe(false);
});

const retrySettings = (
  clock: ReturnType<typeof createManualClock>,
  more: Partial<RetrySettings> = {},
): RetrySettings => ({
  clock,
  random: () => 0.5,
  backOff: { baseDelayMs: 100, maxDelayMs: 1000 },
  maxAttempts: 4,
  shouldRetry: () => true,
  ...more,
});

test("tries up to the last attempt, waiting longer each time, and throws the last failure", async () => {
  const clock = createManualClock();
  const told: unknown[] = [];
  const work = withRetries(
    retrySettings(clock, {
      onRetry: (error, attempt, delayMs) => told.push([String(error), attempt, delayMs]),
    }),
    (attempt) => Promise.reject(new Error(String(attempt))),
  );
  await expect(clock.runUntil(work)).rejects.toThrow("4");
  expect(told).toEqual([
    ["Error: 1", 1, 75],
    ["Error: 2", 2, 150],
    ["Error: 3", 3, 300],
  ]);
  expect(clock.monotonic()).toBe(525);
});

test("a failure for good ends it, and what the other side asked for is waited at the least", async () => {
  const clock = createManualClock();
  let attempts = 0;
  const work = withRetries(
    retrySettings(clock, {
      shouldRetry: (error) => error === late,
      pauseMs: (_, drawnMs) => Math.max(drawnMs, 700),
    }),
    () => {
      attempts++;
      return Promise.reject(attempts < 3 ? late : new Error("for good"));
    },
  );
  await expect(clock.runUntil(work)).rejects.toThrow("for good");
  expect([attempts, clock.monotonic()]).toEqual([3, 1400]);
});

test("an abort at any moment rejects with the signal's own reason", async () => {
  for (const when of ["before", "during", "between"]) {
    const clock = createManualClock();
    const stop = new AbortController();
    const reason = { when };
    if (when === "before") stop.abort(reason);
    const work = withRetries(retrySettings(clock, { signal: stop.signal }), () => {
      if (when === "during") stop.abort(reason);
      return Promise.reject(late);
    });
    const outcome = work.catch((error: unknown) => error);
    await clock.advance(10);
    stop.abort(reason);
    expect(await outcome).toBe(reason);
  }
});

test("pauses lie between half of and the whole doubling, and never above the cap", async () => {
  await fc.assert(
    fc.asyncProperty(fc.double({ min: 0, max: 0.999, noNaN: true }), async (random) => {
      const pauses: number[] = [];
      const clock = { sleep: (ms: number) => Promise.resolve(void pauses.push(ms)) };
      const work = withRetries(
        { ...retrySettings(createManualClock()), clock, random: () => random, maxAttempts: 9 },
        () => Promise.reject(late),
      );
      await expect(work).rejects.toBe(late);
      pauses.forEach((pause, retry) => {
        const most = Math.min(1000, 100 * 2 ** retry);
        expect(pause).toBeGreaterThanOrEqual(most / 2);
        expect(pause).toBeLessThanOrEqual(most);
      });
    }),
  );
});
