import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import {
  ConfigError,
  type Market,
  MasterFormatError,
  MemoryStore,
  TransportError,
  diffMaster,
  downloadMaster,
  findByName,
  formatMaster,
  isHantooError,
  krx,
  parseMaster,
  systemClock,
  unzipMaster,
} from "hantoo";
import { type RunningKisSimulator, startKisSimulator } from "hantoo/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { failureOf } from "../support/failure-of.js";
import { at, keysOf } from "./bars.js";

const DAY = "2026-11-20";
const NOON = at("2026-11-20 12:00");
let sim: RunningKisSimulator;
beforeAll(async () => {
  sim = await startKisSimulator({ seed: 5, now: NOON, symbols: ["005930", "000660", "0037T0", "247540"] });
});
afterAll(() => sim.close());

/** How a caller of this file downloads. */
const options = (store?: MemoryStore, now = NOON) => ({
  ...(store && { store }),
  date: DAY,
  baseUrl: sim.masterUrl,
  clock: { ...systemClock, now: () => now },
  maxAttempts: 1,
});
/** The host's clock is not the simulator's. */
const zipOf = async (name: string): Promise<Uint8Array> => {
  const response = await fetch(`${sim.masterUrl}/${name}`);
  expect(response.status).toBe(200);
  return new Uint8Array(await response.arrayBuffer());
};

describe("bytes, model, bytes", () => {
  test("unzip, parse and format", async () => {
    const zip = await zipOf("kospi_code.mst.zip");
    const { bytes, entryName, asOf } = await unzipMaster(zip);
    expect(entryName).toBe("kospi_code.mst");
    expect(asOf).toBeTypeOf("number");
    const master = parseMaster("kospi", bytes, { date: DAY });
    expect(master).toMatchObject({
      market: "kospi",
      date: DAY,
      layout: expect.any(String) as string,
      sourceSha256: createHash("sha256").update(bytes).digest("hex"),
    });
    expect(master.retrievedAt).toBeUndefined();
    expect(master.instruments).toBeInstanceOf(Map);
    const samsung = master.instruments.get("005930");
    expect(samsung?.symbol).toBe("005930");
    expect(samsung?.koreanName).toMatch(/^삼성전자/);
    expect(samsung?.isin).toMatch(/^KR7005930\d{3}$/);
    expect(Buffer.compare(formatMaster(master), bytes)).toBe(0);
  });

  test("what is no master is a MasterFormatError that says where", async () => {
    const { bytes } = await unzipMaster(await zipOf("kospi_code.mst.zip"));
    const cases: Uint8Array[] = [
      new Uint8Array(),
      new TextEncoder().encode("<html>not found</html>"),
      bytes.slice(0, -10),
      bytes.slice(5),
      new Uint8Array([...bytes.slice(0, 288), 0x20, ...bytes.slice(288)]),
      new Uint8Array([...bytes, ...bytes]),
      bytes.map((value, index) => (index === 12 ? 0x39 : value)), // a digit of the ISIN
      bytes.map((value, index) => (index === 22 ? 0xff : value)), // no cp949
    ];
    for (const [index, broken] of cases.entries()) {
      let error: unknown;
      try {
        parseMaster("kospi", broken, { date: DAY });
      } catch (caught) {
        error = caught;
      }
      expect(error, `case ${index}`).toBeInstanceOf(MasterFormatError);
      const { market, line, byteOffset } = error as MasterFormatError;
      expect(market).toBe("kospi");
      expect(line).toBeTypeOf("number");
      expect(byteOffset).toBeTypeOf("number");
    }
    expect(() => parseMaster("nasdaq" as never, bytes, { date: DAY })).toThrow(ConfigError);
    expect(() => parseMaster("kospi", bytes, { date: "20261120" })).toThrow(ConfigError);
    expect(() => parseMaster("kosdaq", bytes, { date: DAY })).toThrow(MasterFormatError);
  });

  test("CR is tolerated", async () => {
    const { bytes } = await unzipMaster(await zipOf("kospi_code.mst.zip"));
    const text = Buffer.from(bytes).toString("latin1").replaceAll("\n", "\r\n");
    const master = parseMaster("kospi", Buffer.from(text, "latin1"), { date: DAY });
    expect(master.instruments.get("005930")?.koreanName).toMatch(/^삼성전자/);
  });

  test("a zip that is none, or hostile, is a MasterFormatError", async () => {
    const zip = await zipOf("kospi_code.mst.zip");
    for (const broken of [new Uint8Array(), zip.slice(0, 100), new Uint8Array(1000).fill(7)]) {
      expect(await failureOf(unzipMaster(broken))).toBeInstanceOf(MasterFormatError);
    }
    expect(isHantooError(await failureOf(unzipMaster("zip" as never)))).toBe(true);
  });
});

