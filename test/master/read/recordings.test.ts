/** Real files, outside the project: set HANTOO_RECORDINGS to check against them. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import {
  type Instrument,
  type EquityMarket,
  type Market,
  type Master,
  diffMaster,
  findByName,
  formatMaster,
  isCommonStock,
  joinNxt,
  parseMaster,
  selectInstruments,
} from "hantoo";
import { describe, expect, test } from "vitest";
import { formatMasterDocument, parseMasterDocument } from "../../../src/master/cache/master-document.js";

const root = process.env["HANTOO_RECORDINGS"];
const dir = join(root ?? "", "mst");
const files = root === undefined ? [] : readdirSync(dir).filter((file) => file.endsWith(".mst"));

const bytesOf = (file: string): Uint8Array => new Uint8Array(readFileSync(join(dir, file)));
const marketOf = (file: string): Market => (file.split(".")[0] as string).replace("_code", "") as Market;
const parse = (file: string): Master =>
  parseMaster(marketOf(file), bytesOf(file), { date: file.split(".")[1] as string });
const load = <M extends Market>(market: M, date: string): Master<M> =>
  parse(`${market}${market === "idxcode" ? "" : "_code"}.${date}.mst`) as Master<M>;

test.runIf(root)("the recordings are there", () => {
  expect(files.length).toBeGreaterThanOrEqual(9);
});

const rows: Record<string, number> = {
  "elw_code.2026-04-07.mst": 2715,
  "idxcode.2025-12-03.mst": 486,
  "konex_code.2026-04-07.mst": 109,
  "kosdaq_code.2026-04-07.mst": 1826,
  "kosdaq_code.2026-04-10.mst": 1826,
  "kospi_code.2026-04-07.mst": 2496,
  "kospi_code.2026-04-10.mst": 2505,
  "nxt_kosdaq_code.2026-04-07.mst": 285,
  "nxt_kospi_code.2026-04-07.mst": 359,
};

describe.runIf(root).each(files)("%s", (file) => {
  test("every row parses, and every row's bytes come back, through the cache as well", () => {
    const bytes = bytesOf(file);
    const master = parse(file);
    if (file in rows) expect(master.instruments.size).toBe(rows[file]);
    expect(Buffer.compare(formatMaster(master), bytes)).toBe(0);
    const stored = formatMasterDocument({ ...master, retrievedAt: 1 });
    const read = parseMasterDocument(master.market, master.date, stored);
    expect(read.problem).toBeUndefined();
    expect(read.master?.instruments).toStrictEqual(master.instruments);
    expect(Buffer.compare(formatMaster(read.master as Master), bytes)).toBe(0);
  });

  test("every row is written from its fields alone as it was, but for what the fields cannot show", () => {
    const bytes = bytesOf(file);
    const master = parse(file);
    const { length } = bytes;
    const copies = new Map(
      [...master.instruments].map(([key, row]) => [key, Object.fromEntries(Object.entries(row)) as never]),
    );
    const written = formatMaster({ market: master.market, instruments: copies });
    expect(written.length).toBe(length);
    const rowBytes = bytes.indexOf(10) + 1;
    const again = parseMaster(master.market, written, { date: master.date });
    const different = new Set<string>();
    [...master.instruments.values()].forEach((row, i) => {
      const now = [...again.instruments.values()][i] as unknown as Record<string, unknown>;
      for (const [name, value] of Object.entries(row)) if (now[name] !== value) different.add(name);
    });
    const hidden = ["isCapitalImpaired", "isNetIncomeCut", "netIncomeText", "isPreviousVolumeInexact"];
    expect([...different].filter((name) => !hidden.includes(name))).toEqual([]);
    expect(length % rowBytes).toBe(0);
  });

  test.runIf(/kospi|kosdaq|konex/.test(file) && !file.startsWith("nxt"))(
    "market capitalisation is base price times shares, where there is a price",
    () => {
      const master = parse(file) as Master<EquityMarket>;
      const unpriced: string[] = [];
      const off: string[] = [];
      for (const row of master.instruments.values() as Iterable<Instrument<EquityMarket>>) {
        if (!row.basePrice) unpriced.push(row.symbol);
        else {
          // Shares are floored to thousands and the product to 억원: both are allowed for beside the 1%.
          const low = Math.floor((row.basePrice * (row.listedSharesThousand ?? 0)) / 1e5);
          const high = (row.basePrice * ((row.listedSharesThousand ?? 0) + 1)) / 1e5;
          const cap = row.marketCap ?? -1;
          if (cap < low * 0.99 - 1 || cap > high * 1.01 + 1) off.push(row.symbol);
        }
      }
      expect({ unpriced, off }).toEqual(exceptions[file]);
    },
  );
});

/**
 * Not priced: delisting, rights that ended or have not begun, halts for splits and mergers. Off: new shares that
 * the one column counts already and the other does not.
 */
