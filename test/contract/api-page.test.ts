// The page's own code, as a consumer types it: it must type-check and run.
import {
  FileStore,
  HantooKlineLogger,
  KisClient,
  MemoryStore,
  S3Store,
  backfill,
  catchUp,
  compact,
  coverage,
  createCalendar,
  createLimiter,
  createMemoryTokenStore,
  createObjectTokenStore,
  diffMaster,
  downloadMaster,
  formatMaster,
  krx,
  parseMaster,
  planBackfill,
  readBars,
  readKlines,
  resample,
  systemClock,
  unzipMaster,
} from "hantoo";
import { startKisSimulator } from "hantoo/testing";
import { expect, test } from "vitest";
import { at } from "./bars.js";

test("the page, from top to bottom", async () => {
  const sim = await startKisSimulator({
    seed: 1,
    now: at("2026-11-20 18:00"),
    environment: "live",
    limits: false,
    faults: [],
  });
  const appKey = "test";
  const appSecret = "test";
  const clock = { ...systemClock, now: () => sim.clock.now() };
  const store = new MemoryStore();
  const symbols = ["005930", "000660"];
  const symbol = "005930";
  const { signal } = new AbortController();
  const onProgress = (): void => undefined;

  const limiter = createLimiter({ ratePerSecond: 300 });
  await using client = new KisClient({
    appKey,
    appSecret,
    environment: "live",
    baseUrl: sim.baseUrl,
    limiter,
    tokenStore: createObjectTokenStore(store),
    clock,
    userAgent: "check",
    timeoutMs: 5000,
    retry: 2,
    calendar: krx,
    logger: console,
  });
  const day = await client.minuteBars({ symbol: "005930", tradingDay: "2026-11-20" });
  const now = await client.minuteBars({ symbol: "005930" });
  expect(now.bars).toEqual(day.bars);
  const days = await client.dailyBars({
    symbol,
    from: "2026-11-02",
    to: "2026-11-20",
    period: "D",
    adjusted: true,
  });
  expect(days).toHaveLength(15);
  const q = await client.quote("005930");
  const qs = await client.quotes(symbols);
  expect(qs[0]?.symbol).toBe(q.symbol);
  const hol = await client.holidays("2026-11-21");
  expect(krx.differences(hol)).toEqual([]);
  const raw = await client.request({
    method: "GET",
    path: "/uapi/domestic-stock/v1/quotations/inquire-price",
    trId: "FHKST01010100",
    params: { FID_COND_MRKT_DIV_CODE: "J", FID_INPUT_ISCD: symbol },
    signal,
  });
  expect(raw).toHaveProperty("rt_cd", "0");

  createCalendar({
    closures: [{ day: "2026-12-28", nameKo: "임시", nameEn: "temporary", kind: "temporary" }],
    sessions: [{ day: "2026-12-29", venue: "KRX", open: "10:00", close: "15:30", reason: "storm" }],
  });

  const kospi = await downloadMaster("kospi", { store, baseUrl: sim.masterUrl, clock });
  const zip = new Uint8Array(await (await fetch(`${sim.masterUrl}/kospi_code.mst.zip`)).arrayBuffer());
  const mst = await unzipMaster(zip);
  const same = parseMaster("kospi", mst.bytes, { date: "2026-11-20" });
  expect([...same.instruments.keys()]).toEqual([...kospi.instruments.keys()]);
  expect(formatMaster(same)).toEqual(mst.bytes);
  expect(kospi.instruments.get("005930")?.koreanName).toBeTypeOf("string");
  const diff = diffMaster(kospi, same);
  expect([diff.listed, diff.delisted, diff.renamed, diff.halted, diff.resumed, diff.changed]).toEqual([
    [],
    [],
    [],
    [],
    [],
    [],
  ]);

  const logger = new HantooKlineLogger({ client, store, symbols: ["005930", "000660"], clock });
  const report = await logger.sync({ signal, onProgress });
  expect(report).toMatchObject({ tradingDay: "2026-11-20", venue: "KRX", unchanged: 0, failures: [] });
  await logger.close();

  const range = { store, venue: "KRX", from: "2026-11-20", to: "2026-11-20" } as const;
  let records = 0;
  for await (const record of readKlines({ ...range, symbols })) {
    expect(record.data["005930"]).toHaveLength(record.fields.length);
    records++;
  }
  expect(records).toBe(381);
  const bars = [];
  for await (const bar of readBars({ ...range, symbol })) bars.push(bar);
  const cov = await coverage({ ...range, symbols, clock });
  expect(cov.total).toMatchObject({ symbols: 2, rate: 1 });
  expect(cov.days).toHaveLength(2);
  await compact({ store, venue: "KRX", tradingDay: "2026-11-20", deleteSources: true });
  const session = krx.session("2026-11-20");
  if (session === undefined) throw new Error("it trades");
  expect(resample(bars, { minutes: 5, session }).length).toBeGreaterThan(70);
  expect(resample(bars, { period: "day" })).toHaveLength(1);

  const targets = [{ symbol, tradingDay: "2026-11-19" }];
  const plan = await planBackfill({ store, calendar: krx, targets, clock });
  expect(plan.totals.calls).toBe(5);
  for await (const step of backfill({
    client,
    store,
    targets,
    order: "newest-first",
    maxCalls: 100,
    deadlineMs: 60_000,
    staggerMs: 0,
    signal,
    onProgress,
    clock,
  })) {
    expect(step).toMatchObject({ status: "done", done: 1, total: 1 });
  }
  await catchUp({ client, store, symbols, days: 2, clock });
  await limiter.close();
  await sim.close();

  // Constructors that are not used here.
  expect(new FileStore("data")).toBeDefined();
  expect(
    new S3Store({ bucket: "bars", region: "ap-northeast-2", endpoint: "http://127.0.0.1:1" }),
  ).toBeDefined();
  expect(createMemoryTokenStore()).toBeDefined();
});

test("a clock that only tells the time is a clock", async () => {
  const sim = await startKisSimulator({ now: at("2026-11-20 18:00"), symbols: ["005930"], limits: false });
  const clock = { now: () => sim.clock.now() } as never;
  const store = new MemoryStore();
  const client = new KisClient({
    appKey: "test",
    appSecret: "test",
    baseUrl: sim.baseUrl,
    tokenStore: createMemoryTokenStore(),
    clock,
  });
  try {
    await new HantooKlineLogger({ client, store, symbols: ["005930"], clock }).sync();
    const targets = [{ symbol: "005930", tradingDay: "2026-11-19" }];
    for await (const { status } of backfill({ client, store, targets, clock })) expect(status).toBe("done");
    const { status } = await catchUp({ client, store, symbols: ["005930"], days: 2, clock });
    expect(status).toBe("healthy");
  } finally {
    await client.close();
    await sim.close();
  }
});
