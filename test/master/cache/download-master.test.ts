import { MemoryStore, type ObjectStore, createCalendar, downloadMaster, formatMaster } from "hantoo";
import { beforeAll, describe, expect, test } from "vitest";
import { failureOf } from "../../support/failure-of.js";
import { makeZip } from "../make-zip.js";
import { at, body, day, key, keysOf, kospiZip, masterHost, ok, setup } from "../master-host.js";
import { kospiBytes, manyRows, symbols } from "../sample-rows.js";

// Loaded beforehand, so that no dynamic import is waited for while the clock stands still.
beforeAll(() => Promise.all([import("ky"), import("adm-zip")]));

describe("cold and warm", () => {
  test("the first call downloads and stores, the second reads; both give the same", async () => {
    const { host, options, store, clock } = setup();
    const cold = await downloadMaster("kospi", options);
    expect(host.urls).toEqual(["https://new.real.download.dws.co.kr/common/master/kospi_code.mst.zip"]);
    expect(cold).toMatchObject({
      market: "kospi",
      date: day,
      tradingDay: day,
      layout: "kospi-288",
      asOf: at("08:45"),
      retrievedAt: at("10:00"),
    });
    expect(cold).not.toHaveProperty("provisional");
    expect(cold).not.toHaveProperty("stale");
    expect([...cold.instruments.keys()]).toEqual([...symbols]);
    expect(await keysOf(store)).toEqual([key]);
    await clock.advance(3_600_000);
    const warm = await downloadMaster("kospi", options);
    expect(host.urls).toHaveLength(1);
    expect(warm).toStrictEqual(cold);
    expect([...warm.instruments.keys()]).toEqual([...symbols]);
    expect(Buffer.compare(formatMaster(warm), kospiBytes())).toBe(0);
  });

  test("the stored body is the documented one", async () => {
    const { options, store } = setup();
    const master = await downloadMaster("kospi", options);
    expect(await body(store)).toMatchObject({
      schema: "hantoo-master/1",
      market: "kospi",
      date: day,
      asOf: at("08:45"),
      retrievedAt: at("10:00"),
      sourceSha256: master.sourceSha256,
      layout: "kospi-288",
      instruments: {
        "005930": { symbol: "005930", koreanName: "이름 0", basePrice: 10_000, isTradingHalted: false },
      },
    });
    expect((await body(store))["instruments"]).not.toHaveProperty("005930.marginRate");
    expect(await body(store)).toMatchObject({ provenance: "kis-live", source: expect.any(String) as string });
  });

  test("every field is written on request, and the file is read from its copy all the same", async () => {
    const { options, store } = setup();
    const master = await downloadMaster("kospi", { ...options, readableCache: true });
    expect(await body(store)).toMatchObject({ instruments: { "005930": { marginRate: 40, roe: -0.01 } } });
    expect((await body(store))["instruments"]).not.toHaveProperty("005930.offeringPrice");
    expect(await downloadMaster("kospi", options)).toStrictEqual(master);
  });

  test.each([
    ["http://127.0.0.1:8080/common/master", {}, "host:127.0.0.1"],
    ["https://mirror.example/kis", {}, "host:mirror.example"],
    ["http://127.0.0.1:8080/common/master", { "x-hantoo-simulator": "1" }, "simulator"],
    [undefined, {}, "kis-live"],
  ])("from %s %o its provenance is %s, and stays so in the cache", async (baseUrl, headers, provenance) => {
    const answer = new Response(kospiZip() as Uint8Array<ArrayBuffer>, { headers: { ...headers } });
    const { options, store } = setup(at("10:00"), masterHost(answer));
    const asked = { ...options, ...(baseUrl !== undefined && { baseUrl }) };
    expect(await downloadMaster("kospi", asked)).toMatchObject({ provenance });
    expect(await body(store)).toMatchObject({ provenance });
    expect(await downloadMaster("kospi", asked)).toMatchObject({ provenance });
  });

  test("a body without our copy of the file is read field by field", async () => {
    const { options, store, host } = setup();
    const cold = await downloadMaster("kospi", { ...options, readableCache: true });
    const { source: _, ...foreign } = await body(store);
    await store.put(key, Buffer.from(JSON.stringify(foreign)));
    const warm = await downloadMaster("kospi", options);
    expect(host.urls).toHaveLength(1);
    expect(warm.sourceSha256).toBe(cold.sourceSha256);
    for (const [symbol, row] of cold.instruments)
      expect({ ...warm.instruments.get(symbol) }).toMatchObject({ ...row });
  });

  test("without a store every call downloads", async () => {
    const { host, clock } = setup();
    await downloadMaster("kospi", { clock, fetch: host.fetch });
    await downloadMaster("kospi", { clock, fetch: host.fetch });
    expect(host.urls).toHaveLength(2);
  });

  test("markets and days have their own objects, and a baseUrl may end in slashes", async () => {
    const { host, options, store, clock } = setup();
    await downloadMaster("kospi", { ...options, baseUrl: "http://127.0.0.1:9/common/master//" });
    expect(host.urls).toEqual(["http://127.0.0.1:9/common/master/kospi_code.mst.zip"]);
    clock.set(at("10:00", "2026-11-23"));
    host.answers = [ok(kospiZip({ day: "2026-11-23" }))];
    await downloadMaster("kospi", options);
    expect(await keysOf(store)).toEqual([key, "hantoo_master/20261123_kospi.json"]);
  });

  test("what a caller does to its map is nobody else's", async () => {
    const { options } = setup();
    const [one, two] = await Promise.all([
      downloadMaster("kospi", options),
      downloadMaster("kospi", options),
    ]);
    one.instruments.clear();
    expect(two.instruments.size).toBe(symbols.length);
  });
});

