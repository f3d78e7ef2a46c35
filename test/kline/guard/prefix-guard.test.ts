import { expect, test } from "vitest";
import { notedSources } from "../../../src/archive/index.js";
import { StorageError, TransportError } from "../../../src/core/index.js";
import { type BarSource, HantooKlineLogger, backfill } from "../../../src/kline/index.js";
import { MemoryStore } from "../../../src/storage/index.js";
import { createMemoryTokenStore } from "../../../src/kis/index.js";
import { HantooDailyLogger } from "../../../src/daily/index.js";
import { createKisSimulator, createManualClock } from "../../../src/testing/index.js";
import { clientOf, clockOf } from "../../kis/unpaced.js";
import { at, told } from "../logger-setup.js";
import { createSampleSource } from "../sample-market.js";

const SETTINGS = "hantoo-stock-kline-1m/_logger-KRX.json";

function prefix() {
  const clock = createManualClock(at("18:00"));
  const sample = createSampleSource({ clock });
  const store = new MemoryStore();
  const source = (provenance?: string): BarSource => ({
    ...(sample.capacity && { capacity: sample.capacity }),
    ...(provenance === undefined ? {} : { provenance }),
    minuteBars: (request) => sample.minuteBars(request),
  });
  const options = { client: source(), store, clock, symbols: ["0001A0"], random: () => 0.5, zstdLevel: 1 };
  return { sample, store, source, options };
}

const fieldsOf = async (store: MemoryStore): Promise<unknown> =>
  JSON.parse(Buffer.from((await store.get(SETTINGS)) ?? []).toString());

/** What the notes of a prefix say, without what its objects do. */
async function notedIn(store: MemoryStore): Promise<string[]> {
  const noted: string[] = [];
  for await (const key of store.list("hantoo-stock-kline-1m/_logger-"))
    noted.push(...notedSources(await store.get(key)));
  return noted.sort();
}

test("other hours and other fields are refused before a call; whoever names no fields takes those of the prefix", async () => {
  const { sample, store, options } = prefix();
  const fields = ["open", "high", "low", "close", "volume", "acc_vol", "turnover"] as const;
  await new HantooKlineLogger({ ...options, fields }).sync();
  expect(await fieldsOf(store)).toMatchObject({ hours: "regular", fields });
  const before = sample.requests.length;
  await expect(new HantooKlineLogger({ ...options, hours: "all" }).sync()).rejects.toThrow(
    /prefix of their own/,
  );
  const fewer = fields.slice(0, 6);
  await expect(new HantooKlineLogger({ ...options, fields: fewer }).sync()).rejects.toThrow(/leave it out/);
  await expect(backfill({ ...options, days: 1, hours: "all" }).next()).rejects.toThrow(/prefix of their own/);
  expect(sample.requests.length).toBe(before);
  const heir = new HantooKlineLogger({ ...options, symbols: ["0001A0", "T00020"] });
  expect((await heir.sync()).revised).toEqual([]);
  const { readBars } = await import("../../../src/kline/index.js");
  for await (const bar of readBars({ store, symbol: "T00020", from: "2026-11-20", to: "2026-11-20" }))
    expect(bar.turnover).toBeTypeOf("number");
  await store.delete(SETTINGS);
  await store.put(SETTINGS, Buffer.from("torn"));
  await expect(new HantooKlineLogger(options).sync()).rejects.toThrow(/delete that object/);
});

test("bars of another kind are refused before a call, unless they are named; unmarked ones pass", async () => {
  const { sample, source, options } = prefix();
  await new HantooKlineLogger({ ...options, symbols: ["H00030"] }).sync();
  await new HantooKlineLogger({ ...options, client: source("simulator") }).sync();
  const before = sample.requests.length;
  const live = { ...options, client: source("kis-live"), symbols: ["T00020"] };
  await expect(new HantooKlineLogger(live).sync()).rejects.toMatchObject({ code: "config" });
  await expect(backfill({ ...live, days: 1 }).next()).rejects.toThrow(/simulator.*acceptProvenance/);
  expect(sample.requests.length).toBe(before);
  const accepting = { ...live, acceptProvenance: ["simulator"] };
  expect((await new HantooKlineLogger(accepting).sync()).uploaded).toHaveLength(1);
});