describe("downloadMaster", () => {
  test("a miss downloads and puts; a hit reads; the key and the body are as the page says", async () => {
    const store = new MemoryStore();
    const first = await downloadMaster("kospi", options(store));
    expect(await keysOf(store)).toEqual(["hantoo_master/20261120_kospi.json"]);
    expect(first.retrievedAt).toBe(NOON);
    const body = JSON.parse(
      Buffer.from((await store.get("hantoo_master/20261120_kospi.json")) ?? []).toString(),
    ) as Record<string, unknown>;
    expect(Object.keys(body)).toEqual(
      expect.arrayContaining([
        "schema",
        "market",
        "date",
        "asOf",
        "retrievedAt",
        "sourceSha256",
        "layout",
        "instruments",
      ]),
    );
    expect(body).toMatchObject({ schema: "hantoo-master/1", market: "kospi", date: DAY });
    expect((body["instruments"] as Record<string, { koreanName: string }>)["005930"]?.koreanName).toMatch(
      /^삼성전자/,
    );
    const requests = sim.stats.requests;
    const second = await downloadMaster("kospi", options(store));
    expect(sim.stats.requests).toBe(requests);
    expect([...second.instruments.entries()]).toEqual([...first.instruments.entries()]);
    expect({ ...second, instruments: 0 }).toEqual({ ...first, instruments: 0 });
    expect(Buffer.compare(formatMaster(second), formatMaster(first))).toBe(0);
  });

  test("ten at once cause one download", async () => {
    const store = new MemoryStore();
    const requests = sim.stats.requests;
    const masters = await Promise.all(
      Array.from({ length: 10 }, () => downloadMaster("kosdaq", options(store))),
    );
    expect(sim.stats.requests - requests).toBe(1);
    expect(new Set(masters.map(({ sourceSha256 }) => sourceSha256)).size).toBe(1);
  });

  test.each([
    ["an older Python cache", JSON.stringify({ "005930": { standard_code: "x", korean_name: "삼성전자" } })],
    ["a torn upload", '{"schema":"hantoo-master/1","market":"kospi","date":"2026-11-20","instru'],
    ["nothing", ""],
    [
      "another market's",
      JSON.stringify({ schema: "hantoo-master/1", market: "kosdaq", date: DAY, instruments: {} }),
    ],
    [
      "another schema",
      JSON.stringify({ schema: "hantoo-master/9", market: "kospi", date: DAY, instruments: {} }),
    ],
    ["null", "null"],
  ])("%s under the key is a miss with a warning", async (_name, text) => {
    const store = new MemoryStore();
    await store.put("hantoo_master/20261120_kospi.json", new TextEncoder().encode(text));
    const warnings: unknown[] = [];
    const none = (): void => undefined;
    const master = await downloadMaster("kospi", {
      ...options(store),
      logger: { debug: none, info: none, warn: (...line) => void warnings.push(line), error: none },
    });
    expect(master.instruments.get("005930")).toBeDefined();
    expect(warnings.length).toBeGreaterThan(0);
  });

  test("before 08:50 it is provisional, and refreshed once after", async () => {
    const store = new MemoryStore();
    const early = await downloadMaster("kospi", options(store, at("2026-11-20 07:40")));
    expect(early.provisional).toBe(true);
    let requests = sim.stats.requests;
    await downloadMaster("kospi", options(store, at("2026-11-20 08:40")));
    expect(sim.stats.requests).toBe(requests);
    const late = await downloadMaster("kospi", options(store, at("2026-11-20 08:51")));
    expect(sim.stats.requests).toBe(requests + 1);
    expect(late.provisional ?? false).toBe(false);
    requests = sim.stats.requests;
    await downloadMaster("kospi", options(store, at("2026-11-20 12:00")));
    expect(sim.stats.requests).toBe(requests);
  });

  test("a host that is down: an error, or an older day's where that is allowed, saying so", async () => {
    const store = new MemoryStore();
    await downloadMaster("kospi", options(store));
    const down = {
      ...options(store, at("2026-11-23 12:00")),
      date: "2026-11-23",
      fetch: async () => Promise.reject(new TypeError("fetch failed")),
    };
    expect(await failureOf(downloadMaster("kospi", down))).toBeInstanceOf(TransportError);
    const stale = await downloadMaster("kospi", { ...down, allowStale: true });
    expect(stale).toMatchObject({ stale: true, date: DAY });
    expect(await keysOf(store)).toEqual(["hantoo_master/20261120_kospi.json"]);
    expect(
      await failureOf(downloadMaster("kospi", { ...down, store: new MemoryStore(), allowStale: true })),
    ).toBeInstanceOf(TransportError);
  });

  test.each([
    ["404", () => new Response("no", { status: 404 })],
    ["500", () => new Response("no", { status: 500 })],
    ["a page", () => new Response("<html>maintenance</html>", { status: 200 })],
    ["no zip", () => new Response("PK but no zip", { status: 200 })],
    ["nothing", () => new Response(null, { status: 200 })],
  ])("%s: a typed error, and nothing cached", async (_name, answer) => {
    const store = new MemoryStore();
    const error = await failureOf(
      downloadMaster("kospi", { ...options(store), fetch: async () => answer() }),
    );
    expect(isHantooError(error)).toBe(true);
    expect(await keysOf(store)).toEqual([]);
  });

  test("a store that is down costs a warning, not the master", async () => {
    const fail = async (): Promise<never> => Promise.reject(new Error("down"));
    const broken = {
      get: fail,
      put: fail,
      delete: fail,
      // oxlint-disable-next-line require-yield -- a listing that fails before its first key
      list: async function* () {
        throw new Error("down");
      },
    };
    const master = await downloadMaster("kospi", { ...options(), store: broken });
    expect(master.instruments.size).toBeGreaterThan(0);
  });

  test("without a store, and for a bad market or date", async () => {
    expect((await downloadMaster("konex", options())).market).toBe("konex");
    expect(await failureOf(downloadMaster("nasdaq" as never, options()))).toBeInstanceOf(ConfigError);
    expect(await failureOf(downloadMaster("kospi", { ...options(), date: "20261120" }))).toBeInstanceOf(
      ConfigError,
    );
    const reason = { mine: 1 };
    expect(
      await failureOf(downloadMaster("kospi", { ...options(), signal: AbortSignal.abort(reason) })),
    ).toBe(reason);
  });
});

