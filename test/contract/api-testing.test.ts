import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  HantooKlineLogger,
  KisClient,
  MemoryStore,
  S3Store,
  coverage,
  createMemoryTokenStore,
  krx,
  readBars,
  systemClock,
} from "hantoo";
import { type RunningKisSimulator, createRecorder, replay, startKisSimulator } from "hantoo/testing";
import { afterEach, describe, expect, test } from "vitest";
import { startS3Server } from "../support/s3-server.js";
import { at, keysOf, withoutTurnover } from "./bars.js";

const DAY = "2026-11-20";
const EVENING = at("2026-11-20 18:00");
const SYMBOLS = ["005930", "000660", "0037T0"];
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});
async function start(options: Parameters<typeof startKisSimulator>[0] = {}): Promise<RunningKisSimulator> {
  const sim = await startKisSimulator({ seed: 1, now: EVENING, symbols: SYMBOLS, ...options });
  closers.push(() => sim.close());
  return sim;
}
const tokenOf = async (sim: RunningKisSimulator, body: object = {}): Promise<Response> =>
  fetch(`${sim.baseUrl}/oauth2/tokenP`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ grant_type: "client_credentials", appkey: "test", appsecret: "test", ...body }),
  });
async function ask(
  sim: RunningKisSimulator,
  token: string,
  path: string,
  trId: string,
  query: Record<string, string>,
): Promise<{ status: number; body: Record<string, unknown>; text: string }> {
  const response = await fetch(
    `${sim.baseUrl}/uapi/domestic-stock/v1/quotations/${path}?${new URLSearchParams(query).toString()}`,
    {
      headers: {
        authorization: `Bearer ${token}`,
        appkey: "test",
        appsecret: "test",
        tr_id: trId,
        custtype: "P",
      },
    },
  );
  const text = await response.text();
  return { status: response.status, body: JSON.parse(text) as Record<string, unknown>, text };
}
const minutesOf = (sim: RunningKisSimulator, token: string, hour: string, day = "20261120") =>
  ask(sim, token, "inquire-time-dailychartprice", "FHKST03010230", {
    FID_COND_MRKT_DIV_CODE: "J",
    FID_INPUT_ISCD: "005930",
    FID_INPUT_DATE_1: day,
    FID_INPUT_HOUR_1: hour,
    FID_PW_DATA_INCU_YN: "Y",
    FID_FAKE_TICK_INCU_YN: "",
  });
const todayOf = (sim: RunningKisSimulator, token: string, hour: string) =>
  ask(sim, token, "inquire-time-itemchartprice", "FHKST03010200", {
    FID_COND_MRKT_DIV_CODE: "J",
    FID_INPUT_ISCD: "005930",
    FID_INPUT_HOUR_1: hour,
    FID_PW_DATA_INCU_YN: "N",
    FID_ETC_CLS_CODE: "",
  });
const issued = async (sim: RunningKisSimulator): Promise<string> =>
  ((await (await tokenOf(sim)).json()) as { access_token: string }).access_token;

