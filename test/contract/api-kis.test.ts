import { mkdtemp, readFile, readdir, rm, stat, writeFile, chmod } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import {
  ConfigError,
  KisApiError,
  KisAuthError,
  KisClient,
  type KisClientOptions,
  KisRateLimitError,
  KisSchemaError,
  KisUnsupportedError,
  MemoryStore,
  TimeoutError,
  TransportError,
  createFileTokenStore,
  createLimiter,
  createMemoryTokenStore,
  createObjectTokenStore,
  isHantooError,
  krx,
  resample,
  systemClock,
} from "hantoo";
import { type KisSimulatorOptions, createKisSimulator } from "hantoo/testing";
import { afterAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import { failureOf } from "../support/failure-of.js";
import { at } from "./bars.js";

const APP_KEY = "PSthisIsAnAppKeyOf36Characters000001";
const APP_SECRET = `secret${"x".repeat(160)}/+=hush`;
const DAY = "2026-11-20";
const SYMBOLS = ["005930", "000660", "0037T0", "005935"];
const EVENING = at("2026-11-20 18:00");

const opened: { close(): Promise<void> }[] = [];
afterAll(async () => {
  for (const one of opened) await one.close();
});

/** A simulated KIS without a socket and a client of it; nothing waits but what the test is about. */
function kis(
  now: number,
  simulated: KisSimulatorOptions = {},
  options: Partial<KisClientOptions> = {},
): { sim: ReturnType<typeof createKisSimulator>; client: KisClient } {
  const sim = createKisSimulator({
    seed: 3,
    now,
    symbols: SYMBOLS,
    limits: false,
    appKey: APP_KEY,
    appSecret: APP_SECRET,
    ...simulated,
  });
  const environment = simulated.environment ?? "live";
  const client = new KisClient({
    appKey: APP_KEY,
    appSecret: APP_SECRET,
    environment,
    fetch: sim.fetch,
    rateLimit: 400,
    tokenStore: createMemoryTokenStore(),
    clock: { ...systemClock, now: () => sim.clock.now() },
    ...options,
  });
  opened.push(client);
  return { sim, client };
}

describe("minuteBars", () => {
  test("a past day: the truth, complete, in at most four calls", async () => {
    const { sim, client } = kis(at("2026-11-21 12:00"));
    for (const symbol of SYMBOLS) {
      const day = await client.minuteBars({ symbol, tradingDay: DAY });
      expect(day).toMatchObject({
        symbol,
        venue: "KRX",
        tradingDay: DAY,
        complete: true,
        through: at("2026-11-20 15:30"),
      });
      expect(day.bars).toEqual(sim.truth(symbol, DAY));
      expect(day.calls).toBeLessThanOrEqual(4);
      expect(day.previousClose).toBeUndefined();
      for (const bar of day.bars) {
        expect(Object.keys(bar).sort()).toEqual(
          ["accVolume", "close", "high", "low", "open", "time", "turnover", "volume"].sort(),
        );
      }
    }
  });

  test("today so far: closed minutes only, and how far it speaks", async () => {
    const { sim, client } = kis(at("2026-11-20 10:30:30"));
    const now = await client.minuteBars({ symbol: "005930" });
    expect(now).toMatchObject({ tradingDay: DAY, complete: false, through: at("2026-11-20 10:29") });
    expect(now.bars).toEqual(sim.truth("005930", DAY).filter(({ time }) => time <= now.through));
    expect(now.previousClose).toBe(sim.truth("005930", "2026-11-19").at(-1)?.close);
  });

  test("`from` leaves out earlier bars, and counts the shares from the session's first minute", async () => {
    const { sim, client } = kis(at("2026-11-21 12:00"));
    const from = at("2026-11-20 14:00");
    const late = await client.minuteBars({ symbol: "005930", tradingDay: DAY, from });
    expect(late.calls).toBeLessThanOrEqual(4);
    expect(late.complete).toBe(true);
    expect(late.bars).toEqual(sim.truth("005930", DAY).filter(({ time }) => time >= from));
  });

  test("never complete before the closing auction's bar is settled", async () => {
    for (const environment of ["live", "paper"] as const) {
      const { sim, client } = kis(at("2026-11-20 15:29:00"), { environment });
      for (const time of [
        "15:29:30",
        "15:30:05",
        "15:30:20",
        "15:30:45",
        "15:31:05",
        "15:35:00",
        "15:59:59",
      ]) {
        sim.clock.set(at(`2026-11-20 ${time}`));
        const day = await client.minuteBars({ symbol: "005930" });
        if (day.complete) expect(day.bars).toEqual(sim.truth("005930", DAY));
        else expect(day.through).toBeLessThan(at("2026-11-20 15:30"));
        expect(day.bars).toEqual(sim.truth("005930", DAY).filter((bar) => bar.time <= day.through));
      }
      sim.clock.set(at("2026-11-20 16:01"));
      const done = await client.minuteBars({ symbol: "005930" });
      expect(done.complete).toBe(true);
      expect(done.bars).toEqual(sim.truth("005930", DAY));
    }
  });

  test("before the open nothing is known and nothing is wrong", async () => {
    const { client } = kis(at("2026-11-20 08:30"));
    const day = await client.minuteBars({ symbol: "005930" });
    expect(day).toMatchObject({ bars: [], complete: false });
    expect(day.through).toBeLessThan(at("2026-11-20 09:00"));
  });

  test("CSAT day and the year's first session", async () => {
    const { sim, client } = kis(at("2026-11-20 07:00"));
    for (const day of ["2026-11-19", "2026-01-02"]) {
      const answer = await client.minuteBars({ symbol: "005930", tradingDay: day });
      expect(answer.complete).toBe(true);
      expect(answer.bars).toEqual(sim.truth("005930", day));
    }
  });

  test("all hours and the other venues", async () => {
    const { sim, client } = kis(at("2026-11-21 12:00"));
    for (const options of [
      { hours: "all" as const },
      { venue: "NXT" as const },
      { venue: "UN" as const, hours: "all" as const },
    ]) {
      const day = await client.minuteBars({ symbol: "005930", tradingDay: DAY, ...options });
      expect(day.venue).toBe(options.venue ?? "KRX");
      expect(day.complete).toBe(true);
      expect(day.through).toBe(krx.minutes(DAY, options).at(-1));
      expect(day.bars).toEqual(sim.truth("005930", DAY, options));
    }
  });

  test("a day without a trade is complete and empty; an unknown symbol is an error", async () => {
    const { sim, client } = kis(at("2026-11-21 12:00"), {
      symbols: ["005930", "999970", "999980", "999990"],
    });
    const days = krx.tradingDays("2026-06-01", DAY);
    const quiet = ["999970", "999980", "999990", "005930"].flatMap((symbol) => {
      const day = days.find((one) => sim.truth(symbol, one).length === 0);
      return day === undefined ? [] : [{ symbol, day }];
    })[0];
    if (quiet !== undefined) {
      const answer = await client.minuteBars({ symbol: quiet.symbol, tradingDay: quiet.day });
      expect(answer).toMatchObject({ bars: [], complete: true });
    }
    for (const tradingDay of [DAY, undefined]) {
      if (tradingDay === undefined) sim.clock.set(at("2026-11-20 11:00"));
      const options = tradingDay === undefined ? {} : { tradingDay };
      const error = await failureOf(client.minuteBars({ symbol: "123450", ...options }));
      expect(error).toBeInstanceOf(KisApiError);
      expect(String(error)).toContain("123450");
    }
  });

  test("bad requests are config errors before any I/O", async () => {
    const { sim, client } = kis(EVENING);
    for (const request of [
      { symbol: 5930 },
      { symbol: "5930" },
      { symbol: "005930", tradingDay: "2026-11-21" },
      { symbol: "005930", tradingDay: "2026-11-23" },
      { symbol: "005930", tradingDay: "20261120" },
      { symbol: "005930", tradingDay: new Date() },
      { symbol: "005930", venue: "J" },
      { symbol: "005930", hours: "extended" },
      { symbol: "005930", from: "09:00" },
    ]) {
      expect(await failureOf(client.minuteBars(request as never))).toBeInstanceOf(ConfigError);
    }
    expect(
      isHantooError(await failureOf(client.minuteBars({ symbol: "005930", tradingDay: "1999-01-04" }))),
    ).toBe(true);
    expect(sim.stats.requests).toBe(0);
  });
});

describe("the other calls", () => {
  test("daily bars: any span, ascending, equal to what traded", async () => {
    const { sim, client } = kis(at("2026-11-23 06:00"));
    const from = "2025-06-02";
    const days = await client.dailyBars({ symbol: "005930", from, to: DAY, period: "D", adjusted: true });
    expect(days.length).toBe(krx.tradingDays(from, DAY).length);
    const last = days.at(-1);
    const truth = sim.truth("005930", DAY);
    expect(last).toMatchObject({
      open: truth[0]?.open,
      high: Math.max(...truth.map(({ high }) => high)),
      low: Math.min(...truth.map(({ low }) => low)),
      close: truth.at(-1)?.close,
    });
    const months = await client.dailyBars({ symbol: "005930", from, to: DAY, period: "M", adjusted: true });
    expect(months.length).toBe(18);
  });

  test("a day bucket equals KIS's daily bar of the regular session", async () => {
    const { client } = kis(at("2026-11-23 06:00"));
    for (const day of ["2026-09-11", "2026-11-20"]) {
      const minutes = await client.minuteBars({ symbol: "005930", tradingDay: day });
      const [bucket] = resample(minutes.bars, { period: "day" });
      const [daily] = await client.dailyBars({
        symbol: "005930",
        from: day,
        to: day,
        period: "D",
        adjusted: false,
      });
      const { open, high, low, close } = daily ?? {};
      expect(bucket).toMatchObject({ open, high, low, close });
    }
  });

  test("quote and quotes", async () => {
    const { sim, client } = kis(at("2026-11-20 11:00"));
    const quote = await client.quote("005930");
    expect(quote.symbol).toBe("005930");
    expect(quote.price).toBeGreaterThan(0);
    const before = sim.stats.requests;
    const quotes = await client.quotes(SYMBOLS);
    expect(quotes.map(({ symbol }) => symbol)).toEqual(SYMBOLS);
    expect(sim.stats.requests - before).toBe(1);
    expect(quotes[0]?.price).toBe(quote.price);
    const paper = kis(at("2026-11-20 11:00"), { environment: "paper" });
    expect((await paper.client.quotes(SYMBOLS)).map(({ symbol }) => symbol)).toEqual(SYMBOLS);
    expect(await failureOf(client.quote("123450"))).toBeInstanceOf(KisApiError);
  });

  test("holidays: all pages, asked once a KST day, agreeing with the calendar", async () => {
    const { sim, client } = kis(at("2026-11-20 11:00"), { quirks: { duplicateHolidays: true } });
    const rows = await client.holidays("2026-11-21");
    const asked = sim.stats.requests;
    expect(rows.length).toBeGreaterThan(20);
    expect(krx.differences(rows).filter(({ day }) => day <= krx.coveredThrough)).toEqual([]);
    await client.holidays("2026-11-21");
    expect(sim.stats.requests).toBe(asked);
  });

  test("any other endpoint through request(), shaped by any Standard Schema", async () => {
    const { client } = kis(at("2026-11-20 11:00"));
    const call = {
      method: "GET",
      path: "/uapi/domestic-stock/v1/quotations/inquire-price",
      trId: "FHKST01010100",
      params: { FID_COND_MRKT_DIV_CODE: "J", FID_INPUT_ISCD: "005930" },
    } as const;
    const schema = z.object({ output: z.object({ stck_prpr: z.string().transform(Number) }) });
    const typed = await client.request({ ...call, schema });
    expect(typed.output.stck_prpr).toBeGreaterThan(0);
    const own = {
      "~standard": { version: 1, vendor: "own", validate: (value: unknown) => ({ value: [value] }) },
    };
    expect(await client.request({ ...call, schema: own as never })).toHaveLength(1);
    const raw = (await client.request(call)) as Record<string, unknown>;
    expect(raw["rt_cd"]).toBe("0");
    const wrong = z.object({ output: z.object({ nothing: z.string() }) });
    expect(await failureOf(client.request({ ...call, schema: wrong }))).toBeInstanceOf(KisSchemaError);
  });

  test("what paper lacks is refused before any I/O", async () => {
    const { sim, client } = kis(at("2026-11-20 18:00"), { environment: "paper" });
    expect(await failureOf(client.holidays("2026-11-21"))).toBeInstanceOf(KisUnsupportedError);
    expect(await failureOf(client.minuteBars({ symbol: "005930", tradingDay: "2026-11-19" }))).toBeInstanceOf(
      KisUnsupportedError,
    );
    expect(sim.stats.requests).toBe(0);
  });
});

describe("options", () => {
  const good = { appKey: APP_KEY, appSecret: APP_SECRET };
  test.each([
    ["appKey", {}],
    ["appSecret", { appKey: APP_KEY }],
    ["appKey", { appKey: "", appSecret: APP_SECRET }],
    ["environment", { ...good, environment: "prod" }],
    ["baseUrl", { ...good, baseUrl: "nonsense" }],
    ["rateLimit", { ...good, rateLimit: 0 }],
    ["rateLimit", { ...good, rateLimit: Number.NaN }],
    ["rateLimit", { ...good, rateLimit: "fast" }],
    ["timeoutMs", { ...good, timeoutMs: -1 }],
    ["retry", { ...good, retry: -1 }],
  ])("a bad `%s` is a config error", (name, options) => {
    try {
      opened.push(new KisClient(options as never));
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      expect((error as Error).message).toContain(name);
      expect((error as Error).message).not.toContain(APP_SECRET);
      return;
    }
    throw new Error("it did not throw");
  });

  test("a number overrides the preset, whatever the number", async () => {
    for (const rateLimit of [0.5, 1, 18, 50, 1000, 1_000_000, "live", "paper", "new-account"] as const) {
      await new KisClient({ ...good, rateLimit }).close();
    }
  });

  test("the environment's variables", () => {
    const client = KisClient.fromEnv({ KIS_APP_KEY: APP_KEY, KIS_APP_SECRET: APP_SECRET });
    opened.push(client);
    expect(client).toBeInstanceOf(KisClient);
    expect(() => KisClient.fromEnv({})).toThrow(ConfigError);
    expect(() => KisClient.fromEnv({ KIS_APP_KEY: APP_KEY })).toThrow(/KIS_APP_SECRET/);
  });

  test("a clock needs no more than the simulator's own", async () => {
    const sim = createKisSimulator({ seed: 3, now: EVENING, symbols: SYMBOLS, limits: false });
    const client = new KisClient({
      appKey: "test",
      appSecret: "test",
      fetch: sim.fetch,
      clock: sim.clock,
      rateLimit: 400,
      tokenStore: createMemoryTokenStore(),
    });
    expect((await client.minuteBars({ symbol: "005930" })).bars).toEqual(sim.truth("005930", DAY));
    await client.close();
  });

  test("closing is idempotent, and a closed client says so", async () => {
    const { client } = kis(EVENING);
    await client.close();
    await client.close();
    await client[Symbol.asyncDispose]();
    expect(isHantooError(await failureOf(client.quote("005930")))).toBe(true);
  });

  test("one limiter for several clients", async () => {
    const limiter = createLimiter({ ratePerSecond: 20 });
    const sim = createKisSimulator({ now: EVENING, symbols: SYMBOLS, limits: 20 });
    const tokenStore = createMemoryTokenStore();
    const clients = [1, 2].map(
      () =>
        new KisClient({
          appKey: "test",
          appSecret: "test",
          fetch: sim.fetch,
          limiter,
          tokenStore,
          retry: 0,
        }),
    );
    await clients[0]?.quote("005930");
    await Promise.all(clients.flatMap((client) => Array.from({ length: 12 }, () => client.quote("005930"))));
    expect(sim.stats.refusals).toBe(0);
    expect(sim.stats.maxPerSecond).toBeLessThanOrEqual(20);
    for (const client of clients) await client.close();
    await limiter.close();
  });
});

describe("the token", () => {
  let folder = "";
  afterAll(async () => {
    if (folder !== "") await rm(folder, { recursive: true });
  });

  test("twenty clients at once over files: one issue; the file is ours alone and holds no key", async () => {
    folder = await mkdtemp(join(tmpdir(), "hantoo-token-"));
    const own = join(folder, "cache");
    const sim = createKisSimulator({
      now: EVENING,
      symbols: SYMBOLS,
      limits: false,
      appKey: APP_KEY,
      appSecret: APP_SECRET,
    });
    const clients = Array.from(
      { length: 20 },
      () =>
        new KisClient({
          appKey: APP_KEY,
          appSecret: APP_SECRET,
          fetch: sim.fetch,
          rateLimit: 400,
          tokenStore: createFileTokenStore({ folder: own }),
          clock: { ...systemClock, now: () => sim.clock.now() },
        }),
    );
    await Promise.all(clients.map((client) => client.quote("005930")));
    expect(sim.stats.tokenIssues).toBe(1);
    expect(sim.stats.byCode["EGW00133"] ?? 0).toBe(0);
    const files = (await readdir(own)).filter((name) => !name.endsWith(".lock"));
    expect(files).toHaveLength(1);
    const path = join(own, files[0] ?? "");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(own)).mode & 0o777).toBe(0o700);
    const text = await readFile(path, "utf8");
    expect(Object.keys(JSON.parse(text) as object).sort()).toEqual(
      ["accessToken", "appKeyHash", "environment", "expiresAt", "issuedAt"].sort(),
    );
    expect(text).not.toContain(APP_KEY);
    expect(text).not.toContain(APP_SECRET);

    // What is torn or foreign is no crash, and costs one issue at the most.
    for (const spoilt of ["{", "", "null", text.replace("live", "paper")]) {
      await writeFile(path, spoilt);
      await chmod(path, 0o600);
      sim.clock.advance(7 * 3_600_000);
      const client = new KisClient({
        appKey: APP_KEY,
        appSecret: APP_SECRET,
        fetch: sim.fetch,
        rateLimit: 400,
        tokenStore: createFileTokenStore({ folder: own }),
        clock: { ...systemClock, now: () => sim.clock.now() },
      });
      await client.quote("005930");
      await client.close();
    }
    expect(sim.stats.tokenIssues).toBe(5);
    for (const client of clients) await client.close();
  });

  test("twenty clients at once over an object store: one issue", async () => {
    const sim = createKisSimulator({ now: EVENING, symbols: SYMBOLS, limits: false });
    const store = new MemoryStore();
    const clients = Array.from(
      { length: 20 },
      () =>
        new KisClient({
          appKey: "test",
          appSecret: "test",
          fetch: sim.fetch,
          rateLimit: 400,
          tokenStore: createObjectTokenStore(store),
          clock: { ...systemClock, now: () => sim.clock.now() },
        }),
    );
    await Promise.all(clients.map((client) => client.quote("005930")));
    expect(sim.stats.tokenIssues).toBe(1);
    expect(sim.stats.byCode["EGW00133"] ?? 0).toBe(0);
    for (const client of clients) await client.close();
  });

  test("a token that KIS takes back is issued anew once, and the call replayed", async () => {
    for (const tokenErrorStatus of [500, 401, 200] as const) {
      const { sim, client } = kis(EVENING, { quirks: { tokenErrorStatus } });
      await client.quote("005930");
      sim.clock.advance(7 * 3_600_000);
      sim.revokeTokens();
      const quotes = await Promise.all(Array.from({ length: 5 }, () => client.quote("005930")));
      expect(quotes).toHaveLength(5);
      expect(sim.stats.tokenIssues).toBe(2);
    }
  });

  test("wrong secrets are an auth error that shows none", async () => {
    const { client } = kis(EVENING, { appSecret: "another" });
    const error = await failureOf(client.quote("005930"));
    expect(error).toBeInstanceOf(KisAuthError);
    expect(inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error)).not.toContain(APP_SECRET);
  });
});

