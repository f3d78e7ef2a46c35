import { type Limiter, type Turn, createLimiter, silentLogger } from "hantoo";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { shareLimiter } from "../../../src/kis/pace/index.js";
import { most } from "./kis-model.js";

describe("createLimiter", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Schedules `count` calls at once and returns when each left. */
  async function drain(limiter: Limiter, count: number, ms: number): Promise<number[]> {
    const sent: number[] = [];
    for (let i = 0; i < count; i++)
      void limiter.schedule(() => void sent.push(performance.now())).catch(() => undefined);
    await vi.advanceTimersByTimeAsync(ms);
    return sent;
  }

  test.each([
    [18, 0.97],
    [3, 0.97],
    [1, 0.95],
    [0.5, 0.97],
    [60, 0.9],
  ])(
    "at %d a second no second holds more, and at least %d of the rate is used",
    async (ratePerSecond, used) => {
      const sent = await drain(createLimiter({ ratePerSecond }), 4000, 60_000);
      expect(most(sent, 1000)).toBeLessThanOrEqual(Math.max(1, ratePerSecond));
      expect(sent.length / 60).toBeGreaterThanOrEqual(ratePerSecond * used);
    },
  );

  test("calls that take up to 20 ms more or less to arrive pass no more than 18 a second", async () => {
    const sent = await drain(createLimiter({ ratePerSecond: 18 }), 2000, 115_000);
    expect(sent.length).toBe(2000);
    expect((sent.length - 1) / (sent.at(-1)! - sent[0]!)).toBeGreaterThanOrEqual((0.97 * 18) / 1000);
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 19.9, noNaN: true }), { minLength: 97, maxLength: 97 }),
        (late) => {
          const arrived = sent.map((at, index) => at + late[index % late.length]!).sort((a, b) => a - b);
          expect(most(arrived, 1000)).toBeLessThanOrEqual(18);
        },
      ),
    );
  });

  test("an event loop that stalls does not bring calls together", async () => {
    const limiter = createLimiter({ ratePerSecond: 18 });
    const sent: number[] = [];
    for (let i = 0; i < 400; i++) void limiter.schedule(() => void sent.push(performance.now()));
    for (let i = 0; i < 60; i++) {
      await vi.advanceTimersByTimeAsync(130);
      // Timers stand still while the clock goes on: as when the loop is busy.
      vi.setSystemTime(Date.now() + 1);
      const now = performance.now();
      const stalled = vi.spyOn(performance, "now").mockImplementation(() => now + 150);
      await vi.advanceTimersByTimeAsync(0);
      stalled.mockRestore();
    }
    expect(most(sent, 1000)).toBeLessThanOrEqual(18);
  });

  test("keeps the order, and high goes first", async () => {
    const limiter = createLimiter({ ratePerSecond: 100 });
    const order: string[] = [];
    for (const name of ["a", "b", "c"]) void limiter.schedule(() => void order.push(name));
    for (const name of ["X", "Y"]) void limiter.schedule(() => void order.push(name), { priority: "high" });
    await vi.advanceTimersByTimeAsync(1000);
    expect(order).toEqual(["X", "Y", "a", "b", "c"]);
  });

  test("an aborted wait rejects with the signal's reason and costs no slot", async () => {
    const limiter = createLimiter({ ratePerSecond: 1 });
    const sent: number[] = [];
    const go = () => void sent.push(performance.now());
    const start = performance.now();
    await Promise.all([limiter.schedule(go), vi.advanceTimersByTimeAsync(10)]);
    const stop = new AbortController();
    const waits = [1, 2, 3].map(() => limiter.schedule(go, { signal: stop.signal }));
    const reason = new Error("enough");
    await vi.advanceTimersByTimeAsync(500);
    stop.abort(reason);
    for (const wait of waits) await expect(wait).rejects.toBe(reason);
    expect(limiter.waiting).toBe(0);
    // Bottleneck's grant comes at 1 s and finds nobody: whoever comes next takes it.
    await vi.advanceTimersByTimeAsync(2000);
    void limiter.schedule(go);
    await vi.advanceTimersByTimeAsync(20);
    expect(sent.length).toBe(2);
    expect(sent[1]! - start).toBeLessThan(2600);
    await expect(limiter.schedule(go, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  test("20,000 calls under one signal queue, and leave, at once", async () => {
    const limiter = createLimiter({ ratePerSecond: 1 });
    const stop = new AbortController();
    let listeners = 0;
    const { signal } = stop;
    const add = signal.addEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++;
      add(...args);
    };
    const calls = Array.from({ length: 20_000 }, () => limiter.schedule(() => undefined, { signal }));
    const outcomes = Promise.allSettled(calls);
    expect(listeners).toBe(1);
    stop.abort();
    expect(limiter.waiting).toBe(0);
    expect((await outcomes).every(({ status }) => status === "rejected")).toBe(true);
  });

  test("a refusal slows every caller at once, and the pace comes back", async () => {
    const limiter = createLimiter({ ratePerSecond: 10 });
    await drain(limiter, 10, 2000);
    limiter.refused();
    limiter.refused();
    expect(limiter.pace).toMatchObject({ ceiling: 10, current: 9, refusals: 2 });
    const slow = await drain(limiter, 200, 4000);
    expect(slow.length).toBeLessThan(38);
    expect(slow.length).toBeGreaterThan(33);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(limiter.pace?.current).toBe(10);
    expect(limiter.waiting).toBe(0);
  });

  test("falls to what was let through, counts a burst once, and holds where KIS says for how long", async () => {
    const limiter = createLimiter({ ratePerSecond: 15 });
    const refuse: (() => void)[] = [];
    const sent: number[] = [];
    const work = (turn?: Turn): Promise<void> => {
      sent.push(performance.now());
      if (sent.length < 6) return Promise.resolve();
      return new Promise((resolve) => {
        refuse.push(() => {
          turn?.refused(3000);
          resolve();
        });
      });
    };
    for (let i = 0; i < 30; i++) limiter.schedule(work).catch(() => undefined);
    await vi.advanceTimersByTimeAsync(500);
    expect(sent.length).toBe(8);
    for (const one of refuse.splice(0)) one();
    expect(limiter.pace).toMatchObject({ current: 5, refusals: 3, ceiling: 15 });
    await vi.advanceTimersByTimeAsync(2990);
    expect(sent.length).toBe(8);
    await vi.advanceTimersByTimeAsync(300);
    expect(sent.length).toBeGreaterThan(8);
    await limiter.close();
  });

  test("who was refused goes first of all", async () => {
    const limiter = createLimiter({ ratePerSecond: 100 });
    const order: string[] = [];
    const join = (name: string, how = {}): void => void limiter.schedule(() => void order.push(name), how);
    join("a");
    join("X", { priority: "high" });
    join("r", { again: true });
    join("s", { again: true, priority: "high" });
    await vi.advanceTimersByTimeAsync(1000);
    expect(order).toEqual(["r", "s", "X", "a"]);
  });

  test("work that throws fails its own call alone", async () => {
    const limiter = createLimiter({ ratePerSecond: 100 });
    const bad = limiter.schedule(() => {
      throw new Error("mine");
    });
    const good = limiter.schedule(() => "fine");
    const both = Promise.allSettled([bad, good]);
    await vi.advanceTimersByTimeAsync(100);
    expect(await both).toEqual([
      { status: "rejected", reason: new Error("mine") },
      { status: "fulfilled", value: "fine" },
    ]);
  });

  test("is bounded: one more is refused, and room() tells when to go on", async () => {
    const limiter = createLimiter({ ratePerSecond: 10, maxWaiting: 5 });
    for (let i = 0; i < 5; i++) void limiter.schedule(() => undefined);
    await expect(limiter.schedule(() => undefined)).rejects.toMatchObject({ option: "maxWaiting" });
    let free = false;
    void limiter.room(3).then(() => (free = true));
    await vi.advanceTimersByTimeAsync(150);
    expect(free).toBe(false);
    await vi.advanceTimersByTimeAsync(400);
    expect(free).toBe(true);
  });

  test("close() rejects 20,000 waiting calls at once", async () => {
    const limiter = createLimiter({ ratePerSecond: 18 });
    const calls = Array.from({ length: 20_000 }, () => limiter.schedule(() => undefined));
    const settled = Promise.allSettled(calls);
    await vi.advanceTimersByTimeAsync(0);
    await limiter.close();
    const outcomes = await settled;
    expect(outcomes.filter(({ status }) => status === "rejected").length).toBeGreaterThanOrEqual(19_999);
    await expect(limiter.schedule(() => undefined)).rejects.toMatchObject({ name: "ConfigError" });
    expect(vi.getTimerCount()).toBeLessThan(5);
  });

  test("a host's clock set back by an hour halts nothing", async () => {
    const limiter = createLimiter({ ratePerSecond: 10 });
    await drain(limiter, 5, 1000);
    vi.setSystemTime(Date.now() - 3_600_000);
    expect((await drain(limiter, 20, 3000)).length).toBe(20);
  });

  test.each([[0], [-1], [Number.NaN], ["18"]])("refuses a rate of %s", (ratePerSecond) => {
    expect(() => createLimiter({ ratePerSecond: ratePerSecond as number })).toThrow(/ratePerSecond/);
  });

  describe("shared by app key", () => {
    test("two users together stay within the rate, at the stricter of theirs, and end apart", async () => {
      const options = { logger: silentLogger };
      const rate = (ratePerSecond: number) => ({ ratePerSecond, marginMs: 20 });
      const [one, two] = [shareLimiter("k", rate(18), options), shareLimiter("k", rate(18), options)];
      const other = shareLimiter("another", rate(18), options);
      const sent: number[] = [];
      for (const limiter of [one, two])
        for (let i = 0; i < 60; i++)
          void limiter.schedule(() => void sent.push(performance.now())).catch(() => undefined);
      const own = await drain(other, 60, 3000);
      expect(own.length).toBeGreaterThan(47);
      expect(sent.length).toBeGreaterThan(47);
      expect(most(sent, 1000)).toBeLessThanOrEqual(18);
      const three = shareLimiter("k", rate(3), options);
      await vi.advanceTimersByTimeAsync(100);
      expect(one.ratePerSecond, "one that sends nothing slows nobody").toBe(18);
      for (let i = 0; i < 60; i++)
        void three.schedule(() => void sent.push(performance.now())).catch(() => undefined);
      expect(one.ratePerSecond).toBe(3);
      await vi.advanceTimersByTimeAsync(1000);
      const before = sent.length;
      await vi.advanceTimersByTimeAsync(2000);
      expect(sent.length - before).toBeLessThanOrEqual(7);
      await three.close();
      expect(one.ratePerSecond).toBe(18);
      await expect(three.schedule(() => 1)).rejects.toMatchObject({ name: "ConfigError" });
      await one.close();
      await expect(one.schedule(() => 1)).rejects.toMatchObject({ name: "ConfigError" });
      await vi.advanceTimersByTimeAsync(12_000);
      expect(two.waiting, "the limiter lives on for the other").toBe(0);
      await two.close();
      await other.close();
    });
  });
});
