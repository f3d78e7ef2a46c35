import { MemoryStore, type ObjectStore, StorageError, downloadMaster } from "hantoo";
import { beforeAll, describe, expect, test } from "vitest";
import { failureOf } from "../../support/failure-of.js";
import { makeZip } from "../make-zip.js";
import { at, body, day, key, keysOf, kospiZip, masterHost, ok, setup } from "../master-host.js";
import { kospiBytes, manyRows, symbols } from "../sample-rows.js";

// Loaded beforehand, so that no dynamic import is waited for while the clock stands still.
beforeAll(() => Promise.all([import("ky"), import("adm-zip")]));

describe("failures", () => {
  test.each([
    ["500, then the file", [new Response("oops", { status: 500 }), ok(kospiZip())], [250]],
    [
      "a broken connection, twice",
      [new TypeError("fetch failed"), new TypeError("fetch failed"), ok(kospiZip())],
      [250, 500],
    ],
    ["a page in its place", [ok("<!DOCTYPE html><title>점검</title>"), ok(kospiZip())], [250]],
    ["an empty body", [ok(""), ok(kospiZip())], [250]],
    ["a cut zip", [ok(kospiZip().subarray(0, 200)), ok(kospiZip())], [250]],
    [
      "fewer bytes than announced",
      [
        new Response(kospiZip().subarray(0, 200) as Uint8Array<ArrayBuffer>, {
          headers: { "content-length": "9999" },
        }),
        ok(kospiZip()),
      ],
      [250],
    ],
    [
      "429 with a time to wait",
      [new Response("", { status: 429, headers: { "retry-after": "7" } }), ok(kospiZip())],
      [7000],
    ],
  ])("%s: tried again", async (_, answers, pauses) => {
    const { host, options, logger, clock } = setup(at("10:00"), masterHost(...answers));
    const master = await clock.runUntil(downloadMaster("kospi", options));
    expect(master.instruments.size).toBe(symbols.length);
    expect(host.urls).toHaveLength(answers.length);
    expect(logger.warnings.map(({ facts }) => facts["pauseMs"])).toEqual(pauses);
  });

  test.each([
    [
      "500",
      new Response("", { status: 500 }),
      4,
      { code: "transport", retryable: true, message: expect.stringContaining("status 500") },
    ],
    [
      "404",
      new Response("", { status: 404 }),
      1,
      { code: "transport", retryable: false, message: expect.stringContaining("status 404") },
    ],
    ["403", new Response("", { status: 403 }), 1, { code: "transport", retryable: false }],
    [
      "HTML",
      ok("<html>"),
      4,
      { code: "transport", message: expect.stringContaining("a page in HTML, expected a zip") },
    ],
    [
      "not a zip",
      ok(kospiBytes()),
      4,
      { code: "transport", message: expect.stringContaining("something else, expected a zip") },
    ],
    [
      "a refused connection",
      new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED 127.0.0.1:1") }),
      4,
      { code: "transport", retryable: true, message: expect.stringContaining("ECONNREFUSED") },
    ],
    [
      "a damaged zip",
      ok(makeZip([{ name: "kospi_code.mst", bytes: kospiBytes(), crc: 7 }])),
      4,
      { code: "master_format", market: "kospi", line: 0 },
    ],
    [
      "another file",
      ok(makeZip([{ name: "kosdaq_code.mst", bytes: kospiBytes() }])),
      4,
      { code: "master_format" },
    ],
    [
      "a changed layout",
      ok(kospiZip({ bytes: Buffer.from(`${"x".repeat(290)}\n`) })),
      1,
      { code: "master_format", line: 1 },
    ],
    ["no rows", ok(kospiZip({ bytes: new Uint8Array() })), 1, { code: "master_format", line: 0 }],
  ])("%s for good: a typed error, and nothing is stored", async (_, answer, attempts, expected) => {
    const { host, options, clock, store } = setup(at("10:00"), masterHost(answer));
    expect(await clock.runUntil(failureOf(downloadMaster("kospi", options)))).toMatchObject(expected);
    expect(host.urls).toHaveLength(attempts);
    expect(await keysOf(store)).toEqual([]);
    expect(clock.sleeping).toBe(0);
  });

  test("no answer, and an answer whose body never ends, time out", async () => {
    for (const answer of [
      () => new Promise<Response>(() => undefined),
      () =>
        new Response(
          new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array([0x50, 0x4b])) }),
        ),
    ]) {
      const { options, clock, host } = setup(at("10:00"), masterHost(answer));
      const error = await clock.runUntil(
        failureOf(downloadMaster("kospi", { ...options, timeoutMs: 1000, maxAttempts: 2 })),
      );
      expect(error).toMatchObject({ code: "timeout", timeoutMs: 1000, retryable: true });
      expect(host.urls).toHaveLength(2);
      expect(clock.monotonic()).toBe(2250);
    }
  });

  test("more bytes than a master has are not read to their end", async () => {
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sent++;
        controller.enqueue(new Uint8Array(1000));
      },
    });
    const { options } = setup(
      at("10:00"),
      masterHost(() => new Response(endless)),
    );
    const error = await failureOf(downloadMaster("kospi", { ...options, maxDownloadBytes: 5000 }));
    expect(error).toMatchObject({
      code: "transport",
      retryable: false,
      message: expect.stringContaining("more than 5000 bytes"),
    });
    expect(sent).toBeLessThan(10);
  });

  test("an abort during a pause ends it with the caller's reason", async () => {
    const { options, clock, host } = setup(at("10:00"), masterHost(new Response("", { status: 500 })));
    const controller = new AbortController();
    const work = failureOf(downloadMaster("kospi", { ...options, signal: controller.signal }));
    await clock.advance(100);
    expect(clock.sleeping).toBe(1);
    controller.abort("stop");
    expect(await work).toBe("stop");
    expect(clock.sleeping).toBe(0);
    expect(host.urls).toHaveLength(1);
  });

  test("half the rows gone is an error, unless it is said to be right", async () => {
    const { options, clock, host } = setup(
      at("10:00"),
      masterHost(ok(kospiZip({ bytes: kospiBytes(manyRows(20)) }))),
    );
    await downloadMaster("kospi", options);
    clock.set(at("10:00", "2026-11-23"));
    host.answers = [ok(kospiZip({ day: "2026-11-23", bytes: kospiBytes(manyRows(10)) }))];
    const error = await failureOf(downloadMaster("kospi", options));
    expect(error).toMatchObject({
      code: "master_format",
      market: "kospi",
      line: 0,
      message: expect.stringContaining("10 rows, where the one of 2026-11-20 has 20"),
    });
    expect((await downloadMaster("kospi", { ...options, allowShrink: true })).instruments.size).toBe(10);
    clock.set(at("10:00", "2026-11-24"));
    host.answers = [ok(kospiZip({ day: "2026-11-24", bytes: kospiBytes(manyRows(6)) }))];
    expect((await downloadMaster("kospi", options)).instruments.size).toBe(6);
  });

  test.each([
    [96, 0],
    [95, 0],
    [94, 1],
    [51, 1],
  ])("%i of 100 rows: %i warnings", async (rows, warnings) => {
    const { options, clock, host, logger } = setup(
      at("10:00"),
      masterHost(ok(kospiZip({ bytes: kospiBytes(manyRows(100)) }))),
    );
    await downloadMaster("kospi", options);
    clock.set(at("10:00", "2026-11-23"));
    host.answers = [ok(kospiZip({ day: "2026-11-23", bytes: kospiBytes(manyRows(rows)) }))];
    expect((await downloadMaster("kospi", options)).instruments.size).toBe(rows);
    expect(logger.warnings).toHaveLength(warnings);
    if (warnings > 0) {
      expect(logger.warnings[0]).toMatchObject({
        message: "the master has lost rows",
        facts: { rows, before: 100, beforeDate: day },
      });
    }
  });

  test("half of the provisional one of the same day is refused as well, and the provisional one stays", async () => {
    const { options, clock, host, logger } = setup(
      at("07:40"),
      masterHost(ok(kospiZip({ at: "07:35", bytes: kospiBytes(manyRows(20)) }))),
    );
    await downloadMaster("kospi", options);
    clock.set(at("09:00"));
    host.answers = [ok(kospiZip({ bytes: kospiBytes(manyRows(10)) }))];
    expect((await downloadMaster("kospi", options)).instruments.size).toBe(20);
    expect(logger.warnings.at(-1)?.facts).toMatchObject({ err: { code: "master_format" } });
  });

  test("an older day is returned only to those who allow it, and says so", async () => {
    const { options, clock, host, logger } = setup();
    const friday = await downloadMaster("kospi", options);
    clock.set(at("10:00", "2026-11-23"));
    host.answers = [new Response("", { status: 404 })];
    expect(await failureOf(downloadMaster("kospi", options))).toMatchObject({ code: "transport" });
    expect(await downloadMaster("kospi", { ...options, allowStale: true })).toStrictEqual({
      ...friday,
      stale: true,
    });
    expect(logger.warnings.at(-1)).toMatchObject({
      facts: { date: day },
      message: "master download failed, using an older day's",
    });
    expect(await failureOf(downloadMaster("kosdaq", { ...options, allowStale: true }))).toMatchObject({
      code: "transport",
    });
  });
});

