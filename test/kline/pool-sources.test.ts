import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  ConfigError,
  KisAuthError,
  KisRateLimitError,
  type MinuteBarsRequest,
  TransportError,
  silentLogger,
} from "../../src/core/index.js";
import { type BarSource, planCadence, poolSources } from "../../src/kline/index.js";
import { createManualClock } from "../../src/testing/index.js";

const refusal = { status: 200, trId: "T", rtCd: "1", msgCd: "EGW00123" };
const auth = new KisAuthError("the key is refused", refusal);
const staysRefused = new KisAuthError("the token stays refused", refusal, {
  retryable: true,
  retryAfterMs: 5000,
});
const tooFast = new KisRateLimitError("too fast", refusal, { retryAfterMs: 5000 });

/** A source that answers when told to. */
function scripted(name: string, ratePerSecond = 18, extra: Partial<BarSource> = {}) {
  const asked: string[] = [];
  const waiting: (() => void)[] = [];
  let fault: unknown;
  const source: BarSource = {
    capacity: { ratePerSecond, minutesPerCall: 120 },
    async minuteBars({ symbol, tradingDay = "" }: MinuteBarsRequest) {
      asked.push(symbol);
      await new Promise<void>((resolve) => waiting.push(resolve));
      if (fault !== undefined) throw fault;
      return { symbol, tradingDay, venue: "KRX", bars: [], through: 0, complete: true, calls: 1, name };
    },
    ...extra,
  };
  return {
    source,
    asked,
    answerAll: () => {
      for (const resolve of waiting.splice(0)) resolve();
    },
    fail: (error: unknown) => (fault = error),
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const ask = (pool: BarSource, symbol: string) => pool.minuteBars({ symbol, tradingDay: "2026-11-20" });

test("capacity is the sum; four keys follow 4,000 symbols a minute", () => {
  const pool = poolSources(["a", "b", "c", "d"].map((name) => scripted(name).source));
  expect(pool.capacity).toEqual({ ratePerSecond: 72, minutesPerCall: 120, keptDays: 251 });
  const cadence = planCadence({ symbols: 4000, ...(pool.capacity && { capacity: pool.capacity }) });
  expect(cadence).toMatchObject({ everyMinutes: 1, feasible: true });
  const small = scripted("s", 1, { capacity: { ratePerSecond: 1, minutesPerCall: 30, keptDays: 1 } });
  expect(poolSources([scripted("a").source, small.source]).capacity).toEqual({
    ratePerSecond: 19,
    minutesPerCall: 30,
    keptDays: 1,
  });
});

test("pace and tokens are the sums of those that tell", () => {
  const plain = scripted("plain").source;
  expect(poolSources([plain]).pace).toBeUndefined();
  expect(poolSources([plain]).tokens).toBeUndefined();
  const one = scripted("a", 18, {
    pace: { ceiling: 18, current: 15, refusals: 2 },
    tokens: { issued: 1, issuedAt: 5 },
  }).source;
  const two = scripted("b", 18, {
    pace: { ceiling: 3, current: 3, refusals: 1 },
    tokens: { issued: 0, issuedAt: undefined },
  }).source;
  const pool = poolSources([plain, one, two]);
  expect(pool.pace).toEqual({ ceiling: 21, current: 18, refusals: 3 });
  expect(pool.tokens).toEqual({ issued: 1, issuedAt: 5 });
});

test("each request goes where it waits the shortest, by the rate", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 5 }),
      async (rates) => {
        const members = rates.map((rate, at) => scripted(String(at), rate));
        const pool = poolSources(members.map(({ source }) => source));
        const total = 3 * rates.reduce((sum, rate) => sum + rate, 0);
        const answers = Array.from({ length: total }, (_, at) => ask(pool, `A${at}`));
        await turn();
        for (const [at, { asked }] of members.entries())
          expect(Math.abs(asked.length - 3 * (rates[at] ?? 0))).toBeLessThanOrEqual(1);
        for (const member of members) member.answerAll();
        await Promise.all(answers);
      },
    ),
    { numRuns: 50 },
  );
});

test("a refused key leaves with a warning and its request goes on; none left is that error", async () => {
  const [a, b] = [scripted("a"), scripted("b")];
  const warned: unknown[] = [];
  const logger = { debug() {}, info() {}, error() {}, warn: (facts: object) => void warned.push(facts) };
  const pool = poolSources([a.source, b.source], { logger });
  a.fail(auth);
  const first = ask(pool, "A00001");
  await turn();
  a.answerAll();
  await turn();
  b.answerAll();
  await expect(first).resolves.toMatchObject({ name: "b" });
  expect(warned).toEqual([{ err: auth, left: 1 }]);
  expect(pool.capacity?.ratePerSecond).toBe(18);
  b.fail(auth);
  const second = ask(pool, "A00002");
  await turn();
  b.answerAll();
  await expect(second).rejects.toBe(auth);
  await expect(ask(pool, "A00003")).rejects.toBe(auth);
  expect(a.asked).toEqual(["A00001"]);
});

