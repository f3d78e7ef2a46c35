import { type Limiter, createLimiter } from "hantoo";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { borrowLimiter, shareLimiter } from "../../src/kis/pace/limiter-registry.js";
import { FULL_RATE, afterRefusal, shareAt } from "../../src/kis/pace/rate-governor.js";
import { SendLog } from "../../src/kis/pace/send-log.js";
import { WaitingLine } from "../../src/kis/pace/waiting-line.js";
import { silentLogger } from "hantoo";

/** Most times in any half-open window of `windowMs`. */
function most(times: readonly number[], windowMs: number): number {
  let first = 0;
  let worst = 0;
  for (let last = 0; last < times.length; last++) {
    while (times[last]! - times[first]! >= windowMs) first++;
    worst = Math.max(worst, last - first + 1);
  }
  return worst;
}

describe("the guard", () => {
  test("never holds more than its limit in any window, however the sends bunch", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 }),
        (limit, gaps) => {
          const log = new SendLog(limit, 1020);
          const sent: number[] = [];
          let now = 0;
          for (const gap of gaps) {
            now += gap;
            now += log.waitMs(now);
            log.add(now);
            sent.push(now);
          }
          expect(most(sent, 1020)).toBeLessThanOrEqual(limit);
        },
      ),
    );
  });

  test("keeps what has left when it is reshaped", () => {
    const log = new SendLog(3, 1000);
    for (const at of [0, 10, 20]) log.add(at);
    expect(log.reshaped(3, 1000).waitMs(30)).toBe(970);
    expect(log.reshaped(1, 1000).waitMs(30)).toBe(990);
    expect(log.reshaped(5, 1000).waitMs(30)).toBe(0);
  });
});

test("the line is first in, first out, whoever leaves", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom("join", "take", "leave"), { maxLength: 100 }),
      fc.nat(),
      (steps, seed) => {
        const line = new WaitingLine<number>();
        const model: number[] = [];
        const places = new Map<number, { leave(): boolean }>();
        steps.forEach((step, at) => {
          if (step === "join") {
            places.set(at, line.join(at));
            model.push(at);
          } else if (step === "take") expect(line.take()).toBe(model.shift());
          else if (places.size > 0) {
            const who = [...places.keys()][(seed + at) % places.size]!;
            expect(places.get(who)!.leave()).toBe(model.includes(who));
            if (model.includes(who)) model.splice(model.indexOf(who), 1);
          }
          expect(line.length).toBe(model.length);
        });
      },
    ),
  );
});

describe("the governor", () => {
  test("slows at once, counts a burst of refusals once, and recovers slowly", () => {
    const one = afterRefusal(FULL_RATE, 0);
    expect(shareAt(one, 0)).toBeCloseTo(0.9, 10);
    expect(afterRefusal(one, 999)).toBe(one);
    expect(shareAt(afterRefusal(one, 1000), 1000)).toBeCloseTo(0.54, 1);
    expect(shareAt(one, 29_000)).toBeLessThan(1);
    expect(shareAt(one, 30_001)).toBe(1);
    let state = FULL_RATE;
    for (let at = 0; at < 60_000; at += 1000) state = afterRefusal(state, at);
    expect(shareAt(state, 60_000)).toBeLessThan(0.12);
    expect(shareAt(state, 340_000)).toBe(1);
  });
});

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
    await vi.advanceTimersByTimeAsync(500);
    const slow = await drain(limiter, 200, 10_000);
    expect(slow.length).toBeLessThan(95);
    expect(slow.length).toBeGreaterThan(85);
    await vi.advanceTimersByTimeAsync(400_000);
    const back = await drain(limiter, 200, 10_000);
    expect(back.length).toBeGreaterThan(95);
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

  test("one that was passed in stays open: a client that closes takes its own waiting calls along", async () => {
    const limiter = createLimiter({ ratePerSecond: 10 });
    const [one, two] = [borrowLimiter(limiter), borrowLimiter(limiter)];
    const calls = (of: Limiter) => Array.from({ length: 10 }, () => of.schedule(() => "sent"));
    const ends = Promise.allSettled([...calls(one), ...calls(two)]);
    await vi.advanceTimersByTimeAsync(250);
    await one.close();
    await vi.advanceTimersByTimeAsync(5000);
    const sent = (await ends).map(({ status }) => status === "fulfilled");
    expect(sent.slice(0, 10).filter(Boolean).length).toBeLessThan(5);
    expect(sent.slice(10)).toEqual(Array.from({ length: 10 }, () => true));
    expect(limiter.waiting).toBe(0);
  });

  describe("shared by app key", () => {
    test("two users together stay within the rate, at the stricter of theirs, and end apart", async () => {
      const rate = (ratePerSecond: number) => ({ ratePerSecond, marginMs: 20 });
      const [one, two] = [
        shareLimiter("k", rate(18), silentLogger),
        shareLimiter("k", rate(18), silentLogger),
      ];
      const other = shareLimiter("another", rate(18), silentLogger);
      const sent: number[] = [];
      for (const limiter of [one, two])
        for (let i = 0; i < 60; i++)
          void limiter.schedule(() => void sent.push(performance.now())).catch(() => undefined);
      const own = await drain(other, 40, 2000);
      expect(own.length).toBeGreaterThan(33);
      expect(sent.length).toBeGreaterThan(33);
      expect(most(sent, 1000)).toBeLessThanOrEqual(18);
      const three = shareLimiter("k", rate(3), silentLogger);
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
      await vi.advanceTimersByTimeAsync(8000);
      // What was left of `one` is gone, all of `two` was sent.
      expect(sent.length).toBeLessThan(120);
      expect(two.waiting).toBe(0);
      await two.close();
      await other.close();
    });
  });
});
