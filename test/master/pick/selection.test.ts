import {
  type KospiInstrument,
  createMaster,
  diffMaster,
  findByName,
  formatMaster,
  joinNxt,
  marketCapKrw,
  selectInstruments,
} from "hantoo/master";
import { describe, expect, test } from "vitest";
import { kosdaqRow, kospiRow } from "../sample-rows.js";

const master = (
  rows: Partial<KospiInstrument>[],
  date = "2026-11-20",
): ReturnType<typeof createMaster<"kospi">> => createMaster("kospi", rows, { date });
const names = (list: readonly { readonly symbol: string }[]): string[] => list.map(({ symbol }) => symbol);

const market = master([
  kospiRow("005930", { koreanName: "삼성전자", kospi200Sector: "5", marketCap: 12_000_000 }),
  kospiRow("005935", { koreanName: "삼성전자우", preferredType: "1", marketCap: 900_000 }),
  kospiRow("0001A0", { koreanName: "KODEX 삼성전자 채권혼합", securityGroup: "EF", marketCap: 900 }),
  kospiRow("Q530036", { koreanName: "삼성 레버리지 ETN", securityGroup: "EN", marketCap: undefined }),
  kospiRow("330590", { koreanName: "롯데리츠", securityGroup: "RT", marketCap: 9000 }),
  kospiRow("468760", { koreanName: "하나스팩", isSpac: true, marketCap: 100 }),
  kospiRow("009150", {
    koreanName: "삼성전기",
    isTradingHalted: true,
    kospi200Sector: "5",
    marketCap: 100_000,
  }),
  kospiRow("035420", { koreanName: "NAVER", kospi200Sector: "B", marketCap: 300_000 }),
]);

describe("selectInstruments", () => {
  test.each([
    [{}, ["005930", "005935", "0001A0", "Q530036", "330590", "468760", "009150", "035420"]],
    [{ commonStock: true }, ["005930", "009150", "035420"]],
    [{ commonStock: false }, ["005935", "0001A0", "Q530036", "330590", "468760"]],
    [{ commonStock: true, tradable: true }, ["005930", "035420"]],
    [{ kospi200: true }, ["005930", "009150", "035420"]],
    [{ etf: true }, ["0001A0"]],
    [{ etn: true }, ["Q530036"]],
    [{ minMarketCapKrw: 30_000_000_000_000 }, ["005930", "005935", "035420"]],
    [{ minMarketCapKrw: 30_000_000_000_001 }, ["005930", "005935"]],
    [{ maxMarketCapKrw: 90_000_000_000 }, ["0001A0", "468760"]],
    [{ minMarketCapKrw: 0 }, ["005930", "005935", "0001A0", "330590", "468760", "009150", "035420"]],
    [{ etf: true, kospi200: true }, []],
  ])("%j", (options, expected) => {
    expect(names(selectInstruments(market, options))).toEqual(expected);
  });

  test.each([
    [{ minMarketCapKrw: -1 }],
    [{ minMarketCapKrw: Number.NaN }],
    [{ minMarketCapKrw: 5, maxMarketCapKrw: 4 }],
  ])("%j is refused", (options) => {
    expect(() => selectInstruments(market, options)).toThrow(expect.objectContaining({ code: "config" }));
  });

  test("market capitalisation is in KRW", () => {
    expect(marketCapKrw(market.instruments.get("005930") as KospiInstrument)).toBe(1_200_000_000_000_000);
    expect(marketCapKrw(market.instruments.get("Q530036") as KospiInstrument)).toBeUndefined();
  });
});

describe("findByName", () => {
  test("whole names first, then beginnings, then the rest", () => {
    expect(names(findByName(market, "삼성전자"))).toEqual(["005930", "005935", "0001A0"]);
    expect(names(findByName(market, "삼성전"))).toEqual(["005930", "005935", "009150", "0001A0"]);
    expect(names(findByName(market, "전자우"))).toEqual(["005935"]);
    expect(names(findByName(market, "없음"))).toEqual([]);
  });

  test("case, blanks and the form of Hangul do not matter", () => {
    expect(names(findByName(market, "naver"))).toEqual(["035420"]);
    expect(names(findByName(market, "삼성레버리지"))).toEqual(["Q530036"]);
    expect(names(findByName(market, "삼성전자".normalize("NFD")))[0]).toBe("005930");
  });

  test("nothing to look for is refused", () => {
    for (const name of ["", "  ", undefined])
      expect(() => findByName(market, name as string)).toThrow(/`name`/);
  });
});

