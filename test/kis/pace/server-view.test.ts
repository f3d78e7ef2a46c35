import { KisClient, type Limiter, createLimiter, createMemoryTokenStore, silentLogger } from "hantoo";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { shareLimiter } from "../../../src/kis/pace/index.js";
import { type CountingRules, type Way, createCounter, createWay, most } from "./kis-model.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Numbers from [0, 1) that a seed decides. */
function drawn(seed: number): () => number {
  let state = seed + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

const steps = async (ms: number): Promise<void> => {
  await vi.advanceTimersByTimeAsync(ms);
};

describe("what KIS sees never passes the limit in any second", () => {
  const ways = fc.record({
    seed: fc.nat(),
    handshakeMs: fc.constantFrom(0, 20, 80, 150, 300, 900),
    thereMs: fc.constantFrom(1, 4, 40),
    scatterMs: fc.constantFrom(0, 5, 60, 400),
    workMs: fc.constantFrom(0, 20, 120, 1500),
  });
  const wayOf = ({ seed, handshakeMs, thereMs, scatterMs, workMs }: FcType<typeof ways>): Way => {
    const random = drawn(seed);
    return {
      handshakeMs,
      thereMs: () => thereMs + random() * scatterMs,
      workMs: () => workMs * (1 + random()),
      backMs: () => thereMs + random() * scatterMs,
    };
  };

  test("however cold the connections are, and however late the network delivers", async () => {
    await fc.assert(
      fc.asyncProperty(ways, async (drawnWay) => {
        const limiter = createLimiter({ ratePerSecond: 18 });
        const send = createWay(wayOf(drawnWay));
        const arrivals: number[] = [];
        for (let burst = 0; burst < 4; burst++) {
          for (let i = 0; i < 45; i++) void limiter.schedule(() => send((at) => arrivals.push(at)));
          await steps(burst === 2 ? 70_000 : 9000);
        }
        await steps(60_000);
        expect(arrivals.length).toBe(180);
        expect(most(arrivals)).toBeLessThanOrEqual(18);
        await limiter.close();
      }),
      { numRuns: 10 },
    );
  });

  test.each([
    [5, 0, 0.975],
    [10, 10, 0.975],
    [15, 30, 0.97],
    [100, 20, 0.97],
    [10, 60, 0.95],
  ])("and %d to +%d ms away, %d of 18 a second is used", async (thereMs, scatterMs, share) => {
    const random = drawn(7);
    const limiter = createLimiter({ ratePerSecond: 18 });
    const way = {
      handshakeMs: 60,
      thereMs: () => thereMs + random() * scatterMs,
      workMs: () => 0,
      backMs: () => 1,
    };
    const send = createWay(way);
    const arrivals: number[] = [];
    const start = performance.now();
    for (let i = 0; i < 1400; i++) void limiter.schedule(() => send((at) => arrivals.push(at)));
    await steps(90_000);
    expect(arrivals.length).toBe(1400);
    expect(most(arrivals)).toBeLessThanOrEqual(18);
    // The first answers are not trusted yet to show what the way costs.
    const settled = arrivals.filter((at) => at - start > 10_000 && at - start < 70_000).length / 60;
    expect(settled / 18).toBeGreaterThanOrEqual(share);
  });

  test.each([0, 50, 120, 300, 2000])("where work stalls for %d ms before it sends", async (stallMs) => {
    const limiter = createLimiter({ ratePerSecond: 18 });
    const sent: number[] = [];
    let calls = 0;
    let ahead = 0;
    const real = performance.now.bind(performance);
    vi.spyOn(performance, "now").mockImplementation(() => real() + ahead);
    for (let i = 0; i < 60; i++) {
      void limiter.schedule(() => {
        if (++calls === 20) ahead += stallMs;
        sent.push(performance.now());
      });
    }
    await steps(10_000);
    expect(sent.length).toBe(60);
    expect(most(sent)).toBeLessThanOrEqual(18);
  });

  test("after a suspend, with requests that the host had still to deliver", async () => {
    const limiter = createLimiter({ ratePerSecond: 18 });
    const arrivals: number[] = [];
    let isAsleep = false;
    const held: (() => void)[] = [];
    const send = async (): Promise<void> => {
      if (isAsleep) await new Promise<void>((resolve) => held.push(resolve));
      arrivals.push(performance.now());
    };
    for (let i = 0; i < 60; i++) void limiter.schedule(send);
    await steps(500);
    isAsleep = true;
    await steps(400);
    // Ten hours: the wall clock jumps, what was written leaves now, all together.
    vi.setSystemTime(Date.now() + 36_000_000);
    isAsleep = false;
    for (const leave of held) leave();
    await steps(10_000);
    expect(arrivals.length).toBe(60);
    expect(most(arrivals)).toBeLessThanOrEqual(18);
  });

  // undici's pool: connections are cold at first, and again after four seconds of rest.
  test.each([20, 300, 900])(
    "from a client whose connections cost a handshake of %d ms",
    async (handshakeMs) => {
      const send = createWay({ handshakeMs, thereMs: () => 4, workMs: () => 120, backMs: () => 4 });
      const arrivals: number[] = [];
      const answer = { rt_cd: "0", output: { stck_prpr: "100", acml_vol: "1", acml_tr_pbmn: "100" } };
      const client = new KisClient({
        appKey: "test",
        appSecret: "test",
        rateLimit: 18,
        tokenStore: createMemoryTokenStore(),
        logger: silentLogger,
        fetch: async (input) => {
          const url = input instanceof Request ? input.url : String(input);
          if (url.endsWith("/tokenP"))
            return Response.json({ access_token: "a".repeat(36), expires_in: 86_400 });
          await send((at) => arrivals.push(at));
          return Response.json(answer);
        },
      });
      for (let burst = 0; burst < 3; burst++) {
        const calls = Array.from({ length: 45 }, () => client.quote("005930"));
        await steps(9000);
        expect((await Promise.all(calls)).length).toBe(45);
      }
      expect(arrivals.length).toBe(135);
      expect(most(arrivals)).toBeLessThanOrEqual(18);
      await client.close();
    },
  );

  test.each([20, 80, 150, 300])(
    "from work that hands its request over and tells of no answer, at a handshake of %d ms after a rest",
    async (handshakeMs) => {
      const send = createWay({ handshakeMs, thereMs: () => 4, workMs: () => 120, backMs: () => 4 });
      const arrivals: number[] = [];
      const limiter = createLimiter({ ratePerSecond: 18 });
      for (let burst = 0; burst < 3; burst++) {
        for (let i = 0; i < 45; i++) void limiter.schedule(() => void send((at) => arrivals.push(at)));
        await steps(9000);
      }
      expect(arrivals.length).toBe(135);
      expect(most(arrivals)).toBeLessThanOrEqual(18);
      await limiter.close();
    },
  );

  test("also after many answers that only a cold connection's wait made up", async () => {
    const send = createWay({ handshakeMs: 300, thereMs: () => 4, workMs: () => 120, backMs: () => 4 });
    const arrivals: number[] = [];
    const limiter = createLimiter({ ratePerSecond: 18 });
    for (const calls of [17, 17, 17, 17, 17, 45]) {
      for (let i = 0; i < calls; i++) void limiter.schedule(() => void send((at) => arrivals.push(at)));
      await steps(9000);
    }
    expect(arrivals.length).toBe(130);
    expect(most(arrivals)).toBeLessThanOrEqual(18);
    await limiter.close();
  });

  test("from two clients of a key, and two limits among them", async () => {
    const rate = { ratePerSecond: 18, marginMs: 20 };
    const options = { logger: silentLogger };
    const limiters = [rate, rate].map((one) => shareLimiter("server-view", one, options));
    const send = createWay({ handshakeMs: 200, thereMs: () => 10, workMs: () => 50, backMs: () => 10 });
    const arrivals: number[] = [];
    for (const limiter of limiters)
      for (let i = 0; i < 80; i++) void limiter.schedule(() => send((at) => arrivals.push(at)));
    await steps(30_000);
    expect(arrivals.length).toBe(160);
    expect(most(arrivals)).toBeLessThanOrEqual(18);
    for (const limiter of limiters) await limiter.close();
  });
});

type FcType<A> = A extends fc.Arbitrary<infer T> ? T : never;

describe("a pace that finds its own ceiling", () => {
  /** Calls as the client makes them: a refused one goes back to the head of the line, four times at the most. */
  function caller(limiter: Limiter, rules: CountingRules, way: Way) {
    const send = createWay(way);
    const let_ = createCounter(rules);
    const seen = { refused: 0, failed: 0, answered: [] as number[] };
    const call = async (): Promise<void> => {
      for (let tries = 0; ; tries++) {
        const isLet = await limiter.schedule(
          async (turn) => {
            const answer = await send(let_);
            if (!answer) turn?.refused();
            return answer;
          },
          { again: tries > 0 },
        );
        if (isLet) return void seen.answered.push(performance.now());
        seen.refused++;
        if (tries === 4) return void seen.failed++;
      }
    };
    return { call, seen };
  }
  const live = { ratePerSecond: 18, marginMs: 20, startPerSecond: 15 };

  test("a new key's first 60 calls: none fails, whichever way KIS counts", async () => {
    let key = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.boolean(),
        fc.nat(),
        fc.constantFrom(0, 30, 150, 300),
        fc.integer({ min: 0, max: 999 }),
        async (slides, countsRefused, seed, workMs, phaseMs) => {
          await steps(phaseMs);
          const random = drawn(seed);
          const limiter = shareLimiter(`new ${key++}`, live, { logger: silentLogger });
          const rules = { limit: 3, slides, countsRefused };
          const way: Way = {
            handshakeMs: 60,
            thereMs: () => 5 + random() * 15,
            workMs: () => workMs * random(),
            backMs: () => 5,
          };
          const { call, seen } = caller(limiter, rules, way);
          const calls = Array.from({ length: 60 }, call);
          await steps(60_000);
          await Promise.all(calls);
          expect(seen.failed).toBe(0);
          expect(limiter.pace?.refusals).toBe(seen.refused);
          expect(seen.refused).toBeLessThan(30);
          await limiter.close();
        },
      ),
      { numRuns: 40 },
    );
  });
});