describe("what else lies under the key", () => {
  const good = async (): Promise<Record<string, unknown>> => {
    const { options, store } = setup();
    await downloadMaster("kospi", options);
    return body(store);
  };

  test.each<[string, (document: Record<string, unknown>) => unknown]>([
    ["another market", (document) => ({ ...document, market: "kosdaq" })],
    ["another day", (document) => ({ ...document, date: "2026-11-19" })],
    ["no retrievedAt", (document) => ({ ...document, retrievedAt: undefined })],
    ["a source of another file", (document) => ({ ...document, sourceSha256: "0".repeat(64) })],
    ["a damaged source", (document) => ({ ...document, source: "AAAA" })],
    ["no instruments", (document) => ({ ...document, instruments: undefined })],
    ["another layout and no source", (document) => ({ ...document, source: undefined, layout: "kospi-290" })],
    [
      "fields that no file can hold",
      (document) => ({
        ...document,
        source: undefined,
        instruments: { "005930": { symbol: "005930", isin: "KR7005930003", koreanName: 5 } },
      }),
    ],
    ["an empty list", (document) => ({ ...document, source: undefined, instruments: {} })],
  ])("%s: a miss with a warning, and replaced", async (_, spoil) => {
    const { options, store, host, logger } = setup();
    await store.put(key, Buffer.from(JSON.stringify(spoil(await good()))));
    const master = await downloadMaster("kospi", options);
    expect(master.instruments.size).toBe(symbols.length);
    expect(host.urls).toHaveLength(1);
    expect(logger.warnings).toMatchObject([
      { facts: { key }, message: "master cache object is damaged, replacing it" },
    ]);
    expect(await downloadMaster("kospi", options)).toStrictEqual(master);
    expect(host.urls).toHaveLength(1);
  });

  test.each([
    ["the older Python cache", JSON.stringify([{ 단축코드: "005930", 한글명: "삼성전자" }])],
    ["a pickle", "\u0080\u0004\u0095"],
    ["a later schema", JSON.stringify({ schema: "hantoo-master/2", market: "kospi" })],
    ["null", "null"],
  ])("%s is another program's: never overwritten, a warning each time", async (_, text) => {
    const { options, store, host, logger } = setup();
    await store.put(key, Buffer.from(text));
    for (const calls of [1, 2]) {
      expect((await downloadMaster("kospi", options)).instruments.size).toBe(symbols.length);
      expect(host.urls).toHaveLength(calls);
      expect(logger.warnings).toHaveLength(calls);
    }
    expect(logger.warnings[0]?.message).toContain("another program's");
    expect(Buffer.from((await store.get(key)) ?? []).toString()).toBe(text);
  });

  test("a torn upload, wherever it tore", async () => {
    const bytes = Buffer.from(JSON.stringify(await good()));
    for (const length of [0, 1, 100, bytes.length >> 1, bytes.length - 1]) {
      const { options, store, host } = setup();
      await store.put(key, bytes.subarray(0, length));
      expect((await downloadMaster("kospi", options)).instruments.size).toBe(symbols.length);
      expect(host.urls).toHaveLength(1);
    }
  });

  test("older days that cannot be read are passed over", async () => {
    const { options, store, clock, host } = setup();
    const friday = await downloadMaster("kospi", options);
    for (const name of [
      "20261121_kospi.json",
      "20261122_kospi.json",
      "20261122_kospi.json.bak",
      "99999999_kospi.json",
      "20261122_kosdaq.json",
    ]) {
      await store.put(`hantoo_master/${name}`, Buffer.from("{"));
    }
    clock.set(at("10:00", "2026-11-23"));
    host.answers = [new Response("", { status: 404 })];
    expect(await downloadMaster("kospi", { ...options, allowStale: true })).toStrictEqual({
      ...friday,
      stale: true,
    });
  });
});