const recordings = process.env["HANTOO_RECORDINGS"];
describe.runIf(recordings !== undefined)("the real files", () => {
  const folder = join(recordings ?? "", "mst");
  const files = recordings === undefined ? [] : readdirSync(folder).filter((name) => name.endsWith(".mst"));
  const MARKET: Readonly<Record<string, Market>> = {
    kospi_code: "kospi",
    kosdaq_code: "kosdaq",
    konex_code: "konex",
    nxt_kospi_code: "nxt_kospi",
    nxt_kosdaq_code: "nxt_kosdaq",
    elw_code: "elw",
    idxcode: "idxcode",
  };
  const load = (name: string) => {
    const [kind = "", date = ""] = name.split(".");
    const bytes = new Uint8Array(readFileSync(join(folder, name)));
    return { bytes, master: parseMaster(MARKET[kind] as "kospi", bytes, { date }) };
  };

  test.each(files)("%s parses, and gives its bytes back", (name) => {
    const { bytes, master } = load(name);
    expect(Buffer.compare(formatMaster(master), bytes)).toBe(0);
    expect(master.instruments.size).toBe(Buffer.from(bytes).toString("latin1").split("\n").length - 1);
  });

  test("symbols people get wrong, names of forty bytes, market caps", () => {
    const { master } = load("kospi_code.2026-04-07.mst");
    expect(master.instruments.get("005930")).toMatchObject({ koreanName: "삼성전자", isin: "KR7005930003" });
    expect(master.instruments.get("000660")?.isin).toBe("KR7000660001");
    expect(master.instruments.get("00104K")?.isPreferred).toBe(true);
    for (const pattern of [/^Q\d{6}$/, /^F/, /^\d{4}[A-Z]\d$/]) {
      expect([...master.instruments.keys()].some((symbol) => pattern.test(symbol))).toBe(true);
    }
    let priced = 0;
    let far = 0;
    for (const { basePrice, listedSharesThousand, marketCap, securityGroup } of master.instruments.values()) {
      if (securityGroup !== "ST" || !basePrice || !marketCap || !listedSharesThousand) continue;
      priced++;
      if (Math.abs((basePrice * listedSharesThousand * 1000) / (marketCap * 1e8) - 1) > 0.01) far++;
    }
    expect(priced).toBeGreaterThan(800);
    expect(far).toBeLessThan(60); // small ones, whose cap is rounded to 100 million
    expect(findByName(master, "삼성전자")[0]?.symbol).toBe("005930");
  });

  test("what changed between two days", () => {
    const before = load("kospi_code.2026-04-07.mst").master;
    const after = load("kospi_code.2026-04-10.mst").master;
    const diff = diffMaster(before, after);
    const gone = [...before.instruments.keys()].filter((symbol) => !after.instruments.has(symbol));
    const come = [...after.instruments.keys()].filter((symbol) => !before.instruments.has(symbol));
    expect(diff.listed.map(({ symbol }) => symbol).sort()).toEqual(come.sort());
    expect(diff.delisted.map(({ symbol }) => symbol).sort()).toEqual(gone.sort());
    expect(diffMaster(before, before)).toMatchObject({
      listed: [],
      delisted: [],
      renamed: [],
      halted: [],
      resumed: [],
      changed: [],
    });
    for (const { symbol, from, to } of diff.renamed) {
      expect(before.instruments.get(symbol)?.koreanName).toBe(from);
      expect(after.instruments.get(symbol)?.koreanName).toBe(to);
    }
  });
});

test("its days are the calendar's", () => {
  expect(krx.isTradingDay(DAY)).toBe(true);
});