test("whose bars stand there is noted before the first, so that years of others do not hide them", async () => {
  const { store, source, options } = prefix();
  await new HantooKlineLogger({ ...options, client: source("simulator") }).sync();
  expect(await fieldsOf(store)).toMatchObject({ hours: "regular", sources: ["simulator"] });
  // Objects that say nothing, as older loggers left them, on more days than are looked at.
  const other = new MemoryStore();
  await new HantooKlineLogger({ ...options, store: other, client: source() }).sync();
  for await (const key of other.list("hantoo-stock-kline-1m/2"))
    for (let day = 0; day < 300; day++)
      await store.put(key.replaceAll("20261120", String(20_270_000 + day)), (await other.get(key))!);
  for await (const key of store.list("hantoo-stock-kline-1m/20261120"))
    await store.put(key, (await other.get(key))!);
  const live = { ...options, client: source("kis-live"), symbols: ["T00020"] };
  const refused = new HantooKlineLogger(live).sync();
  await expect(refused).rejects.toThrow(/_logger-KRX\.json.*simulator.*delete that object.*acceptProvenance/);
  await new HantooKlineLogger({ ...live, acceptProvenance: ["simulator"] }).sync();
  expect(await notedIn(store)).toEqual(["kis-live", "simulator"]);
  // Settings of an earlier version name nobody, and are no reason to refuse.
  await store.put(
    SETTINGS,
    Buffer.from(
      JSON.stringify({ hours: "regular", fields: ["open", "high", "low", "close", "volume", "acc_vol"] }),
    ),
  );
  expect((await new HantooKlineLogger({ ...live, symbols: ["H00030"] }).sync()).failures).toEqual([]);
  expect(await notedIn(store)).toEqual(["kis-live"]);
});

test("a store that lets nothing be replaced takes the bars of a second source, and notes it", async () => {
  const { store, source, options } = prefix();
  const put = store.put.bind(store);
  store.put = async (key, bytes, how) => {
    if ((await store.get(key)) !== undefined && how?.ifAbsent !== true)
      throw new StorageError("nothing is replaced here", { operation: "put", key });
    return put(key, bytes, how);
  };
  const settings = { hours: "regular", fields: ["open", "high", "low", "close", "volume", "acc_vol"] };
  await store.put(SETTINGS, Buffer.from(JSON.stringify(settings)));
  for (const [provenance, symbol] of [
    ["kis-live", "T00020"],
    ["kis-live", "H00030"],
    ["kis-paper", "0001A0"],
  ] as const) {
    const logger = new HantooKlineLogger({ ...options, client: source(provenance), symbols: [symbol] });
    expect((await logger.sync()).uploaded).toHaveLength(1);
  }
  expect(await notedIn(store)).toEqual(["kis-live", "kis-paper"]);
});

test("writers that note themselves at once are all noted, whatever their names", async () => {
  const { store, source, options } = prefix();
  const acceptProvenance = ["host:a", "host:a-b", "host:a_b", "host:[::1]"];
  await new HantooKlineLogger({ ...options, client: source("simulator") }).sync();
  await Promise.all(
    acceptProvenance.map((provenance, at) =>
      new HantooKlineLogger({
        ...options,
        client: source(provenance),
        symbols: [`T0002${at}`],
        acceptProvenance: ["simulator", ...acceptProvenance],
      }).sync(),
    ),
  );
  expect(await notedIn(store)).toEqual(["simulator", ...acceptProvenance].sort());
});

test("a source that turns out to be another one is refused before the first write", async () => {
  const { source, options, store, sample } = prefix();
  await new HantooKlineLogger({ ...options, client: source("simulator") }).sync();
  let provenance = "host:127.0.0.1";
  const client: BarSource = {
    get provenance() {
      return provenance;
    },
    minuteBars: async (request) => sample.minuteBars(request),
  };
  const late = { ...options, client, symbols: ["T00020"] };
  const count = async (): Promise<number> => {
    let n = 0;
    for await (const _ of store.list("")) n++;
    return n;
  };
  const stored = await count();
  await expect(new HantooKlineLogger(late).sync()).rejects.toMatchObject({ code: "config" });
  expect(await count()).toBe(stored);
  provenance = "simulator";
  expect((await new HantooKlineLogger(late).sync()).failures).toEqual([]);
});

