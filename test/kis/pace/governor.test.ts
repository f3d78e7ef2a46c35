import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type PaceState,
  afterRefusal,
  afterUse,
  firstState,
  formatLearned,
  readLearned,
} from "../../../src/kis/pace/governor.js";

const MINUTE = 60_000;
const used = (state: PaceState, ms: number, ceiling = 18): PaceState => {
  let now = state;
  for (let at = 0; at < ms; at += 100) now = afterUse(now, ceiling, 100);
  return now;
};

describe("the governor", () => {
  test("climbs a call a second for each clean minute, up to the ceiling", () => {
    const rates = [1, 2, 3, 4].map((minutes) => used(firstState(15), minutes * MINUTE).rate);
    expect(rates).toEqual([16, 17, 18, 18]);
    expect(used(firstState(15), MINUTE - 100).rate).toBe(15);
  });

  test("falls to what was let through, and to less than before whatever that was", () => {
    expect(afterRefusal(firstState(15), 18, 3).rate).toBe(3);
    expect(afterRefusal(firstState(18), 18, 18).rate).toBe(16);
    expect(afterRefusal(firstState(18), 18, undefined).rate).toBe(16);
    expect(afterRefusal(firstState(15), 18, 0).rate).toBe(7);
    expect(afterRefusal(firstState(15), 18, 1).rate, "no key is known to have less than 3").toBe(3);
    expect(afterRefusal(firstState(3), 18, 1).rate).toBe(1);
    expect(afterRefusal(firstState(1), 1, 1).rate).toBe(0.9);
    expect(afterRefusal(firstState(15), 3, 15).rate, "another user's ceiling held").toBe(2);
  });

  test("takes one refusal for a mishap: it is half the way back every five seconds", () => {
    let state = afterRefusal(firstState(15), 18, 4);
    const rates: number[] = [];
    for (let n = 0; n < 5; n++) rates.push((state = used(state, 5000)).rate);
    expect(rates).toEqual([9, 12, 13, 14, 15]);
    expect(used(state, MINUTE)).toMatchObject({ rate: 16, refusedRate: undefined, strikes: 0 });
  });

  test("takes a second refusal for a limit, and tries it twice as seldom each time", () => {
    let state = afterRefusal(firstState(15), 18, 3);
    let refusals = 0;
    let elapsed = 0;
    while (elapsed < 8 * 60 * MINUTE) {
      state = used(state, 1000);
      elapsed += 1000;
      if (state.rate <= 3) continue;
      state = afterRefusal(state, 18, 3);
      refusals++;
    }
    // A key of 3 a second is asked for more some twenty times in eight hours.
    expect(refusals).toBeLessThan(22);
    expect(refusals).toBeGreaterThan(10);
    const lifted = used(state, 90 * MINUTE);
    expect(lifted.rate, "once KIS gives more, it is found").toBe(18);
  });

  test("never passes the ceiling, never ends, and every refusal lowers it", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(1, 3, 18, 2.5, 0.5),
        fc.array(fc.oneof(fc.constant("use"), fc.option(fc.integer({ min: 0, max: 30 }))), { maxLength: 60 }),
        (ceiling, steps) => {
          let state = firstState(Math.min(15, ceiling));
          for (const step of steps) {
            const { rate } = state;
            if (step === "use") state = used(state, 30_000, ceiling);
            else {
              state = afterRefusal(state, ceiling, step ?? undefined);
              expect(state.rate).toBeLessThanOrEqual(rate);
            }
            expect(state.rate).toBeLessThanOrEqual(ceiling);
            expect(state.rate).toBeGreaterThanOrEqual(Math.min(1, ceiling / 2));
          }
        },
      ),
    );
  });

  test("what is kept comes back for a week; what is damaged, older or from tomorrow does not", () => {
    const learned = { rate: 17, refusedRate: 18, strikes: 1 };
    const kept = JSON.parse(JSON.stringify(formatLearned(learned, 1000))) as unknown;
    expect(readLearned(kept, 2000)).toEqual({ ...learned, at: 1000 });
    expect(readLearned(kept, 1000 + 7 * 86_400_000 + 1)).toBeUndefined();
    expect(readLearned(kept, 999)).toBeUndefined();
    const first = JSON.parse(JSON.stringify(formatLearned(firstState(16), 5))) as unknown;
    expect(readLearned(first, 6)).toMatchObject({ rate: 16, refusedRate: undefined });
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const read = readLearned(value, 10);
        if (read !== undefined) expect(read.rate > 0 && read.rate <= 1000).toBe(true);
      }),
    );
    for (const part of [
      { rate: 0 },
      { rate: "18" },
      { strikes: -1 },
      { strikes: 99 },
      { refusedRate: null },
    ]) {
      expect(readLearned({ rate: 17, strikes: 1, at: 5, ...part }, 6)).toBeUndefined();
    }
  });
});