describe("many at once", () => {
  test("ten callers cause one download", async () => {
    const { host, options } = setup();
    const masters = await Promise.all(Array.from({ length: 10 }, () => downloadMaster("kospi", options)));
    expect(host.urls).toHaveLength(1);
    expect(new Set(masters.map(({ sourceSha256 }) => sourceSha256)).size).toBe(1);
    await downloadMaster("kospi", { ...options, store: new MemoryStore() });
    expect(host.urls).toHaveLength(2);
  });

  test("one that accepts a shrunken file is not failed by one that does not, asking at once", async () => {
    const { options, host, clock } = setup();
    host.answers = [ok(kospiZip({ bytes: kospiBytes(manyRows(400)) }))];
    await downloadMaster("kospi", options);
    clock.set(at("10:00", "2026-11-23"));
    host.answers = [ok(kospiZip({ day: "2026-11-23" }))];
    const strict = failureOf(downloadMaster("kospi", { ...options, maxAttempts: 1 }));
    const lenient = downloadMaster("kospi", { ...options, allowShrink: true });
    expect((await lenient).instruments.size).toBe(symbols.length);
    expect(await strict).toMatchObject({ code: "master_format" });
  });

  test("one that aborts leaves alone, with its own reason; the last one takes the download along", async () => {
    const aborted: unknown[] = [];
    const { options, host } = setup();
    host.answers = [() => new Promise<Response>(() => undefined)];
    const fetch: typeof globalThis.fetch = (input, init) => {
      const { signal } = input instanceof Request ? input : (init ?? {});
      signal?.addEventListener("abort", () => aborted.push("aborted"));
      return host.fetch(input, init);
    };
    const [a, b] = [new AbortController(), new AbortController()];
    const first = downloadMaster("kospi", { ...options, fetch, signal: a.signal });
    const second = downloadMaster("kospi", { ...options, fetch, signal: b.signal });
    await options.clock.advance(10);
    const reason = { why: "enough" };
    a.abort(reason);
    expect(await failureOf(first)).toBe(reason);
    expect(aborted).toEqual([]);
    b.abort("me too");
    expect(await failureOf(second)).toBe("me too");
    await options.clock.advance(0);
    expect(aborted).toHaveLength(1);
    expect(host.urls).toHaveLength(1);
    expect(options.clock.sleeping).toBe(0);
    // A later caller starts anew.
    host.answers = [ok(kospiZip())];
    expect((await downloadMaster("kospi", options)).instruments.size).toBe(symbols.length);
  });

  test("an aborted signal asks for nothing", async () => {
    const { host, options } = setup();
    expect(await failureOf(downloadMaster("kospi", { ...options, signal: AbortSignal.abort("no") }))).toBe(
      "no",
    );
    expect(host.urls).toEqual([]);
  });

  test("of two processes the first to write wins, and the other returns what is stored", async () => {
    const { options, store } = setup();
    const early = makeZip([
      { name: "kospi_code.mst", bytes: kospiBytes(manyRows(8)), writtenAt: at("08:40") },
    ]);
    let release = (): void => undefined;
    const slow = masterHost(() => new Promise<Response>((resolve) => (release = () => resolve(ok(early)))));
    // Another store object over the same memory: another process.
    const other: ObjectStore = {
      get: (k) => store.get(k),
      put: (k, b, o) => store.put(k, b, o),
      list: (p) => store.list(p),
      delete: (k) => store.delete(k),
    };
    const loser = downloadMaster("kospi", { ...options, store: other, fetch: slow.fetch });
    await options.clock.advance(0);
    const winner = await downloadMaster("kospi", options);
    release();
    expect(await loser).toStrictEqual(winner);
    expect((await body(store))["sourceSha256"]).toBe(winner.sourceSha256);
  });
});