const exceptions: Record<string, { unpriced: string[]; off: string[] }> = {
  "kospi_code.2026-04-07.mst": { unpriced: ["008110", "J0501101G", "J1995501G"], off: [] },
  "kospi_code.2026-04-10.mst": { unpriced: ["J1432121D", "J4323201G", "Q520050", "Q520009"], off: [] },
  "kosdaq_code.2026-04-07.mst": { unpriced: ["458610", "473370"], off: ["0010F0", "424870"] },
  "kosdaq_code.2026-04-10.mst": { unpriced: ["444920", "458610", "473370"], off: ["020400"] },
  "konex_code.2026-04-07.mst": { unpriced: [], off: [] },
};

describe.runIf(root)("instruments that trip parsers up", () => {
  test("Samsung Electronics and its preferred share, SK hynix, EcoPro BM", () => {
    const kospi = load("kospi", "2026-04-10");
    expect(kospi.instruments.get("005930")).toMatchObject({
      isin: "KR7005930003",
      koreanName: "삼성전자",
      securityGroup: "ST",
      kospi200: true,
      kospi200Sector: "5",
      sector: "0013",
      basePrice: 204_000,
      parValue: 100,
      listingDate: "1975-06-11",
      listedSharesThousand: 5_919_637,
      capital: 778_046_685_000,
      marginRate: 20,
      sales: 3_336_059,
      operatingProfit: 436_011,
      netIncome: undefined,
      isNetIncomeCut: true,
      roe: 10.85,
      financialsPeriod: "2025-12",
      marketCap: 12_076_061,
      groupCode: "511",
      isPreferred: false,
      tradable: true,
    });
    expect(kospi.instruments.get("005935")).toMatchObject({
      isin: "KR7005931001",
      koreanName: "삼성전자우",
      isPreferred: true,
    });
    expect(kospi.instruments.get("000660")).toMatchObject({
      isin: "KR7000660001",
      koreanName: "SK하이닉스",
      listingDate: "1996-12-26",
      groupCode: "535",
    });
    expect(load("kosdaq", "2026-04-10").instruments.get("247540")).toMatchObject({
      isin: "KR7247540008",
      koreanName: "에코프로비엠",
      listingDate: "2019-03-05",
      inKosdaq150: true,
      groupCode: "LD2",
      kospi200: false,
    });
  });

  test("symbols with letters, and of 7 and 9 characters", () => {
    const kospi = load("kospi", "2026-04-10").instruments;
    const kosdaq = load("kosdaq", "2026-04-10").instruments;
    expect(kosdaq.get("0001A0")).toMatchObject({
      koreanName: "덕양에너젠",
      listingDate: "2026-01-30",
      securityGroup: "ST",
    });
    expect(kosdaq.get("0037T0")).toBeDefined();
    expect(kospi.get("00104K")).toMatchObject({ koreanName: "CJ4우(전환)", isPreferred: true });
    expect(kospi.get("33626L")?.isPreferred).toBe(true);
    expect(kospi.get("Q500094")).toMatchObject({
      koreanName: "신한 블룸버그 인버스2X WTI원유선물 ETN B",
      isEtn: true,
    });
    expect(kospi.get("F70100026")).toMatchObject({
      koreanName: "한투글로벌넥스트웨이브1(A)",
      securityGroup: "BC",
      tradable: false,
    });
    expect(kospi.get("J0036221D")?.securityGroup).toMatch(/^S[RW]$/);
    for (const symbol of [...kospi.keys(), ...kosdaq.keys()]) expect(symbol).toMatch(/^[0-9A-Z]{6,9}$/);
    expect([...kospi.keys()].filter((symbol) => kosdaq.has(symbol))).toEqual([]);
  });

  test("names of all 40 bytes keep their last letter", () => {
    const kospi = load("kospi", "2026-04-10").instruments;
    expect(kospi.get("0000D0")?.koreanName).toBe("TIGER 엔비디아미국채커버드콜밸런스(합성)");
    expect(kospi.get("0127V0")?.koreanName).toBe("KIWOOM 미국S&P500 TOP10&배당다우비중전환");
    expect(kospi.get("Q610086")?.koreanName).toBe("메리츠 인버스2X 미국채30년 스트립 ETN(H)");
    const raw = Buffer.from(bytesOf("kospi_code.2026-04-10.mst"));
    expect([...kospi.values()].filter((_, i) => raw[i * 289 + 60] !== 32)).toHaveLength(21);
  });

  test("capital that is used up, losses, and minus zero", () => {
    const all = [...load("kosdaq", "2026-04-10").instruments.values()];
    const impaired = all.filter(({ isCapitalImpaired }) => isCapitalImpaired);
    expect(impaired.every(({ roe }) => roe === undefined)).toBe(true);
    expect(all.some(({ roe }) => (roe ?? 0) < 0)).toBe(true);
    expect(all.some(({ roe, operatingProfit }) => Object.is(roe, -0) || Object.is(operatingProfit, -0))).toBe(
      false,
    );
  });

  test("sectors have names in idxcode", () => {
    const names = load("idxcode", "2025-12-03").instruments;
    expect(names.get("00027")?.koreanName).toBe("제조");
    const unnamed = [...load("kospi", "2026-04-10").instruments.values()].filter(
      ({ sector }) => sector !== undefined && !names.has(`0${sector}`),
    );
    expect(unnamed).toEqual([]);
  });

  test("NXT membership is joined from its own file", () => {
    const joined = joinNxt(load("kospi", "2026-04-07"), load("nxt_kospi", "2026-04-07"));
    expect([...joined.instruments.values()].filter(({ isNxtTradable }) => isNxtTradable)).toHaveLength(359);
    expect(joined.instruments.get("000080")).toMatchObject({
      isNxtTradable: true,
      nxtPreviousVolume: 80_443,
      koreanName: "하이트진로",
    });
    expect(joined.instruments.get("0000D0")).toMatchObject({
      isNxtTradable: false,
      nxtPreviousVolume: undefined,
    });
    expect(Buffer.compare(formatMaster(joined as never), bytesOf("kospi_code.2026-04-07.mst"))).toBe(0);
  });

  test("selections are of the size the market has", () => {
    const kospi = load("kospi", "2026-04-10");
    expect(selectInstruments(kospi, { kospi200: true })).toHaveLength(200);
    const etfs = selectInstruments(kospi, { etf: true });
    expect(
      etfs.every(({ securityGroup, etpType }) => securityGroup === "EF" && /^[28]$/.test(etpType ?? "")),
    ).toBe(true);
    const common = [...kospi.instruments.values()].filter(isCommonStock);
    // The exchange numbers ordinary shares with a 0 at the end, others with 5, 7, 9, K, L, M.
    expect(common.length).toBeGreaterThan(750);
    expect(common.filter(({ symbol }) => !/^[0-9A-Z]{5}0$/.test(symbol))).toEqual([]);
    expect(
      selectInstruments(kospi, { commonStock: true, minMarketCapKrw: 1e14 }).map(({ symbol }) => symbol),
    ).toEqual(expect.arrayContaining(["005930", "000660"]));
    expect(findByName(kospi, "하이닉스")[0]?.symbol).toBe("000660");
    expect(
      findByName(kospi, "삼성전자")
        .map(({ symbol }) => symbol)
        .slice(0, 2),
    ).toEqual(["005930", "005935"]);
  });
});