describe("a store that fails", () => {
  const failing = (operations: readonly string[], store = new MemoryStore()): ObjectStore => {
    const guard = (operation: "get" | "put" | "list", name: string): void => {
      if (operations.includes(operation)) throw new StorageError("S3 is down", { operation, key: name });
    };
    return {
      get: async (name) => (guard("get", name), store.get(name)),
      put: async (name, bytes, options) => (guard("put", name), store.put(name, bytes, options)),
      list: (prefix) => (guard("list", prefix), store.list(prefix)),
      delete: (name) => store.delete(name),
    };
  };

  test.each([[["get"]], [["put"]], [["list"]], [["get", "put", "list"]]])(
    "on %j: warnings, and the master all the same",
    async (operations) => {
      const { options, logger } = setup();
      const master = await downloadMaster("kospi", { ...options, store: failing(operations) });
      expect(master.instruments.size).toBe(symbols.length);
      expect(logger.warnings.length).toBeGreaterThanOrEqual(operations.length);
      for (const { message, facts } of logger.warnings) {
        expect(message).toBe("master cache failed, going on without it");
        expect(facts).toMatchObject({ err: { code: "storage", message: "S3 is down" } });
      }
    },
  );

  test("with the host down as well, the host's error is what the caller gets", async () => {
    const { options, host } = setup();
    host.answers = [new Response("", { status: 404 })];
    const store = failing(["get", "put", "list"]);
    expect(await failureOf(downloadMaster("kospi", { ...options, store, allowStale: true }))).toMatchObject({
      code: "transport",
    });
  });

  test("a store of the caller's own need not know our errors", async () => {
    const { options, logger } = setup();
    const broken = { ...failing([]), get: () => Promise.reject(new Error("Redis is away")) };
    expect((await downloadMaster("kospi", { ...options, store: broken })).instruments.size).toBe(
      symbols.length,
    );
    expect(logger.warnings[0]).toMatchObject({ facts: { key, err: { message: "Redis is away" } } });
  });
});