describe("mornings", () => {
  const rewritten = kospiBytes(manyRows(8));

  test("a file from before 08:50 is provisional, and is renewed once after", async () => {
    const { clock, host, options } = setup(at("07:40"), masterHost(ok(kospiZip({ at: "07:35" }))));
    expect(await downloadMaster("kospi", options)).toMatchObject({ provisional: true, asOf: at("07:35") });
    clock.set(at("08:49:59"));
    expect(await downloadMaster("kospi", options)).toMatchObject({ provisional: true });
    expect(host.urls).toHaveLength(1);
    host.answers = [ok(kospiZip({ bytes: rewritten }))];
    clock.set(at("08:50"));
    const settled = await downloadMaster("kospi", options);
    expect(settled).not.toHaveProperty("provisional");
    expect(settled.instruments.has("100000")).toBe(true);
    clock.set(at("15:00"));
    expect(await downloadMaster("kospi", options)).toStrictEqual(settled);
    expect(host.urls).toHaveLength(2);
  });

  test("if it cannot be renewed, the provisional one is still today's", async () => {
    const { clock, host, logger, options } = setup(at("07:40"), masterHost(ok(kospiZip({ at: "07:35" }))));
    await downloadMaster("kospi", options);
    host.answers = [new Response("", { status: 404 })];
    clock.set(at("09:00"));
    expect(await downloadMaster("kospi", options)).toMatchObject({ provisional: true, asOf: at("07:35") });
    expect(logger.warnings.map(({ message }) => message)).toEqual([
      "master could not be renewed, using the provisional one",
    ]);
  });

  test("of two that renew at once the first stays", async () => {
    const { clock, store, host, options } = setup(at("07:40"), masterHost(ok(kospiZip({ at: "07:35" }))));
    await downloadMaster("kospi", options);
    clock.set(at("09:00"));
    let release = (): void => undefined;
    const slow = masterHost(
      () => new Promise<Response>((resolve) => (release = () => resolve(ok(kospiZip({ at: "08:46" }))))),
    );
    const other: ObjectStore = {
      get: (k) => store.get(k),
      put: (k, b, o) => store.put(k, b, o),
      list: (p) => store.list(p),
      delete: (k) => store.delete(k),
    };
    const late = downloadMaster("kospi", { ...options, store: other, fetch: slow.fetch });
    await clock.advance(0);
    host.answers = [ok(kospiZip({ bytes: rewritten }))];
    const first = await downloadMaster("kospi", options);
    release();
    expect(await late).toStrictEqual(first);
  });
});