describe("diffMaster", () => {
  const before = master(
    [
      kospiRow("000010"),
      kospiRow("000020"),
      kospiRow("000030", { isTradingHalted: true }),
      kospiRow("000040"),
      kospiRow("000050"),
    ],
    "2026-11-19",
  );
  const after = master([
    kospiRow("000050", { basePrice: 11_000, marginRate: 100 }),
    kospiRow("000010"),
    kospiRow("000020", { isTradingHalted: true }),
    kospiRow("000030", { isTradingHalted: false, roe: undefined }),
    kospiRow("000060", { isTradingHalted: true }),
    kospiRow("000040", { koreanName: "새 이름" }),
  ]);

  test("tells what came, went, was renamed, halted, resumed and changed", () => {
    const diff = diffMaster(before, after);
    expect(names(diff.listed)).toEqual(["000060"]);
    expect(names(diff.halted)).toEqual(["000020"]);
    expect(names(diff.resumed)).toEqual(["000030"]);
    expect(diff.renamed).toEqual([{ symbol: "000040", from: "회사 000040", to: "새 이름" }]);
    expect(diff.changed).toEqual([
      { symbol: "000050", field: "basePrice", from: 10_000, to: 11_000 },
      { symbol: "000050", field: "marginRate", from: 40, to: 100 },
      { symbol: "000020", field: "isTradingHalted", from: false, to: true },
      { symbol: "000030", field: "isTradingHalted", from: true, to: false },
      { symbol: "000030", field: "roe", from: -0.01, to: undefined },
      { symbol: "000040", field: "koreanName", from: "회사 000040", to: "새 이름" },
    ]);
    expect(names(diffMaster(after, before).delisted)).toEqual(["000060"]);
  });

  test("with itself there is nothing, with nothing there is all", () => {
    expect(diffMaster(before, before)).toEqual({
      listed: [],
      delisted: [],
      renamed: [],
      halted: [],
      resumed: [],
      changed: [],
    });
    const none = { ...before, instruments: new Map() };
    expect(names(diffMaster(none, before).listed)).toEqual([...before.instruments.keys()]);
    expect(names(diffMaster(before, none).delisted)).toEqual([...before.instruments.keys()]);
  });

  test("fields can be left out, markets cannot be mixed", () => {
    expect(
      diffMaster(before, after, { ignore: ["basePrice", "koreanName", "isTradingHalted"] }).changed.map(
        ({ field }) => field,
      ),
    ).toEqual(["marginRate", "roe"]);
    expect(diffMaster(before, after, { ignore: ["koreanName"] }).renamed).toHaveLength(1);
    const kosdaq = createMaster("kosdaq", [kosdaqRow("000010")], { date: "2026-11-20" });
    expect(() => diffMaster(before, kosdaq as never)).toThrow(
      expect.objectContaining({ code: "config", option: "after" }),
    );
  });
});

describe("joinNxt", () => {
  const nxt = createMaster(
    "nxt_kospi",
    [kospiRow("005930", { koreanName: "삼성전자", previousVolume: 77, kospi200Sector: "0" })],
    { date: "2026-11-20" },
  );

  test("adds membership and NXT's volume, and takes nothing else", () => {
    const joined = joinNxt(market, nxt);
    expect(joined.instruments.get("005930")).toMatchObject({
      isNxtTradable: true,
      nxtPreviousVolume: 77,
      previousVolume: 1234,
      kospi200: true,
    });
    expect(joined.instruments.get("035420")).toMatchObject({
      isNxtTradable: false,
      nxtPreviousVolume: undefined,
    });
    expect(market.instruments.get("005930")).not.toHaveProperty("isNxtTradable");
    expect(Buffer.compare(formatMaster(joined), formatMaster(market))).toBe(0);
    expect(
      names(selectInstruments(joined, { commonStock: true }).filter(({ isNxtTradable }) => isNxtTradable)),
    ).toEqual(["005930"]);
  });

  test("the NXT file of another market or day is refused", () => {
    expect(() => joinNxt(market, { ...nxt, date: "2026-11-19" })).toThrow(/nxt_kospi of 2026-11-20/);
    expect(() => joinNxt(market, { ...nxt, market: "nxt_kosdaq" } as never)).toThrow(/`nxt`/);
  });
});