describe.runIf(root)("2026-04-07 to 2026-04-10", () => {
  test("KOSPI", () => {
    const diff = diffMaster<"kospi">(load("kospi", "2026-04-07"), load("kospi", "2026-04-10"));
    const names = (list: readonly { symbol: string }[]): string[] => list.map(({ symbol }) => symbol);
    expect(names(diff.listed)).toEqual([
      "0176E0",
      "0176P0",
      "0177N0",
      "0177X0",
      "J3281301G",
      "J3556901G",
      "Q520097",
      "Q520098",
      "Q520099",
      "Q580082",
      "Q580083",
      "Q580084",
    ]);
    expect(names(diff.delisted)).toEqual(["008110", "J0501101G", "J1995501G"]);
    expect(diff.delisted[0]).toMatchObject({ koreanName: "대동전자" });
    expect(names(diff.halted)).toEqual([
      "000180",
      "001380",
      "001510",
      "001515",
      "010120",
      "017040",
      "017900",
      "058430",
      "214330",
    ]);
    expect(names(diff.resumed)).toEqual(["004380"]);
    expect(diff.renamed).toHaveLength(41);
    expect(diff.renamed[0]).toEqual({ symbol: "294870", from: "HDC현대산업개발", to: "IPARK현대산업개발" });
    expect(
      diff.renamed
        .slice(1)
        .every(({ symbol, to }) =>
          symbol.startsWith("Q5700") || symbol.startsWith("Q5701") ? to?.startsWith("한투") : false,
        ),
    ).toBe(true);
    expect(diff.changed).toContainEqual({ symbol: "005930", field: "marginRate", from: 40, to: 20 });
    expect(diff.changed).toContainEqual({ symbol: "005930", field: "basePrice", from: 178_400, to: 204_000 });
  });

  test("KOSDAQ", () => {
    const diff = diffMaster<"kosdaq">(load("kosdaq", "2026-04-07"), load("kosdaq", "2026-04-10"));
    expect([diff.listed, diff.delisted, diff.renamed]).toEqual([[], [], []]);
    expect(diff.halted.map(({ symbol }) => symbol)).toEqual([
      "010280",
      "011080",
      "012340",
      "024850",
      "028080",
      "032800",
      "038620",
      "038880",
      "039980",
      "043100",
      "049630",
      "054300",
      "057680",
      "058450",
      "060900",
      "061250",
      "065060",
      "078860",
      "079190",
      "085810",
      "086960",
      "101930",
      "112290",
      "114630",
      "115160",
      "115310",
      "115610",
      "159910",
      "276040",
      "276730",
      "288330",
      "321370",
      "331520",
      "353190",
      "377030",
    ]);
    expect(diff.resumed.map(({ symbol, koreanName }) => [symbol, koreanName])).toEqual([
      ["049080", "기가레인"],
      ["192410", "오늘이엔엠"],
      ["215790", "이노인스트루먼트"],
      ["230360", "에코마케팅"],
      ["455310", "한화플러스제4호스팩"],
      ["457630", "대신밸런스제16호스팩"],
    ]);
  });
});