describe("content that is still the previous trading day's", () => {
  const thursday = kospiBytes(manyRows(9));
  const friday = kospiBytes(manyRows(10));

  test("is provisional whatever the clock says, and downloaded anew ten minutes later until it is not", async () => {
    const old = kospiZip({ day: "2026-11-19", at: "08:45", bytes: thursday });
    const { clock, host, options } = setup(at("09:00"), masterHost(ok(old)));
    expect(await downloadMaster("kospi", options)).toMatchObject({
      tradingDay: "2026-11-19",
      provisional: true,
    });
    clock.set(at("09:09:59"));
    await downloadMaster("kospi", options);
    expect(host.urls).toHaveLength(1);
    clock.set(at("09:10"));
    expect(await downloadMaster("kospi", options)).toMatchObject({ provisional: true });
    expect(host.urls).toHaveLength(2);
    host.answers = [ok(kospiZip({ at: "09:20", bytes: friday }))];
    clock.set(at("14:00"));
    const fresh = await downloadMaster("kospi", options);
    expect(fresh).toMatchObject({ tradingDay: day, asOf: at("09:20") });
    expect(fresh).not.toHaveProperty("provisional");
    clock.set(at("18:00"));
    expect(await downloadMaster("kospi", options)).toStrictEqual(fresh);
    expect(host.urls).toHaveLength(3);
  });

  test("is seen by its bytes where the zip was only written anew", async () => {
    const { clock, host, options } = setup(
      at("10:00", "2026-11-19"),
      masterHost(ok(kospiZip({ day: "2026-11-19", bytes: thursday }))),
    );
    await downloadMaster("kospi", options);
    host.answers = [ok(kospiZip({ at: "08:45", bytes: thursday }))];
    clock.set(at("09:00"));
    expect(await downloadMaster("kospi", options)).toMatchObject({
      tradingDay: "2026-11-19",
      provisional: true,
    });
    // The same bytes on a holiday are right.
    host.answers = [ok(kospiZip({ day: "2026-11-21", at: "06:00", bytes: friday }))];
    clock.set(at("09:10"));
    await downloadMaster("kospi", options);
    clock.set(at("10:00", "2026-11-21"));
    expect(await downloadMaster("kospi", options)).not.toHaveProperty("provisional");
  });

  test("fetched at midnight it is there anew before Nextrade opens", async () => {
    const { clock, host, options } = setup(
      at("00:10"),
      masterHost(ok(kospiZip({ day: "2026-11-19", bytes: thursday }))),
    );
    await downloadMaster("kospi", options);
    host.answers = [ok(kospiZip({ at: "07:35", bytes: friday }))];
    clock.set(at("07:58"));
    expect(await downloadMaster("kospi", options)).toMatchObject({ tradingDay: day });
    expect(host.urls).toHaveLength(2);
  });

  test("stays provisional for a day that is over: the host has its file no more", async () => {
    const old = kospiZip({ day: "2026-11-18", bytes: thursday });
    const { clock, host, options } = setup(at("05:00"), masterHost(ok(old)));
    const asked = { ...options, date: "2026-11-19" };
    expect(await downloadMaster("kospi", asked)).toMatchObject({
      tradingDay: "2026-11-18",
      provisional: true,
    });
    clock.set(at("09:00"));
    expect(await downloadMaster("kospi", asked)).toMatchObject({ provisional: true });
    expect(host.urls).toHaveLength(1);
  });

  test("a file that may be weeks old is not provisional for its age", async () => {
    const bytes = Buffer.from(`00027${"MANUFACTURING".padEnd(40)}\n`);
    const zip = makeZip([{ name: "idxcode.mst", bytes, writtenAt: at("16:05", "2026-10-30") }]);
    const { options } = setup(at("10:00"), masterHost(ok(zip)));
    expect(await downloadMaster("idxcode", options)).not.toHaveProperty("provisional");
  });
});