test.each([
  ["is refused for the rate", tooFast],
  ["has a token that stays refused", staysRefused],
])("one that %s rests as long as it says; other errors are the caller's", async (_, refused) => {
  const clock = createManualClock();
  const [a, b] = [scripted("a"), scripted("b")];
  const pool = poolSources([a.source, b.source], { clock });
  a.fail(refused);
  const first = ask(pool, "A00001");
  await turn();
  a.answerAll();
  await turn();
  b.answerAll();
  await expect(first).resolves.toMatchObject({ name: "b" });
  a.fail(undefined);
  const others = ["A00002", "A00003"].map((symbol) => ask(pool, symbol));
  await turn();
  expect(a.asked).toEqual(["A00001"]);
  b.answerAll();
  await Promise.all(others);
  await clock.advance(5000);
  const last = ask(pool, "A00004");
  await turn();
  expect(a.asked).toEqual(["A00001", "A00004"]);
  a.answerAll();
  await last;
  const reset = new TransportError("reset");
  for (const member of [a, b]) member.fail(reset);
  const lost = ask(pool, "A00005");
  await turn();
  for (const member of [a, b]) member.answerAll();
  await expect(lost).rejects.toBe(reset);
  for (const member of [a, b]) member.fail(tooFast);
  const both = ask(pool, "A00006").catch((error: unknown) => error);
  for (let at = 0; at < 3; at++) {
    await turn();
    for (const member of [a, b]) member.answerAll();
  }
  expect(await both).toBe(tooFast);
  await expect(ask(pool, "A00007")).rejects.toBe(tooFast);
});

test("a key that is refused while another rests ends nothing: the rest is what is told", async () => {
  const clock = createManualClock();
  const [a, b] = [scripted("a"), scripted("b")];
  const pool = poolSources([a.source, b.source], { clock, logger: silentLogger });
  b.fail(tooFast);
  a.fail(auth);
  const both = ["A00001", "A00002"].map((symbol) => ask(pool, symbol).catch((error: unknown) => error));
  await turn();
  b.answerAll();
  await turn();
  a.answerAll();
  for (let at = 0; at < 3; at++) {
    await turn();
    for (const member of [a, b]) member.answerAll();
  }
  expect(await Promise.all(both)).toEqual([tooFast, tooFast]);
  await expect(ask(pool, "A00003")).rejects.toBe(tooFast);
  await clock.advance(5000);
  b.fail(undefined);
  const last = ask(pool, "A00004");
  await turn();
  b.answerAll();
  await expect(last).resolves.toMatchObject({ name: "b" });
});

test("a source that is refused when it is asked for the day rests or leaves; what refused the last one is told", async () => {
  const clock = createManualClock();
  const asked: string[] = [];
  const faults = new Map<string, unknown>();
  const of = (name: string) =>
    scripted(name, 18, {
      tradingDay: async () => {
        asked.push(name);
        if (faults.has(name)) throw faults.get(name);
        return name === "b" ? true : undefined;
      },
    }).source;
  const pool = poolSources([of("a"), of("b")], { clock, logger: silentLogger });
  const day = (): Promise<unknown> =>
    Promise.resolve(pool.tradingDay?.("2026-11-20")).catch((error: unknown) => error);
  faults.set("a", staysRefused);
  expect([await day(), await day(), asked]).toEqual([true, true, ["a", "b", "b"]]);
  faults.set("b", tooFast);
  expect(await day()).toBe(staysRefused);
  await expect(ask(pool, "A00001")).rejects.toBe(staysRefused);
  expect(asked).toEqual(["a", "b", "b", "b"]);
  await clock.advance(5000);
  faults.delete("a");
  // One that answers without knowing has answered.
  expect(await day()).toBeUndefined();
  faults.set("a", auth);
  faults.set("b", auth);
  await clock.advance(5000);
  expect([await day(), await day()]).toEqual([auth, auth]);
  await expect(ask(pool, "A00002")).rejects.toBe(auth);
});

test("the day is asked of the first that can tell; kinds do not mix", async () => {
  const mute = scripted("a");
  const unsure = scripted("b", 18, { tradingDay: async () => undefined });
  const sure = scripted("c", 18, { tradingDay: async () => false });
  expect(await poolSources([mute.source, unsure.source, sure.source]).tradingDay?.("2026-11-20")).toBe(false);
  expect(await poolSources([mute.source]).tradingDay?.("2026-11-20")).toBeUndefined();
  const of = (provenance: string) => scripted("x", 18, { provenance }).source;
  expect(poolSources([of("kis-live"), of("kis-paper")]).provenance).toBe("mixed");
  expect(poolSources([of("kis-live"), of("kis-live")]).provenance).toBe("kis-live");
  expect(() => poolSources([of("kis-live"), of("simulator")])).toThrow(ConfigError);
  expect(() => poolSources([of("host:a"), of("host:b")])).toThrow(/one kind/);
  const { source } = scripted("a");
  expect(() => poolSources([source, source])).toThrow(ConfigError);
  expect(() => poolSources([])).toThrow(ConfigError);
  expect(() => poolSources([{} as BarSource])).toThrow(ConfigError);
});
