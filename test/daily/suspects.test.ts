import { existsSync, readFileSync } from "node:fs";
import { KisAuthError } from "hantoo";
import { parseMaster } from "hantoo/master";
import { createManualClock } from "hantoo/testing";
import { describe, expect, test } from "vitest";
import { kstInstant } from "../../src/core/index.js";
import {
  type DailySource,
  HantooDailyLogger,
  type HantooDailyLoggerOptions,
  type ListedInstrument,
  type SourceActionsRequest,
  readFactors,
} from "../../src/daily/index.js";
import { MemoryStore } from "../../src/storage/index.js";
import { type Action, createDailyMarket } from "./daily-market.js";

const SYMBOLS = ["005930", "000660", "0001A0"];
const DAY = "2026-11-24";
const BONUS: Action = { symbol: "005930", effectiveDate: DAY, priceFactor: 2 / 3 };
/** By its ratio alone it would pass for a bonus issue, which changes volumes. */
const RIGHTS: Action = { symbol: "005930", effectiveDate: DAY, priceFactor: 0.9 };

const master = (fields: ListedInstrument) => ({
  market: "kospi",
  instruments: new Map(SYMBOLS.map((symbol) => [symbol, symbol === "005930" ? fields : {}])),
});
const MASTERS = [
  master({ listedSharesThousand: 1000 }),
  master({ listedSharesThousand: 1500, exRightsType: "01", capitalIncreaseType: "02" }),
] as const;

async function setUp(action: Action, more: Partial<DailySource> = {}) {
  const clock = createManualClock(kstInstant("2026-11-23", "06:30"));
  const state: { fault?: Error | undefined } = {};
  const market = createDailyMarket({
    now: () => clock.now(),
    actions: [action],
    fault: ({ symbol }) => {
      if (state.fault !== undefined && symbol === "005930") throw state.fault;
    },
  });
  const store = new MemoryStore();
  const client: DailySource = { ...market, ...more };
  const create = (options: Partial<HantooDailyLoggerOptions> = {}) =>
    new HantooDailyLogger({ client, store, symbols: SYMBOLS, days: 60, clock, ...options });
  await create().sync();
  clock.set(kstInstant("2026-11-25", "06:30"));
  market.calls.length = 0;
  const notes = async (): Promise<string[]> => {
    const keys: string[] = [];
    for await (const key of store.list("hantoo-stock-factors/_suspects/")) keys.push(key);
    return keys;
  };
  return { clock, market, store, create, state, notes };
}

