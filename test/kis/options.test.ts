import { inspect } from "node:util";
import { type BarSource, ConfigError, KisClient, createLimiter, createMemoryTokenStore } from "hantoo";
import { describe, expect, test } from "vitest";

const base = { appKey: "PSkey", appSecret: "secretsecret", tokenStore: createMemoryTokenStore() };
const make = (options: object) => (): KisClient => new KisClient({ ...base, ...options });

describe("every option is checked before anything is sent", () => {
  test.each([
    [{ appKey: undefined }, "appKey"],
    [{ appKey: "" }, "appKey"],
    [{ appKey: "with blank" }, "appKey"],
    [{ appSecret: 7 }, "appSecret"],
    [{ environment: "real" }, "environment"],
    [{ baseUrl: "openapi.koreainvestment.com" }, "baseUrl"],
    [{ baseUrl: "http://openapi.koreainvestment.com" }, "baseUrl"],
    [{ baseUrl: "https://user:pass@example.com" }, "baseUrl"],
    [{ baseUrl: "https://:pass@example.com" }, "baseUrl"],
    [{ websocketUrl: "ws://:pass@example.com" }, "websocketUrl"],
    [{ rateLimit: 0 }, "rateLimit"],
    [{ rateLimit: "fast" }, "rateLimit"],
    [{ limiter: {} }, "limiter"],
    [{ timeoutMs: 0 }, "timeoutMs"],
    [{ settleMs: -1 }, "settleMs"],
    [{ retry: -1 }, "retry.limit"],
    [{ retry: { limit: 1, baseDelayMs: -1 } }, "retry.baseDelayMs"],
    [{ retry: { baseDelayMs: 10, maxDelayMs: 1 } }, "retry.maxDelayMs"],
    [{ userAgent: "a\nb" }, "userAgent"],
    [{ fetch: "fetch" }, "fetch"],
    [{ onRetry: 1 }, "onRetry"],
    [{ paperPastMinutes: "maybe" }, "paperPastMinutes"],
    [{ ratelimit: 5 }, "ratelimit"],
    [{ custtype: "C" }, "custtype"],
    [{ corporate: { secret: "x" } }, "secret"],
    [{ corporate: { phoneNumber: "0 1" } }, "corporate.phoneNumber"],
    [{ appKey: "s".repeat(180), appSecret: "k".repeat(36) }, "appKey"],
  ])("%o", (options, option) => {
    expect(make(options)).toThrow(ConfigError);
    expect(make(options)).toThrow(expect.objectContaining({ option }));
  });

  test("null in the place of an object is called null", () => {
    expect(() => new KisClient(null as never)).toThrow(/`options` must be .*, received null/);
    expect(make({ corporate: null })).toThrow(/`corporate` must be an object, received null/);
  });

  test("a secret in the wrong place is not shown", () => {
    for (const options of [
      { appSecret: "two words" },
      { appKey: "two words" },
      { baseUrl: "https://two:words@x" },
      { baseUrl: "https://:words@x" },
    ]) {
      expect(make(options)).toThrow(
        expect.objectContaining({ message: expect.not.stringContaining("words") }),
      );
    }
  });
});

test("the pace: live begins at 15 of 18, what was named begins there", async () => {
  const pace = (options: object) =>
    make({ appKey: `p${JSON.stringify(options).replaceAll(/\W/g, "")}`, ...options })().pace;
  const unlearned = { refusals: 0, learnedAt: undefined };
  expect(pace({})).toEqual({ ceiling: 18, current: 15, ...unlearned });
  expect(pace({ rateLimit: "live" })).toEqual({ ceiling: 18, current: 18, ...unlearned });
  expect(pace({ rateLimit: "new-account" })).toEqual({ ceiling: 3, current: 3, ...unlearned });
  expect(pace({ environment: "paper" })).toEqual({ ceiling: 1, current: 1, ...unlearned });
  expect(pace({ limiter: createLimiter({ ratePerSecond: 9 }) })).toEqual({
    ceiling: 9,
    current: 9,
    ...unlearned,
  });
});

test("presets: live 18, paper 1, a new account 3, a number as it is", async () => {
  const rate = (options: object) =>
    make({ appKey: `k${JSON.stringify(options).replaceAll(/\W/g, "")}`, ...options })().capacity
      .ratePerSecond;
  expect([
    rate({}),
    rate({ environment: "paper" }),
    rate({ rateLimit: "new-account" }),
    rate({ rateLimit: 7 }),
    // Bottleneck gives no more than this; a limiter has a rate of its own.
    rate({ rateLimit: 100_000 }),
    rate({ rateLimit: 5, limiter: createLimiter({ ratePerSecond: 9 }) }),
  ]).toEqual([18, 1, 3, 7, 400, 9]);
  const one = make({})();
  await one.close();
  await expect(one.quote("005930")).rejects.toBeInstanceOf(ConfigError);
});

describe("fromEnv", () => {
  const env = { KIS_APP_KEY: "PSkey", KIS_APP_SECRET: "secretsecret" };
  test.each([
    [{ KIS_APP_KEY: "PSkey" }, "KIS_APP_SECRET"],
    [{ KIS_APP_SECRET: "secretsecret", KIS_APP_KEY: " " }, "KIS_APP_KEY"],
    [{ ...env, KIS_ENVIRONMENT: "vts" }, "KIS_ENVIRONMENT"],
    [{ ...env, KIS_RATE_LIMIT: "many" }, "KIS_RATE_LIMIT"],
  ])("%o names what is missing or wrong", (given, option) => {
    expect(() => KisClient.fromEnv(given)).toThrow(expect.objectContaining({ option }));
  });

  test("reads the environment, and options go first", () => {
    expect(KisClient.fromEnv({ ...env, KIS_ENVIRONMENT: "paper" }).environment).toBe("paper");
    expect(KisClient.fromEnv({ ...env, KIS_ENVIRONMENT: "paper" }, { environment: "live" }).environment).toBe(
      "live",
    );
    expect(KisClient.fromEnv({ ...env, KIS_RATE_LIMIT: "2.5" }).capacity.ratePerSecond).toBe(2.5);
  });

  test("quotes that an env file leaves around a value are no part of it", () => {
    const quoted = { KIS_APP_KEY: '"PSkey"', KIS_APP_SECRET: "'secretsecret'", KIS_ENVIRONMENT: '"paper"' };
    expect(KisClient.fromEnv(quoted).environment).toBe("paper");
    expect(() => KisClient.fromEnv({ ...quoted, KIS_APP_KEY: '"PSkey' })).not.toThrow();
  });

  test("an option that is undefined says nothing: paper does not turn into live", () => {
    const unset = { environment: undefined, rateLimit: undefined } as object;
    const client = KisClient.fromEnv({ ...env, KIS_ENVIRONMENT: "paper", KIS_RATE_LIMIT: "0.5" }, unset);
    expect(client.environment).toBe("paper");
    expect(client.capacity.ratePerSecond).toBe(0.5);
  });
});

test("a client is a BarSource, and shows nothing of its key", async () => {
  const client = make({ appKey: "PSsecretkey1" })();
  const source: BarSource = client;
  expect(source.capacity).toEqual({ ratePerSecond: 18, minutesPerCall: 120, keptDays: 251 });
  expect(inspect(client, { depth: 9, showHidden: true }) + JSON.stringify(client)).not.toMatch(
    /PSsecret|secretsecret/,
  );
  await client[Symbol.asyncDispose]();
});