describe("what it gives", () => {
  test("addresses, a fixed clock, the truth, stats, close", async () => {
    const sim = await start();
    expect(sim.baseUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(sim.masterUrl.startsWith(sim.baseUrl)).toBe(true);
    expect(sim.clock.now()).toBe(EVENING);
    expect(sim.clock.now()).toBe(EVENING);
    sim.clock.advance(1500);
    expect(sim.clock.now()).toBe(EVENING + 1500);
    sim.clock.set(EVENING);
    expect(sim.clock.now()).toBe(EVENING);
    const truth = sim.truth("005930", DAY);
    const minutes = new Set(krx.minutes(DAY));
    let last = 0;
    let accVolume = 0;
    for (const bar of truth) {
      expect(bar.time).toBeGreaterThan(last);
      expect(minutes.has(bar.time)).toBe(true);
      expect(bar.volume).toBeGreaterThan(0);
      expect(bar.high).toBeGreaterThanOrEqual(Math.max(bar.open, bar.close));
      expect(bar.low).toBeLessThanOrEqual(Math.min(bar.open, bar.close));
      expect(bar.accVolume).toBe((accVolume += bar.volume));
      expect(bar.turnover).toBeGreaterThanOrEqual(bar.low * bar.volume);
      expect(bar.turnover).toBeLessThanOrEqual(bar.high * bar.volume);
      last = bar.time;
    }
    expect(truth.length).toBeGreaterThan(0);
    expect(sim.truth("005930", "2026-11-21")).toEqual([]);
  });

  test("running where asked", async () => {
    const sim = await start({ clock: "running" });
    const before = sim.clock.now();
    // Ends only if the clock runs; the test's own limit is the failure.
    while (sim.clock.now() <= before) await new Promise((resolve) => setImmediate(resolve));
  });

  test("the same seed, the same bytes; another seed, another market", async () => {
    const texts: string[] = [];
    for (const seed of [1, 1, 2]) {
      const sim = await start({ seed, limits: false });
      texts.push((await minutesOf(sim, await issued(sim), "153000")).text);
    }
    expect(texts[0]).toBe(texts[1]);
    expect(texts[0]).not.toBe(texts[2]);
  });

  test("any symbol of the right form can be in the market", async () => {
    const symbols = ["005930", "0001A0", "0037T0", "28513K", "Q530036", "00104K", "999990"];
    const sim = await start({ symbols, limits: false });
    for (const symbol of symbols) expect(Array.isArray(sim.truth(symbol, DAY))).toBe(true);
  });

  test("closing twice, and nothing answers after", async () => {
    const sim = await startKisSimulator({ now: EVENING });
    await sim.close();
    await sim.close();
    await expect(fetch(sim.baseUrl)).rejects.toThrow(TypeError);
  });
});

describe("it behaves like KIS", () => {
  test("tokens: same within six hours, once a minute, wrong keys, invalid ones", async () => {
    const sim = await start({ limits: { tokenPerSecond: false, perSecond: false } });
    const first = (await (await tokenOf(sim)).json()) as Record<string, unknown>;
    expect(first).toMatchObject({ token_type: "Bearer", expires_in: 86400 });
    expect(first["access_token_token_expired"]).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    const hasty = await tokenOf(sim);
    expect(hasty.status).toBe(403);
    expect(await hasty.json()).toMatchObject({ error_code: "EGW00133" });
    sim.clock.advance(61_000);
    expect(((await (await tokenOf(sim)).json()) as Record<string, unknown>)["access_token"]).toBe(
      first["access_token"],
    );
    sim.clock.advance(6 * 3_600_000 + 61_000);
    const later = ((await (await tokenOf(sim)).json()) as Record<string, unknown>)["access_token"];
    expect(later).not.toBe(first["access_token"]);
    expect(sim.stats.tokenIssues).toBe(2);
    expect((await minutesOf(sim, "nonsense", "153000")).body).toMatchObject({
      rt_cd: "1",
      msg_cd: "EGW00121",
    });
    sim.clock.advance(61_000);
    const wrong = (await (await tokenOf(sim, { appsecret: "x" })).json()) as Record<string, unknown>;
    expect(JSON.stringify(wrong)).toMatch(/EGW0010[35]/);
  });

  test("the sliding limit refuses the nineteenth call of a second, as HTTP 500 with EGW00201", async () => {
    const sim = await start();
    const token = await issued(sim);
    const answers = await Promise.all(Array.from({ length: 19 }, () => minutesOf(sim, token, "153000")));
    const refused = answers.filter(({ body }) => body["msg_cd"] === "EGW00201");
    expect(refused.length).toBe(1);
    expect(refused[0]?.status).toBe(500);
    expect(sim.stats.refusals).toBe(1);
    sim.clock.advance(1001);
    expect((await minutesOf(sim, token, "153000")).body["rt_cd"]).toBe("0");
    const paper = await start({ environment: "paper", now: at("2026-11-20 11:00") });
    const other = await issued(paper);
    await todayOf(paper, other, "110000");
    expect((await todayOf(paper, other, "110000")).body["msg_cd"]).toBe("EGW00201");
  });

  test("0230: 120 rows newest first, no placeholders, day crossing, the forming row; a missing key", async () => {
    const sim = await start({ now: at("2026-11-20 10:30:30"), limits: false });
    const token = await issued(sim);
    const { body } = await minutesOf(sim, token, "103000");
    const rows = body["output2"] as Record<string, string>[];
    expect(rows).toHaveLength(120);
    const labels = rows.map((row) => `${row["stck_bsop_date"]}${row["stck_cntg_hour"]}`);
    expect(labels).toEqual(labels.toSorted().toReversed());
    expect(labels[0]).toBe("20261120103000");
    expect(labels.some((label) => label.startsWith("20261119"))).toBe(true);
    expect(labels.filter((label) => /152[0-9]00$/.test(label))).toEqual([]);
    for (const row of rows) expect(Number(row["cntg_vol"])).toBeGreaterThan(0);
    const old = await minutesOf(sim, token, "153000", "20240103");
    expect(old.body).toMatchObject({ rt_cd: "0", output2: [] });
    const missing = await ask(sim, token, "inquire-time-dailychartprice", "FHKST03010230", {
      FID_COND_MRKT_DIV_CODE: "J",
      FID_INPUT_ISCD: "005930",
      FID_INPUT_DATE_1: "20261120",
      FID_INPUT_HOUR_1: "153000",
      FID_PW_DATA_INCU_YN: "Y",
    });
    expect(missing.body["msg_cd"]).toBe("OPSQ2001");
  });

  test("0200: 30 rows, the asked label on the forming minute, placeholders above it", async () => {
    const sim = await start({ now: at("2026-11-20 12:05:30"), limits: false });
    const token = await issued(sim);
    const rows = (await todayOf(sim, token, "121000")).body["output2"] as Record<string, string>[];
    expect(rows).toHaveLength(30);
    expect(rows[0]?.["stck_cntg_hour"]).toBe("121000");
    const placeholders = rows.slice(1, 6);
    expect(placeholders.map((row) => row["stck_cntg_hour"])).toEqual([
      "120900",
      "120800",
      "120700",
      "120600",
      "120500",
    ]);
    for (const row of placeholders) expect(row["cntg_vol"]).toBe("0");
    const truth = new Map(sim.truth("005930", DAY).map((bar) => [bar.time, bar]));
    for (const row of rows.slice(6)) {
      const time = at(
        `2026-11-20 ${row["stck_cntg_hour"]?.slice(0, 2)}:${row["stck_cntg_hour"]?.slice(2, 4)}`,
      );
      expect(Number(row["cntg_vol"])).toBe(truth.get(time)?.volume ?? 0);
    }
  });

  test("paper refuses what it lacks; unknown services and symbols", async () => {
    const sim = await start({ environment: "paper", limits: false });
    const token = await issued(sim);
    const refused = await ask(sim, token, "chk-holiday", "CTCA0903R", {
      BASS_DT: "20261121",
      CTX_AREA_NK: "",
      CTX_AREA_FK: "",
    });
    expect(refused).toMatchObject({ status: 500, body: { rt_cd: "1", msg_cd: "EGW02006" } });
    const live = await start({ limits: false });
    const unknown = await ask(live, await issued(live), "no-such-service", "XXXX", {});
    expect(unknown.body["rt_cd"]).not.toBe("0");
  });

  test("chk-holiday: padded keys, pages, Y for every tr_day_yn", async () => {
    const sim = await start({ limits: false });
    const token = await issued(sim);
    const { body } = await ask(sim, token, "chk-holiday", "CTCA0903R", {
      BASS_DT: "20261121",
      CTX_AREA_NK: "",
      CTX_AREA_FK: "",
    });
    const rows = body["output"] as Record<string, string>[];
    expect(rows[0]).toMatchObject({ bass_dt: "20261121", wday_dvsn_cd: "07", opnd_yn: "N", tr_day_yn: "Y" });
    expect(body["ctx_area_nk"]).toHaveLength(20);
    for (const row of rows) {
      const day = `${row["bass_dt"]?.slice(0, 4)}-${row["bass_dt"]?.slice(4, 6)}-${row["bass_dt"]?.slice(6)}`;
      expect(row["opnd_yn"]).toBe(krx.isTradingDay(day) ? "Y" : "N");
    }
  });
});

describe("the whole, over HTTP and S3, as a user runs it", () => {
  test("log a day, read it back, find it complete, ask nothing again", async () => {
    const sim = await start({ limits: false });
    const s3 = await startS3Server({ buckets: ["bars"] });
    closers.push(() => s3.close());
    const clock = { ...systemClock, now: () => sim.clock.now() };
    const client = new KisClient({
      appKey: "test",
      appSecret: "test",
      environment: "live",
      baseUrl: sim.baseUrl,
      rateLimit: 400,
      tokenStore: createMemoryTokenStore(),
      clock,
    });
    const store = new S3Store({ bucket: "bars", ...s3.options });
    await using logger = new HantooKlineLogger({ client, store, symbols: SYMBOLS, clock });
    const report = await logger.sync();
    expect(report.failures).toEqual([]);
    expect(report.fetched.calls).toBeLessThanOrEqual(4 * SYMBOLS.length);
    expect(report.uploaded).toHaveLength(1);
    for (const symbol of SYMBOLS) {
      const bars = [];
      for await (const bar of readBars({ store, symbol, from: DAY, to: DAY, untraded: "skip" }))
        bars.push(bar);
      expect(bars).toEqual(sim.truth(symbol, DAY).map(withoutTurnover));
    }
    expect((await coverage({ store, from: DAY, to: DAY, symbols: SYMBOLS, clock })).total.rate).toBe(1);
    const requests = sim.stats.requests;
    expect(await logger.sync()).toMatchObject({ uploaded: [], fetched: { calls: 0 } });
    expect(sim.stats.requests).toBe(requests);
    expect(await keysOf(store)).toHaveLength(1);
    await client.close();
  });

  test("an unknown symbol among others is told and does no harm", async () => {
    const sim = await start({ limits: false });
    const clock = { ...systemClock, now: () => sim.clock.now() };
    const client = new KisClient({
      appKey: "test",
      appSecret: "test",
      baseUrl: sim.baseUrl,
      rateLimit: 400,
      tokenStore: createMemoryTokenStore(),
      clock,
    });
    const store = new MemoryStore();
    const logger = new HantooKlineLogger({ client, store, symbols: ["005930", "123450"], clock });
    const report = await logger.sync();
    expect(report.failures).toMatchObject([{ symbol: "123450", error: { code: "kis_api" } }]);
    expect(report.coverage.days.map(({ status }) => status)).toEqual(["complete", "missing"]);
    expect(report.coverage.days[1]?.missing).toMatchObject([{ reason: "failed" }]);
    await client.close();
  });

  test("on paper, today by the 30-row endpoint", async () => {
    const sim = await start({ environment: "paper", limits: false, now: at("2026-11-20 18:30") });
    const clock = { ...systemClock, now: () => sim.clock.now() };
    const client = new KisClient({
      appKey: "test",
      appSecret: "test",
      environment: "paper",
      baseUrl: sim.baseUrl,
      rateLimit: 400,
      tokenStore: createMemoryTokenStore(),
      clock,
    });
    const day = await client.minuteBars({ symbol: "005930" });
    expect(day).toMatchObject({ complete: true, tradingDay: DAY });
    expect(day.calls).toBeLessThanOrEqual(14);
    expect(day.bars).toEqual(sim.truth("005930", DAY));
    await client.close();
  });
});

describe("recording and replaying", () => {
  test("what was recorded is served again, without a secret in it", async () => {
    const dir = await mkdtemp(join(tmpdir(), "hantoo-record-"));
    closers.push(() => rm(dir, { recursive: true }));
    const appKey = "PSthisIsAnAppKeyOf36Characters000001";
    const appSecret = "aVerySecretSecretIndeed/+=".repeat(4);
    const sim = await start({ limits: false, appKey, appSecret });
    const clock = { ...systemClock, now: () => EVENING };
    const recorder = createRecorder({ dir });
    const client = (fetchWith: typeof fetch, now = clock) =>
      new KisClient({
        appKey,
        appSecret,
        baseUrl: sim.baseUrl,
        rateLimit: 400,
        tokenStore: createMemoryTokenStore(),
        clock: now,
        fetch: fetchWith,
      });
    const first = client(recorder.fetch);
    const day = await first.minuteBars({ symbol: "005930", tradingDay: DAY });
    await recorder.close();
    await first.close();
    let all = "";
    for (const name of await readdir(dir)) all += name + (await readFile(join(dir, name), "utf8"));
    expect(all).not.toContain(appKey);
    expect(all).not.toContain(appSecret);
    expect(all).not.toMatch(/eyJ[\w-]{8,}\.[\w-]+/);
    await sim.close();
    // As a past one, the day would ask for a witness besides, which was not recorded.
    for (const now of [EVENING, EVENING + 3_600_000]) {
      const again = client(replay(dir), { ...systemClock, now: () => now });
      const { bars, complete, calls } = await again.minuteBars({ symbol: "005930", tradingDay: DAY });
      expect({ bars, complete, calls }).toEqual({ bars: day.bars, complete: true, calls: day.calls });
      await again.close();
    }
  });
});
