import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isTurn, planCadence, turnOf } from "../../../src/kline/collect/follow/cadence.js";

const live = { ratePerSecond: 18, minutesPerCall: 120 };
const paper = { ratePerSecond: 1, minutesPerCall: 30 };

describe("what the rate allows is said before the start", () => {
  test.each([
    // [symbols, capacity, every minutes, calls a minute, lag s]
    [1, live, 1, 1, 11],
    [50, live, 1, 50, 13],
    [972, live, 1, 972, 64],
    [973, live, 2, 486.5, 98],
    [4000, live, 5, 800, 295],
    [50, paper, 1, 50, 60],
    [55, paper, 2, 27.5, 98],
  ])("%i symbols at %o", (symbols, capacity, everyMinutes, callsPerMinute, lagSeconds) => {
    const cadence = planCadence({ symbols, capacity });
    expect(cadence).toMatchObject({ everyMinutes, callsPerMinute, feasible: true });
    expect(Math.ceil(cadence.lagMs / 1000)).toBe(lagSeconds);
  });

  test("more than a rate can follow is called so", () => {
    expect(planCadence({ symbols: 4000, capacity: paper })).toMatchObject({
      feasible: false,
      lagMs: Infinity,
    });
  });

  test("a lag out of reach is answered with the best there is, and called so", () => {
    expect(planCadence({ symbols: 4000, capacity: live, lagMs: 60_000 })).toMatchObject({
      everyMinutes: 5,
      feasible: false,
    });
  });

  test("a lag that may be longer takes fewer calls", () => {
    const cadence = planCadence({ symbols: 50, capacity: live, lagMs: 600_000 });
    expect(cadence).toMatchObject({ everyMinutes: 10, callsPerMinute: 5, feasible: true });
    expect(cadence.lagMs).toBeLessThanOrEqual(600_000);
  });

  test("never more of the rate than is safe, never a longer lag than asked, never more calls than the fastest", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.constantFrom(live, paper),
        fc.option(fc.integer({ min: 1000, max: 7_200_000 }), { nil: undefined }),
        (symbols, capacity, lagMs) => {
          const cadence = planCadence({ symbols, capacity, ...(lagMs === undefined ? {} : { lagMs }) });
          if (cadence.lagMs === Infinity) {
            expect(cadence.feasible).toBe(false);
            return;
          }
          expect(cadence.utilisation).toBeLessThanOrEqual(0.9);
          if (lagMs !== undefined && cadence.feasible) expect(cadence.lagMs).toBeLessThanOrEqual(lagMs);
          const fastest = planCadence({ symbols, capacity });
          expect(cadence.callsPerMinute).toBeLessThanOrEqual(fastest.callsPerMinute);
        },
      ),
    );
  });
});

test("in a quiet session every symbol has its turn once in the period, and the load is even", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 9 }), (symbols, everyMinutes) => {
      const asked = Array.from({ length: symbols }, () => 0);
      for (let final = 1; final <= 60; final++) {
        let load = 0;
        for (let position = 0; position < symbols; position++) {
          if (!isTurn(asked[position] as number, final, turnOf(position, everyMinutes), everyMinutes))
            continue;
          expect(final - (asked[position] as number)).toBeLessThanOrEqual(everyMinutes);
          asked[position] = final;
          load++;
        }
        expect(load).toBeLessThanOrEqual(Math.ceil(symbols / everyMinutes));
      }
      for (const last of asked) expect(60 - last).toBeLessThan(everyMinutes);
    }),
  );
});

test("minutes that passed unseen make it everyone's turn at once, and nothing new makes it nobody's", () => {
  for (let position = 0; position < 7; position++) {
    expect(isTurn(3, 203, turnOf(position, 5), 5)).toBe(true);
    expect(isTurn(203, 203, turnOf(position, 5), 5)).toBe(false);
    expect(isTurn(203, 150, turnOf(position, 5), 5)).toBe(false);
  }
});
