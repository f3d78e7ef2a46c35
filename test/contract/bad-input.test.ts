import {
  ConfigError,
  FileStore,
  HantooDailyLogger,
  HantooKlineLogger,
  type HantooError,
  KisClient,
  MemoryStore,
  S3Store,
  addDays,
  backfill,
  buildColumns,
  catchUp,
  compact,
  coverage,
  createCalendar,
  createLimiter,
  createMaster,
  createMemoryTokenStore,
  createObjectTokenStore,
  diffMaster,
  downloadMaster,
  exportParquet,
  findByName,
  formatMaster,
  formatMetrics,
  joinNxt,
  krx,
  kstDay,
  liveBars,
  minuteStates,
  parseMaster,
  parseTargets,
  planBackfill,
  planCadence,
  poolSources,
  readBars,
  readColumns,
  readDaily,
  readDailyTable,
  readFactors,
  readKlines,
  readStatus,
  resample,
  selectInstruments,
  summarizeCoverage,
  unzipMaster,
} from "hantoo";
import { createTable, loadBars } from "hantoo/postgres";
import { createKisSimulator, createRecorder } from "hantoo/testing";
import { expect, test } from "vitest";
import { kospiRow } from "../master/sample-rows.js";
import { failureOf } from "../support/failure-of.js";

// What a caller without a type checker gets wrong first: a thing left out, or of another kind. Each must be named.
// oxlint-disable-next-line typescript/no-explicit-any -- the types are what these callers do not have
type Anything = any;
const nothing: Anything = undefined;
const range = { from: "2026-11-19", to: "2026-11-20" };
const store = new MemoryStore();
const minuteBars = () => expect.unreachable();
const client = { minuteBars };
const symbols = ["005930"];
const targets = [{ symbol: "005930", tradingDay: "2026-11-20" }];
const kis = (options: object = {}) =>
  new KisClient({
    appKey: "PSkey",
    appSecret: "secretsecret",
    tokenStore: createMemoryTokenStore(),
    fetch: () => expect.unreachable(),
    ...options,
  });
const master = createMaster("kospi", [kospiRow("005930")], { date: "2026-11-20" });
const daily = (options: object) =>
  new HantooDailyLogger({ client: { dailyBars: minuteBars }, store, symbols, ...options });
const logger = (options: object = {}) => new HantooKlineLogger({ client, store, symbols, ...options });

