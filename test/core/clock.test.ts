import { expect, test, vi } from "vitest";
import { ConfigError, checkClock, systemClock } from "../../src/core/index.js";
import { createManualClock } from "../../src/testing/index.js";

test("a sleep of the system clock ends after its time, or with the reason of the abort", async () => {
  vi.useFakeTimers();
  try {
    const woken: string[] = [];
    const whole = systemClock.sleep(1000).then(() => woken.push("whole"));
    const stop = new AbortController();
    const cut = systemClock.sleep(1000, stop.signal).catch((reason: unknown) => woken.push(String(reason)));
    stop.abort("stop");
    await cut;
    expect(woken).toEqual(["stop"]);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(999);
    expect(woken).toEqual(["stop"]);
    await vi.advanceTimersByTimeAsync(2);
    await whole;
    expect(woken).toEqual(["stop", "whole"]);
    await expect(systemClock.sleep(1, AbortSignal.abort("early"))).rejects.toBe("early");
    await expect(Promise.race([systemClock.sleep(2 ** 40), Promise.resolve("still asleep")])).resolves.toBe(
      "still asleep",
    );
  } finally {
    vi.useRealTimers();
  }
});

test("the manual clock wakes sleepers in order, each at its own time", async () => {
  const clock = createManualClock(1_000_000);
  const woken: [string, number][] = [];
  const sleepers = [300, 100, 200].map((ms) =>
    clock.sleep(ms).then(() => woken.push([`${ms}`, clock.now()])),
  );
  await clock.advance(250);
  expect(woken).toEqual([
    ["100", 1_000_100],
    ["200", 1_000_200],
  ]);
  expect(clock.monotonic()).toBe(250);
  await clock.advance(50);
  await Promise.all(sleepers);
  expect(clock.sleeping).toBe(0);
});

test("a wall clock set back changes neither sleepers nor the monotonic time", async () => {
  const clock = createManualClock(1_000_000);
  const sleeper = clock.sleep(100);
  clock.set(0);
  await clock.advance(100);
  await sleeper;
  expect([clock.now(), clock.monotonic()]).toEqual([100, 100]);
});

test("runUntil moves through every sleep of the work", async () => {
  const clock = createManualClock();
  const work = (async () => {
    for (let i = 0; i < 5; i++) await clock.sleep(3_600_000);
    return clock.now();
  })();
  await expect(clock.runUntil(work)).resolves.toBe(5 * 3_600_000);
  await expect(clock.runUntil(Promise.reject(new Error("x")))).rejects.toThrow("x");
});

test("an option clock may be a bare now(); the rest is the host's", async () => {
  const bare = {
    at: 5,
    now(): number {
      return this.at;
    },
  };
  const clock = checkClock(bare);
  expect(clock.now()).toBe(5);
  bare.at = 6;
  expect(clock.now()).toBe(6);
  await clock.sleep(0);
  const whole = createManualClock(7);
  expect(checkClock(whole)).toBe(whole);
  expect(checkClock(undefined)).toBe(systemClock);
  expect(() => checkClock({} as never)).toThrow(ConfigError);
  expect(() => checkClock(Date.now as never)).toThrow("`clock` must be an object with now()");
});