describe("days", () => {
  test("a day to come is refused before anything is asked for", async () => {
    const { options, host } = setup();
    const error = await failureOf(downloadMaster("kospi", { ...options, date: "2026-11-21" }));
    expect(error).toMatchObject({ code: "config", option: "date" });
    expect(host.urls).toEqual([]);
  });

  test("on a holiday the file is the last trading day's, and says so", async () => {
    const { options } = setup(
      at("10:00", "2026-11-21"),
      masterHost(ok(kospiZip({ day: "2026-11-21", at: "06:00" }))),
    );
    expect(await downloadMaster("kospi", options)).toMatchObject({ date: "2026-11-21", tradingDay: day });
  });

  test("a closure the calendar was told of counts", async () => {
    const calendar = createCalendar({
      closures: [{ day, nameKo: "임시공휴일", nameEn: "temporary holiday", kind: "temporary" }],
    });
    const { options } = setup();
    expect(await downloadMaster("kospi", { ...options, calendar })).toMatchObject({
      date: day,
      tradingDay: "2026-11-19",
    });
  });

  test("a file that the host has not renewed is named as the day it is of, with a warning", async () => {
    const { options, logger } = setup(at("10:00"), masterHost(ok(kospiZip({ day: "2026-11-18" }))));
    expect(await downloadMaster("kospi", options)).toMatchObject({
      date: day,
      tradingDay: "2026-11-18",
      provisional: true,
    });
    expect(logger.warnings).toMatchObject([{ facts: { tradingDay: "2026-11-18" } }]);
  });

  test("the day is KST's wherever the host is", async () => {
    const { options, store } = setup(Date.UTC(2026, 10, 19, 15, 0, 0));
    expect(await downloadMaster("kospi", options)).toMatchObject({ date: day, provisional: true });
    expect(await keysOf(store)).toEqual([key]);
  });

  test("a past day that is not cached is refused if the host's file is newer, else taken", async () => {
    const { options, host } = setup(at("10:00", "2026-11-21"));
    host.answers = [ok(kospiZip({ day: "2026-11-21", at: "06:00" }))];
    const error = await failureOf(downloadMaster("kospi", { ...options, date: "2026-11-19" }));
    expect(error).toMatchObject({ code: "config", option: "date" });
    expect(String(error)).toContain("2026-11-21");
    expect(await downloadMaster("kospi", { ...options, date: day })).toMatchObject({
      date: day,
      tradingDay: day,
    });
  });

  test.each([
    ["a day before the calendar begins", "1999-12-30", "2026-11-20"],
    ["a day that is covered, a file that is not", "2027-12-30", "2028-03-02"],
    ["neither is covered", "2029-01-08", "2029-01-09"],
  ])(
    "a past day is refused where the calendar cannot say that the file is of it: %s",
    async (_, date, today) => {
      const { options, store } = setup(at("10:00", today), masterHost(ok(kospiZip({ day: today }))));
      const error = await failureOf(downloadMaster("kospi", { ...options, date }));
      expect(error).toMatchObject({ code: "config", option: "date" });
      expect(await keysOf(store)).toEqual([]);
    },
  );

  test("outside the calendar there is a master, without a trading day", async () => {
    const { options } = setup(at("10:00", "2099-01-05"), masterHost(ok(kospiZip({ day: "2099-01-05" }))));
    expect(await downloadMaster("kospi", options)).not.toHaveProperty("tradingDay");
  });
});

test.each([
  ["market", "nasdaq", {}],
  ["date", "kospi", { date: "2026-02-30" }],
  ["baseUrl", "kospi", { baseUrl: "file:///etc" }],
  ["baseUrl", "kospi", { baseUrl: "new.real.download.dws.co.kr" }],
  ["baseUrl", "kospi", { baseUrl: "https://[" }],
  ["baseUrl", "kospi", { baseUrl: "https://user:words@host/master" }],
  ["baseUrl", "kospi", { baseUrl: "https://:words@host/master" }],
  ["calendar", "kospi", { calendar: {} as never }],
  ["fetch", "kospi", { fetch: "fetch" as never }],
  ["random", "kospi", { random: 0.5 as never }],
  ["logger", "kospi", { logger: {} as never }],
  ["timeoutMs", "kospi", { timeoutMs: 0 }],
  ["maxAttempts", "kospi", { maxAttempts: 1.5 }],
  ["maxDownloadBytes", "kospi", { maxDownloadBytes: -1 }],
  ["maxBytes", "kospi", { maxBytes: Number.NaN }],
])("%s is checked before anything is asked for", async (option, market, wrong) => {
  const { host, options } = setup();
  const failure = await failureOf(downloadMaster(market as "kospi", { ...options, ...wrong }));
  expect(failure).toMatchObject({ code: "config", option });
  expect(String(failure)).not.toContain("words");
  expect(host.urls).toEqual([]);
});