test("a simulator behind KIS's own address is known by an answer, so a new client goes on beside its bars", async () => {
  const simulator = createKisSimulator({ now: at("18:00"), limits: false, symbols: ["005930", "000660"] });
  const tokenStore = createMemoryTokenStore();
  const store = new MemoryStore();
  const options = { store, clock: clockOf(simulator), zstdLevel: 1 };
  for (const symbol of ["005930", "000660"]) {
    const client = clientOf(simulator, { tokenStore });
    const report = await new HantooKlineLogger({ ...options, client, symbols: [symbol] }).sync();
    expect(report.failures).toEqual([]);
  }
  const daily = { store, clock: clockOf(simulator), days: 5, zstdLevel: 1 };
  for (const symbol of ["005930", "000660"]) {
    const client = clientOf(simulator, { tokenStore });
    expect((await new HantooDailyLogger({ ...daily, client, symbols: [symbol] }).sync()).failures).toEqual(
      [],
    );
  }
});

test("another host is asked one question beside a simulator's bars: refused if it is one, gone on with if it is down", async () => {
  const { source, options, sample } = prefix();
  await new HantooKlineLogger({ ...options, client: source("simulator") }).sync();
  const before = sample.requests.length;
  let provenance = "host:127.0.0.1";
  const client = (tradingDay: BarSource["tradingDay"]): BarSource => ({
    ...source("simulator"),
    get provenance() {
      return provenance;
    },
    ...(tradingDay && { tradingDay }),
  });
  const logged = (tradingDay?: BarSource["tradingDay"]) =>
    new HantooKlineLogger({ ...options, client: client(tradingDay), symbols: ["T00020"] }).sync();
  const refusal = { code: "config", message: expect.stringMatching(/simulator.*acceptProvenance/) };
  await expect(logged(async () => true)).rejects.toMatchObject(refusal);
  const filled = told(
    backfill({ ...options, client: client(async () => true), symbols: ["T00020"], days: ["2026-11-19"] }),
  );
  await expect(filled).rejects.toMatchObject(refusal);
  expect(sample.requests.length).toBe(before);
  // Nobody answers at first, and then it is the simulator.
  const late = logged(async (day) => {
    if (day === "2026-11-19") throw new TransportError("down");
    provenance = "simulator";
    return true;
  });
  expect((await late).failures).toEqual([]);
});

test("a host that does not answer is refused beside KIS's bars, without a request", async () => {
  const { source, options, sample } = prefix();
  await new HantooKlineLogger({ ...options, client: source("kis-live") }).sync();
  const before = sample.requests.length;
  const client: BarSource = { ...source("host:lab"), tradingDay: async () => undefined };
  const silent = { ...options, client, symbols: ["T00020"] };
  const refusal = { code: "config", message: expect.stringMatching(/kis-live.*acceptProvenance/) };
  await expect(new HantooKlineLogger(silent).sync()).rejects.toMatchObject(refusal);
  await expect(told(backfill({ ...silent, days: ["2026-11-19"] }))).rejects.toMatchObject(refusal);
  expect(sample.requests.length).toBe(before);
});

test("a host that cannot be asked is refused at its first write, and a backfill says so at once", async () => {
  const { source, options } = prefix();
  await new HantooKlineLogger({ ...options, client: source("simulator") }).sync();
  const filled = backfill({
    ...options,
    client: source("host:127.0.0.1"),
    symbols: ["T00020"],
    days: ["2026-11-19", "2026-11-18"],
  });
  await expect(told(filled)).rejects.toMatchObject({ code: "config" });
});

test("KIS itself is asked one question beside a simulator's bars, and then refused", async () => {
  const { source, options, sample } = prefix();
  await new HantooKlineLogger({ ...options, client: source("simulator") }).sync();
  const before = sample.requests.length;
  const asked: string[] = [];
  const client: BarSource = {
    ...source("kis-live"),
    tradingDay: async (day) => {
      asked.push(day);
      return true;
    },
  };
  const live = new HantooKlineLogger({ ...options, client, symbols: ["T00020"] });
  await expect(live.sync()).rejects.toThrow(/simulator.*acceptProvenance/);
  expect(asked).toEqual(["2026-11-19"]);
  expect(sample.requests.length).toBe(before);
});