describe("what goes wrong", () => {
  const quick = { retry: 1 } as const;

  test.each<[string, KisSimulatorOptions["faults"], new (...args: never[]) => Error]>([
    ["a storm of refusals", [{ do: "rate-limit", endpoint: "FHKST01010100" }], KisRateLimitError],
    ["a gateway's page", [{ do: "html-502", endpoint: "FHKST01010100" }], TransportError],
    ["resets", [{ do: "reset", endpoint: "FHKST01010100" }], TransportError],
    ["half a body", [{ do: "half-body", endpoint: "FHKST01010100" }], TransportError],
    ["an answer that is late", [{ do: { latencyMs: 5000 }, endpoint: "FHKST01010100" }], TimeoutError],
    ["a body that drips", [{ do: { slowLorisMs: 500 }, endpoint: "FHKST01010100" }], TimeoutError],
  ])("%s has its class, and no secret in it", async (_name, faults, expected) => {
    const lines: unknown[] = [];
    const note = (...line: unknown[]): void => void lines.push(line);
    const { client } = kis(
      EVENING,
      { faults: faults ?? [] },
      {
        ...quick,
        timeoutMs: 300,
        logger: { debug: note, info: note, warn: note, error: note },
      },
    );
    const error = await failureOf(client.quote("005930"));
    expect(error).toBeInstanceOf(expected);
    const shown = [
      inspect(error, { depth: 9, showHidden: true }),
      JSON.stringify(error),
      inspect(lines, { depth: 9 }),
      inspect(client, { depth: 9, showHidden: true }),
      JSON.stringify(client),
    ].join("\n");
    expect(shown).not.toContain(APP_KEY);
    expect(shown).not.toContain(APP_SECRET);
    expect(shown).not.toMatch(/eyJ[\w-]{8,}\.[\w-]+/);
  });

  test("a field that is gone, or no number, in every row is a schema error that says where", async () => {
    for (const driftField of ["cntg_vol", "stck_cntg_hour", "stck_oprc", "acml_tr_pbmn"]) {
      const { client } = kis(at("2026-11-21 12:00"), {
        faults: [{ do: { driftField }, endpoint: "FHKST03010230" }],
      });
      const error = await failureOf(client.minuteBars({ symbol: "005930", tradingDay: DAY }));
      expect(error).toBeInstanceOf(KisSchemaError);
      expect((error as KisSchemaError).path).toContain(driftField);
    }
  });

  test("a row without data is not passed off as an untraded minute", async () => {
    const { sim, client } = kis(at("2026-11-21 12:00"), {
      faults: [{ do: "int64-min-row", endpoint: "FHKST03010230", times: 1 }],
    });
    const answer = await client.minuteBars({ symbol: "005930", tradingDay: DAY }).catch((error: unknown) => {
      expect(isHantooError(error)).toBe(true);
      return undefined;
    });
    if (answer === undefined) return;
    expect(answer.bars).toEqual(sim.truth("005930", DAY).filter(({ time }) => time <= answer.through));
    for (const { low, high, volume, turnover } of answer.bars) {
      if (turnover === undefined) continue;
      expect(turnover).toBeGreaterThanOrEqual(low * volume);
      expect(turnover).toBeLessThanOrEqual(high * volume);
    }
  });

  test("a clock of ours that is ahead of KIS's does not make a minute untraded that KIS still forms", async () => {
    const { sim, client } = kis(at("2026-11-20 11:00:30"), {
      faults: [{ do: { clockSkewMs: -90_000 }, endpoint: "FHKST03010230" }],
    });
    const { bars, through } = await client.minuteBars({ symbol: "005930" });
    expect(bars).toEqual(sim.truth("005930", DAY).filter(({ time }) => time <= through));
  });

  test("passing faults are retried away", async () => {
    for (const fault of ["reset", "html-502", "half-body", "rate-limit", "wrong-content-type"] as const) {
      const { client } = kis(EVENING, { faults: [{ do: fault, endpoint: "FHKST01010100", times: 1 }] });
      expect((await client.quote("005930")).price).toBeGreaterThan(0);
    }
  });

  test("a signal is honoured before, in line, and under way; its reason is untouched", async () => {
    const reason = { stop: true };
    const { sim, client } = kis(EVENING, {
      faults: [{ do: { latencyMs: 3000 }, endpoint: "FHKST01010100" }],
    });
    expect(await failureOf(client.quote("005930", { signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(sim.stats.requests).toBe(0);
    const under = new AbortController();
    const call = client.quote("005930", { signal: under.signal });
    setTimeout(() => under.abort(reason), 30);
    expect(await failureOf(call)).toBe(reason);
    const limiter = createLimiter({ ratePerSecond: 0.2 });
    const slow = kis(EVENING, {}, { limiter });
    const waiting = new AbortController();
    const [, queued] = [
      slow.client.quote("005930").catch(() => undefined),
      slow.client.quote("000660", { signal: waiting.signal }),
    ];
    setTimeout(() => waiting.abort(reason), 30);
    expect(await failureOf(queued)).toBe(reason);
    await limiter.close();
  });

  test("the default pace never trips the sliding window", async () => {
    // No socket and no time but the timers': how far a loaded host scatters arrivals is bench/client-pace.ts's.
    vi.useFakeTimers({ now: EVENING });
    onTestFinished(() => void vi.useRealTimers());
    const sim = createKisSimulator({ seed: 3, clock: "running", symbols: SYMBOLS, appKey: "pace" });
    const client = new KisClient({
      appKey: "pace",
      appSecret: "test",
      fetch: sim.fetch,
      tokenStore: createMemoryTokenStore(),
    });
    const done = Promise.all(Array.from({ length: 45 }, () => client.quote("005930")));
    await vi.advanceTimersByTimeAsync(5000);
    expect(await done).toHaveLength(45);
    expect(sim.stats.refusals).toBe(0);
    expect(sim.stats.maxPerSecond).toBeLessThanOrEqual(18);
    // It starts at 15 and climbs by the minute.
    expect(sim.stats.maxPerSecond).toBeGreaterThanOrEqual(14);
    await client.close();
  });
});
