import { execFileSync } from "node:child_process";
import { createLimiter, isHantooError } from "hantoo";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startRedis } from "../../../bench/redis-server.js";

const hasRedis = (() => {
  try {
    execFileSync("redis-server", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

// Real Redis, real time: Redis keeps its own clock. Kept short; bench/client-pace.ts --redis is the long run.
describe.runIf(hasRedis)("a pace shared over Redis", () => {
  let redis: Awaited<ReturnType<typeof startRedis>>;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());

  const most = (times: readonly number[]): number =>
    Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1000).length));

  test("two limiters of one id together keep within the rate", async () => {
    const limiters = [1, 2].map(() => createLimiter({ ratePerSecond: 20, redis: redis.url, id: "two" }));
    const sent: number[] = [];
    const work = limiters.flatMap((limiter) =>
      Array.from({ length: 25 }, () => limiter.schedule(() => void sent.push(performance.now()))),
    );
    await Promise.all(work);
    expect(sent.length).toBe(50);
    expect(most(sent)).toBeLessThanOrEqual(20);
    await Promise.all(limiters.map((limiter) => limiter.close()));
  });

  test("takes an ioredis client, and leaves it open", async () => {
    const { Redis } = await import("ioredis");
    const client = new Redis(redis.url);
    const limiter = createLimiter({ ratePerSecond: 50, redis: client, id: "client" });
    expect(await limiter.schedule(() => "sent")).toBe("sent");
    await limiter.close();
    expect(await client.ping()).toBe("PONG");
    client.disconnect();
  });

  test.each([[undefined], [null], ["OK"], [-1], [[]], [{}]])(
    "an answer of %o is no leave to send",
    async (answer) => {
      const { Redis } = await import("ioredis");
      const client = new Redis(redis.url);
      const duplicate = client.duplicate.bind(client);
      client.duplicate = (options) =>
        Object.assign(duplicate(options), { eval: () => Promise.resolve(answer) });
      const limiter = createLimiter({ ratePerSecond: 50, redis: client, id: "answers" });
      let sent = 0;
      await expect(limiter.schedule(() => ++sent)).rejects.toMatchObject({ code: "transport" });
      expect(sent).toBe(0);
      await limiter.close();
      client.disconnect();
    },
  );

  test("refuses what is no ioredis client", async () => {
    const limiter = createLimiter({ ratePerSecond: 50, redis: { connect: () => undefined } as never });
    await expect(limiter.schedule(() => "sent")).rejects.toMatchObject({ option: "redis" });
  });

  test("without Redis nothing is sent, calls fail after the hold, and the pace goes on when it is back", async () => {
    let own = await startRedis();
    // Time for holding runs ten times as fast.
    const start = performance.now();
    const clock = {
      now: () => Date.now(),
      monotonic: () => (performance.now() - start) * 10,
      sleep: (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms / 10)),
    };
    const limiter = createLimiter({ ratePerSecond: 50, redis: own.url, id: "lost", clock });
    expect(await limiter.schedule(() => 1)).toBe(1);
    await own.close();
    // The loss is noticed while nobody waits, too.
    await new Promise((resolve) => setTimeout(resolve, 100));
    let sent = 0;
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => limiter.schedule(() => void sent++)));
    expect(sent).toBe(0);
    for (const outcome of outcomes) {
      expect(outcome.status).toBe("rejected");
      if (outcome.status === "rejected") {
        expect(isHantooError(outcome.reason)).toBe(true);
        expect(outcome.reason).toMatchObject({ code: "transport", retryable: true });
      }
    }
    own = await startRedis(own.port);
    for (let tries = 0; tries < 100; tries++) {
      const passed = await limiter.schedule(() => ++sent).catch(() => 0);
      if (passed > 0) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(sent).toBe(1);
    await limiter.close();
    await own.close();
  });
});
