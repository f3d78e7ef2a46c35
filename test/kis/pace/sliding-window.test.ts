import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SlidingWindow } from "../../../src/kis/pace/sliding-window.js";
import { most } from "./kis-model.js";

describe("the guard", () => {
  test("never holds more than its limit in any window, however the sends bunch", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 }),
        (limit, gaps) => {
          const window = new SlidingWindow(limit, 1020);
          const sent: number[] = [];
          let now = 0;
          for (const gap of gaps) {
            now += gap;
            now += window.waitMs(now);
            window.leave(window.enter(now), now);
            sent.push(now);
          }
          expect(most(sent, 1020)).toBeLessThanOrEqual(limit);
        },
      ),
    );
  });

  test("counts a call from its turn until a second after it can have arrived at the latest", () => {
    const window = new SlidingWindow(1, 1000, 20);
    const first = window.enter(0);
    expect(window.waitMs(500), "no answer, no end").toBeGreaterThan(10_000);
    window.leave(first, 300);
    expect(window.waitMs(300), "it may have arrived with its answer").toBe(1000);
    expect(window.waitMs(1300)).toBe(0);
    // Answers that all take 300 ms show that this is the way's own time.
    let now = 1300;
    for (let n = 0; n < 100; n++) {
      now += window.waitMs(now);
      const entry = window.enter(now);
      now += 300;
      window.leave(entry, now);
    }
    expect(window.waitMs(now)).toBe(720);
    // One that takes 200 ms more may have arrived 200 ms later, and the doubt besides.
    now += window.waitMs(now);
    const late = window.enter(now);
    window.leave(late, now + 500);
    expect(window.endOf(late) - now).toBeGreaterThanOrEqual(1200);
    expect(window.endOf(late) - now).toBeLessThan(1225);
  });

  test("keeps what was sent when it is resized", () => {
    const window = new SlidingWindow(3, 1000);
    for (const at of [0, 10, 20]) window.leave(window.enter(at), at);
    expect(window.waitMs(30)).toBe(970);
    window.resize(1, 1000, 0);
    expect(window.waitMs(30)).toBe(990);
    window.resize(5, 1000, 0);
    expect(window.waitMs(30)).toBe(0);
  });

  test("knows what was let through in the second before, also for one that was long on its way", () => {
    const window = new SlidingWindow(20, 1000, 20);
    const entries = [0, 300, 600, 900, 1200].map((at) => window.enter(at));
    const slow = window.enter(1250);
    for (const [index, entry] of entries.entries()) window.leave(entry, 1300 + index);
    expect(window.waitMs(4000)).toBe(0);
    slow.isRefused = true;
    expect(window.letThroughBefore(slow)).toBe(4);
    entries[3]!.isRefused = true;
    expect(window.letThroughBefore(slow)).toBe(3);
  });
});