describe("what masters said of a symbol", () => {
  test.each([
    ["its own call fails", new Error("no answer")],
    [
      "the source fails for all",
      new KisAuthError("refused", { status: 403, trId: "X", rtCd: "1", msgCd: "X" }),
    ],
  ])("outlives a pass and a process where %s", async (_, fault) => {
    const { clock, market, create, state, notes } = await setUp(BONUS);
    const first = create();
    await first.detect({ masters: MASTERS });
    state.fault = fault;
    await first.sync().catch((error: unknown) => expect(error).toBe(fault));
    await first.close();
    state.fault = undefined;
    expect(await notes()).toEqual(["hantoo-stock-factors/_suspects/J_005930.json"]);
    // The next night: another process, whose masters say nothing of it.
    clock.set(kstInstant("2026-11-26", "06:30"));
    market.calls.length = 0;
    const { factors } = await create().sync();
    expect(factors).toMatchObject([{ symbol: "005930", effectiveDate: DAY, kind: "bonus" }]);
    expect(factors[0]?.evidence.join()).toContain("ex-rights code 01");
    expect(market.calls.filter(({ adjusted }) => adjusted).map(({ symbol }) => symbol)).toEqual(["005930"]);
    expect(await notes()).toEqual([]);
    market.calls.length = 0;
    await create().sync();
    expect(market.calls).toEqual([]);
  });

  test("outlives a store that fails while the outcome is written", async () => {
    const { store, create, notes } = await setUp(BONUS);
    let isBroken = true;
    const broken = create({
      store: {
        get: (key: string) => store.get(key),
        list: (prefix: string) => store.list(prefix),
        delete: (key: string) => store.delete(key),
        put: async (...call: Parameters<MemoryStore["put"]>) => {
          if (isBroken && !call[0].includes("_suspects")) throw new Error("full");
          return store.put(...call);
        },
      },
    });
    await broken.detect({ masters: MASTERS });
    expect((await broken.sync()).failures).toHaveLength(SYMBOLS.length);
    expect(await notes()).toHaveLength(1);
    isBroken = false;
    expect((await broken.sync()).factors).toMatchObject([{ effectiveDate: DAY }]);
    expect(await notes()).toEqual([]);
  });

  test("of another shard's symbols is left to that shard; a note that cannot be read is a suspicion all the same", async () => {
    const { store, create, notes } = await setUp(BONUS);
    const others = create({ symbols: ["000660"] });
    await others.detect({ masters: MASTERS });
    await others.sync();
    expect(await notes()).toEqual([]);
    await store.put("hantoo-stock-factors/_suspects/J_005930.json", Buffer.from("{"));
    await others.sync();
    expect(await notes()).toHaveLength(1);
    expect((await create().sync()).factors).toMatchObject([{ symbol: "005930", effectiveDate: DAY }]);
    expect(await notes()).toEqual([]);
  });
});

describe("the depository as a second witness", () => {
  const asked: SourceActionsRequest[] = [];
  const depository =
    (kind: string, row: object = {}): NonNullable<DailySource["corporateActions"]> =>
    async (request) => {
      request.onCall?.();
      asked.push(request);
      const other = { symbol: "005930", effectiveDate: "2026-11-02", ratio: 7 };
      return request.kind === kind
        ? [other, { symbol: request.symbol, effectiveDate: DAY, ratio: 0, ...row }]
        : [];
    };
  const run = async (action: Action, more: Partial<DailySource>, options = {}) => {
    asked.length = 0;
    const set = await setUp(action, more);
    const daily = set.create(options);
    await daily.detect({ masters: [master({ parValue: 1 }), master({ parValue: 1, exRightsType: "99" })] });
    return { ...set, report: await daily.sync() };
  };

  test("names the kind and stands in the evidence; the factor is the prices' own", async () => {
    const plain = await run(RIGHTS, {});
    const { report } = await run(RIGHTS, { corporateActions: depository("rights") });
    expect(asked.map(({ kind }) => kind)).toEqual(["bonus", "rights"]);
    expect(asked.every(({ symbol }) => symbol === "005930")).toBe(true);
    const [factor, unwitnessed] = [report.factors[0]!, plain.report.factors[0]!];
    expect(factor).toMatchObject({ kind: "rights", effectiveDate: DAY, volumeFactor: 1 });
    expect(factor.priceFactor).toBe(unwitnessed.priceFactor);
    expect(unwitnessed.volumeFactor).toBeGreaterThan(1);
    expect(factor.evidence).toEqual([...unwitnessed.evidence, `depository: rights on ${DAY}, ratio 0`]);
    expect(report.fetched.calls).toBe(plain.report.fetched.calls + 2);
  });

  test("does not contradict what the prices' own ratio says", async () => {
    const split = { ...BONUS, priceFactor: 1 / 5 };
    const { report } = await run(split, { corporateActions: depository("split", { ratio: 50 }) });
    expect(asked.map(({ kind }) => kind)).toEqual(["split"]);
    expect(report.factors).toMatchObject([{ kind: "split", priceFactor: 0.2, volumeFactor: 5 }]);
    expect(report.factors[0]?.evidence.at(-1)).toBe(`depository: split on ${DAY}, ratio 50`);
  });

  test("is not asked where nothing changed, and alone makes no factor", async () => {
    const never: Action = { symbol: "000660", effectiveDate: "2026-12-24", priceFactor: 0.5 };
    const { report, store } = await run(never, { corporateActions: depository("bonus") });
    expect(asked).toEqual([]);
    expect(report.factors).toEqual([]);
    expect(await readFactors({ store, symbol: "005930" })).toEqual([]);
  });

  test("that fails, or knows nothing, costs itself alone", async () => {
    for (const corporateActions of [
      depository("none"),
      () => Promise.reject(new Error("not on paper")),
    ] as const) {
      const { report, store } = await run(BONUS, { corporateActions });
      expect(report).toMatchObject({ failures: [], factors: [{ kind: "unknown", effectiveDate: DAY }] });
      expect(await readFactors({ store, symbol: "005930" })).toEqual(report.factors);
    }
  });

  test("is within the ceiling of calls", async () => {
    // Three raw rows and one look: nothing is left for the depository.
    const { report } = await run(BONUS, { corporateActions: depository("bonus") }, { maxCalls: 4 });
    expect(asked).toEqual([]);
    expect(report.fetched.calls).toBe(4);
    expect(report).toMatchObject({ failures: [], factors: [{ kind: "unknown", effectiveDate: DAY }] });
  });
});