const calls: Readonly<Record<string, readonly [option: string, ask: () => unknown]>> = {
  "krx.session's options": ["options", () => krx.session("2026-11-20", "NXT" as Anything)],
  "krx.minutes's options": ["options", () => krx.minutes("2026-11-20", "NXT" as Anything)],
  "krx.isOpen's options": ["options", () => krx.isOpen(0, "NXT" as Anything)],
  "createCalendar's": ["additions", () => createCalendar("2027" as Anything)],
  "parseMaster's": ["options", () => parseMaster("kospi", new Uint8Array(), nothing)],
  "parseMaster's bytes": ["bytes", () => parseMaster("kospi", nothing, { date: "2026-11-20" })],
  "formatMaster's": ["master", () => formatMaster(nothing)],
  "diffMaster's before": ["before", () => diffMaster(nothing, master)],
  "diffMaster's after": ["after", () => diffMaster(master, {} as Anything)],
  "findByName's master": ["master", () => findByName(nothing, "삼성")],
  "selectInstruments' master": ["master", () => selectInstruments({} as Anything, {})],
  "selectInstruments'": ["options", () => selectInstruments(master, nothing)],
  "joinNxt's": ["nxt", () => joinNxt(master, nothing)],
  "createMaster's rows": ["rows", () => createMaster("kospi", nothing, { date: "2026-11-20" })],
  "unzipMaster's": ["zip", () => unzipMaster(nothing)],
  "downloadMaster's": ["options", () => downloadMaster("kospi", "2026-11-20" as Anything)],
  "downloadMaster's store": ["store", () => downloadMaster("kospi", { store: "./data" as Anything })],
  "downloadMaster's signal": ["signal", () => downloadMaster("kospi", { signal: {} as Anything })],
  "readKlines'": ["options", () => readKlines(nothing).next()],
  "readKlines' store": ["store", () => readKlines({ ...range, store: nothing }).next()],
  "readKlines' symbols": [
    "symbols",
    () => readKlines({ ...range, store, symbols: "005930" as Anything }).next(),
  ],
  "readKlines' signal": ["signal", () => readKlines({ ...range, store, signal: {} as Anything }).next()],
  "readBars'": ["options", () => readBars(nothing).next()],
  "readBars' store": ["store", () => readBars({ ...range, symbol: "005930", store: nothing }).next()],
  "readBars' calendar": [
    "calendar",
    () => readBars({ ...range, symbol: "005930", store, calendar: {} as Anything }).next(),
  ],
  "coverage's": ["options", () => coverage(nothing)],
  "coverage's store": ["store", () => coverage({ ...range, store: nothing })],
  "compact's": ["options", () => compact(nothing)],
  "compact's store": ["store", () => compact({ tradingDay: "2026-11-20", store: nothing })],
  "compact's deleteSources": [
    "deleteSources",
    () => compact({ tradingDay: "2026-11-20", store, deleteSources: "no" as Anything }),
  ],
  "exportParquet's": ["options", () => exportParquet(nothing)],
  "exportParquet's out": ["out", () => exportParquet({ ...range, store, out: nothing })],
  "resample's": ["options", () => resample([], nothing)],
  "planCadence's": ["options", () => planCadence(nothing)],
  "planCadence's symbols": ["symbols", () => planCadence({ symbols: nothing })],
  "the logger's symbols": ["symbols", () => logger({ symbols: nothing })],
  "the logger's fields": ["fields", () => logger({ fields: "open" as Anything })],
  "the logger's calendar": ["calendar", () => logger({ calendar: {} as Anything })],
  "the logger's logger": ["logger", () => logger({ logger: {} as Anything })],
  "the logger's random": ["random", () => logger({ random: 0.5 as Anything })],
  "sync's": ["options", () => logger().sync("2026-11-20" as Anything)],
  "sync's signal": ["signal", () => logger().sync({ signal: {} as Anything })],
  "sync's onProgress": ["onProgress", () => logger().sync({ onProgress: true as Anything })],
  "run's signal": [
    "signal",
    () =>
      logger()
        .run({ signal: {} as Anything })
        .next(),
  ],
  "backfill's": ["options", () => backfill(nothing)],
  "backfill's targets": ["targets", () => backfill({ client, store, targets: 7 as Anything })],
  "backfill's maxCalls": [
    "maxCalls",
    () => backfill({ client, store, targets, maxCalls: "100" as Anything }),
  ],
  "backfill's deadlineMs": [
    "deadlineMs",
    () => backfill({ client, store, targets, deadlineMs: "1" as Anything }),
  ],
  "backfill's staggerMs": [
    "staggerMs",
    () => backfill({ client, store, targets, staggerMs: "" as Anything }),
  ],
  "planBackfill's": ["options", () => planBackfill(nothing)],
  "planBackfill's store": ["store", () => planBackfill({ targets, store: nothing })],
  "catchUp's": ["options", () => catchUp(nothing)],
  "catchUp's symbols": ["symbols", () => catchUp({ client, store, symbols: 7 as Anything })],
  "parseTargets'": ["text", () => parseTargets(nothing)],
  "buildColumns'": ["options", () => buildColumns(nothing)],
  "readColumns'": ["options", () => readColumns(nothing)],
  "readColumns' fields": ["fields", () => readColumns({ ...range, store, fields: ["openn"] as Anything })],
  "readStatus'": ["options", () => readStatus(nothing)],
  "readStatus' promisedMs": ["promisedMs", () => readStatus({ store, promisedMs: "60000" as Anything })],
  "readBars' asOf": [
    "asOf",
    () => readBars({ ...range, symbol: "005930", store, adjusted: true, asOf: "now" as Anything }).next(),
  ],
  "liveBars'": ["options", () => liveBars(nothing).next()],
  "liveBars' trades": ["trades", () => liveBars({ source: client, symbols } as Anything).next()],
  "poolSources'": ["sources", () => poolSources(nothing)],
  "formatMetrics'": ["status", () => formatMetrics(nothing)],
  "summarizeCoverage's": ["rows", () => summarizeCoverage(nothing)],
  "minuteStates'": ["runs", () => minuteStates(nothing)],
  "the daily logger's": ["options", () => new HantooDailyLogger(nothing)],
  "the daily logger's client": ["client", () => daily({ client: {} })],
  "the daily logger's indices": ["indices", () => daily({ indices: "0001" })],
  "the daily logger's indices' items": ["indices", () => daily({ indices: [1] })],
  "the daily logger's prefix": ["prefix", () => daily({ prefix: "../bars" })],
  "the daily logger's indexPrefix": ["indexPrefix", () => daily({ indexPrefix: 7 })],
  "the daily logger's factorPrefix": ["factorPrefix", () => daily({ factorPrefix: "" })],
  "the daily logger's acceptProvenance": ["acceptProvenance", () => daily({ acceptProvenance: [7] })],
  "the daily logger's calendar": ["calendar", () => daily({ calendar: {} })],
  "readDaily's": ["options", () => readDaily(nothing).next()],
  "readDaily's store": ["store", () => readDaily({ ...range, symbol: "005930", store: nothing }).next()],
  "readDaily's prefix": [
    "prefix",
    () => readDaily({ ...range, symbol: "005930", store, prefix: "/" }).next(),
  ],
  "readDaily's minutePrefix": [
    "minutePrefix",
    () => readDaily({ ...range, symbol: "005930", store, minutePrefix: 7 as Anything }).next(),
  ],
  "readDailyTable's": ["options", () => readDailyTable(nothing)],
  "readDailyTable's factorPrefix": [
    "factorPrefix",
    () => readDailyTable({ ...range, store, factorPrefix: "a//b" }),
  ],
  "readFactors'": ["options", () => readFactors(nothing)],
  "readFactors' asOf": ["asOf", () => readFactors({ store, symbol: "005930", asOf: Number.NaN })],
  "readFactors' prefix": ["prefix", () => readFactors({ store, symbol: "005930", prefix: "/" })],
  "loadBars'": ["options", () => loadBars(nothing)],
  "loadBars' client": ["client", () => loadBars({ ...range, store, client: nothing })],
  "createTable's": ["options", () => createTable(nothing)],
  "createTable's client": ["client", () => createTable({ client: {} as Anything })],
  "S3Store's": ["options", () => new S3Store(nothing)],
  "createLimiter's": ["options", () => createLimiter(nothing)],
  "createObjectTokenStore's": ["store", () => createObjectTokenStore(nothing)],
  "KisClient's tokenStore": ["tokenStore", () => kis({ tokenStore: {} as Anything })],
  "KisClient's logger": ["logger", () => kis({ logger: {} as Anything })],
  "KisClient's calendar": ["calendar", () => kis({ calendar: {} as Anything })],
  "KisClient's limiter": ["limiter", () => kis({ limiter: {} as Anything })],
  "KisClient's userAgent": ["userAgent", () => kis({ userAgent: Symbol("hantoo") as Anything })],
  "KisClient.fromEnv's": ["env", () => KisClient.fromEnv(nothing)],
  "minuteBars'": ["request", () => kis().minuteBars(nothing)],
  "minuteBars' signal": [
    "signal",
    () => kis().minuteBars({ ...targets[0], signal: {} as Anything } as Anything),
  ],
  "dailyBars'": ["request", () => kis().dailyBars(nothing)],
  "quote's signal": ["signal", () => kis().quote("005930", { signal: {} as Anything })],
  "quotes' symbols": ["symbols", () => kis().quotes(nothing)],
  "request's": ["request", () => kis().request(nothing)],
  "the logger's shard": ["shard", () => logger({ shard: null })],
  "backfill's days": ["days", () => backfill({ client, store, symbols, days: "5" as Anything }).next()],
  "backfill's shard": ["shard", () => backfill({ client, store, targets, shard: null as Anything }).next()],
  "backfill's onProgress": [
    "onProgress",
    () => backfill({ client, store, targets, onProgress: {} as Anything }).next(),
  ],
  "the daily logger's onProgress": ["onProgress", () => daily({}).sync({ onProgress: {} as Anything })],
  "planBackfill's days": ["days", () => planBackfill({ store, symbols, days: {} as Anything })],
  "planBackfill's settleMs": [
    "settleMs",
    () => planBackfill({ store, symbols, days: 1, settleMs: "5" as Anything }),
  ],
  "coverage's settleMs": ["settleMs", () => coverage({ ...range, store, settleMs: "5" as Anything })],
  "coverage's failures": ["failures", () => coverage({ ...range, store, failures: {} as Anything })],
  "coverage's one failure": ["failures", () => coverage({ ...range, store, failures: [null] as Anything })],
  "KisClient's settleMs": ["settleMs", () => kis({ settleMs: "5" as Anything })],
  "holidays' options": ["options", () => kis().holidays("2026-11-20", null as Anything)],
  "corporateActions' onCall": [
    "onCall",
    () => kis().corporateActions({ ...range, kind: "split", onCall: {} as Anything }),
  ],
  "dailyBars' onCall": [
    "onCall",
    () => kis().dailyBars({ ...range, symbol: "005930", onCall: 1 as Anything }),
  ],
  "resample's bars": ["bars", () => resample([null] as Anything, { minutes: 5 })],
  "FileStore's options": ["options", () => new FileStore("never-made", null as Anything)],
  "createRecorder's": ["options", () => createRecorder(null as Anything)],
  "createRecorder's secrets": ["secrets", () => createRecorder({ secrets: "hush" as Anything })],
  "createKisSimulator's stream": ["stream", () => createKisSimulator({ stream: null as Anything })],
  "createKisSimulator's actions": ["actions", () => createKisSimulator({ actions: {} as Anything })],
  "kstDay's": ["atMs", () => kstDay(nothing)],
  "addDays' count": ["count", () => addDays("2026-11-20", "5" as Anything)],
  "formatMetrics' parts": ["status", () => formatMetrics({} as Anything)],
};

test.each(Object.entries(calls))("%s", async (_name, [option, ask]) => {
  const error = await failureOf(Promise.resolve().then(ask));
  expect(error).toBeInstanceOf(ConfigError);
  expect(error).toMatchObject({ option });
  expect((error as HantooError).message).toMatch(/must be .+, received .+/);
});

test("what stands in a store's place is not shown: it may be the store's secrets", async () => {
  const secretAccessKey = "hushhushhush";
  const bad = { bucket: "my-bars", secretAccessKey } as Anything;
  const error = await failureOf(Promise.resolve().then(() => planBackfill({ targets, store: bad })));
  expect((error as HantooError).message).not.toContain(secretAccessKey);
});