const folder = `${process.env["HANTOO_RECORDINGS"] ?? ""}/mst`;
const recorded = (market: "kospi" | "kosdaq", date: string) =>
  parseMaster(market, readFileSync(`${folder}/${market}_code.${date}.mst`), { date });
const detect = (masters: Parameters<HantooDailyLogger["detect"]>[0]["masters"]): Promise<string[]> =>
  new HantooDailyLogger({
    client: createDailyMarket({ now: () => 0 }),
    store: new MemoryStore(),
    symbols: SYMBOLS,
  }).detect({ masters });

test.runIf(existsSync(folder))(
  "real masters of 2026-04-07 and 04-10 name a split, a bonus issue and the stocks whose shares changed, and no fund",
  async () => {
    const [older, kospi] = [recorded("kospi", "2026-04-07"), recorded("kospi", "2026-04-10")];
    const found = await detect([older, kospi]);
    expect(found.filter((symbol) => kospi.instruments.get(symbol)?.securityGroup !== "ST")).toEqual([]);
    expect(found).toHaveLength(8);
    // INVENI, 5:1: par 5,000 to 1,000, listed shares five times as many.
    expect(found).toContain("015360");
    const shares = (master: typeof older): number =>
      master.instruments.get("015360")?.listedSharesThousand ?? Number.NaN;
    expect(shares(kospi) / shares(older)).toBe(5);
    const kosdaq = await detect([recorded("kosdaq", "2026-04-07"), recorded("kosdaq", "2026-04-10")]);
    expect(kosdaq).toContain("020400"); // 대동금속, a bonus issue: base price 9,660 to 5,400
    expect(kosdaq).toHaveLength(36);
  },
);

describe("a fund", () => {
  const fund = (basePrice: number, listedSharesThousand: number, more: ListedInstrument = { isEtf: true }) =>
    master({ basePrice, listedSharesThousand, ...more });
  test.each([
    ["that issues shares", fund(10_000, 1000), fund(10_100, 3000), []],
    ["that redeems them", fund(10_000, 1000), fund(9900, 200), []],
    ["that falls by far while shares are made", fund(10_000, 1000), fund(8000, 1600), []],
    ["that splits", fund(50_000, 1000), fund(10_100, 5000), ["005930"]],
    ["that merges", fund(1000, 5000, { isEtn: true }), fund(9800, 500, { isEtn: true }), ["005930"]],
    ["without a base price", fund(0, 1000), fund(0, 5000), []],
  ])("%s", async (_, older, newer, expected) => {
    expect(await detect([older, newer])).toEqual(expected);
  });
});
