import { createHash } from "node:crypto";
import type { MasterFormatError } from "hantoo";
import { type Market, createMaster, formatMaster, parseMaster } from "hantoo/master";
import { describe, expect, test } from "vitest";
import { isinOf, kosdaqRow, kospiBytes, kospiRow, symbols } from "../sample-rows.js";

const date = "2026-11-20";
const ROW = 289;

const failure = (bytes: Uint8Array, market: Market = "kospi"): MasterFormatError => {
  try {
    parseMaster(market, bytes, { date });
  } catch (error) {
    return error as MasterFormatError;
  }
  throw new Error("it parsed");
};

/** The sample file with `text` written over byte `offset` of row `row` (from 0). */
function spoilt(row: number, offset: number, text: string | number[]): Uint8Array {
  const bytes = kospiBytes().slice();
  bytes.set(typeof text === "string" ? Buffer.from(text, "latin1") : text, row * ROW + offset);
  return bytes;
}

test("gives every instrument under its symbol, in the order of the file", () => {
  const bytes = kospiBytes();
  const master = parseMaster("kospi", bytes, { date });
  expect([...master.instruments.keys()]).toEqual([...symbols]);
  expect(master).toMatchObject({ market: "kospi", date, layout: "kospi-288" });
  expect(master.sourceSha256).toBe(createHash("sha256").update(bytes).digest("hex"));
  expect(master).not.toHaveProperty("retrievedAt");
  expect(master.instruments.get("0037T0")).toMatchObject({
    symbol: "0037T0",
    isin: isinOf("KR70037T000"),
    koreanName: "이름 3",
    basePrice: 10_000,
    isTradingHalted: false,
    listingDate: "1999-12-31",
    sector: "0013",
    financialsPeriod: "2023-02",
    netIncome: -34,
    isNetIncomeCut: false,
    roe: -0.01,
    tradable: true,
    kospi200: false,
  });
});

test("blank is absent: not zero, not false, not empty", () => {
  const { instruments } = createMaster("kospi", [kospiRow("005930", { kospi200Sector: undefined })], {
    date,
  });
  const row = instruments.get("005930");
  for (const name of [
    "isManufacturing",
    "etpType",
    "lotSize",
    "offeringPrice",
    "fiscalMonth",
    "isShortSaleOverheated",
    "groupCode",
    "kospi200",
    "marketCapSize",
  ]) {
    expect(row, name).toHaveProperty(name, undefined);
  }
});

test("a pool buffer's slice is read where it lies", () => {
  const bytes = kospiBytes();
  const pool = Buffer.concat([Buffer.from("xyz"), bytes, Buffer.from("xyz")]);
  expect(parseMaster("kospi", pool.subarray(3, 3 + bytes.length), { date }).instruments.size).toBe(
    symbols.length,
  );
});

describe("derived properties", () => {
  const derive = (fields: Parameters<typeof kospiRow>[1]): object | undefined =>
    createMaster("kospi", [kospiRow("005930", fields)], { date }).instruments.get("005930");

  test.each([
    [{ preferredType: "1" }, { isPreferred: true }],
    [{ preferredType: "9" }, { isPreferred: true }],
    [{ preferredType: "0" }, { isPreferred: false }],
    [{ preferredType: undefined }, { isPreferred: false }],
    [{ securityGroup: "EF" }, { isEtf: true, isEtn: false }],
    [{ securityGroup: "EN" }, { isEtf: false, isEtn: true }],
    [{ kospi200Sector: "B" }, { kospi200: true }],
    [{ kospi200Sector: "0" }, { kospi200: false }],
    [{ sectorSmallCode: "1034", sectorMediumCode: "1009", sectorLargeCode: "1007" }, { sector: "1034" }],
    [{ sectorMediumCode: "0000", sectorLargeCode: "0026" }, { sector: "0026" }],
    [{ sectorMediumCode: "0000", sectorLargeCode: "0000" }, { sector: undefined }],
    [{ financialsDate: undefined }, { financialsPeriod: undefined }],
    [{ isTradingHalted: true }, { tradable: false }],
    [{ isLiquidationTrading: true }, { tradable: false }],
    [{ basePrice: 0 }, { tradable: false }],
    [{ basePrice: undefined }, { tradable: false }],
    [{ securityGroup: "BC" }, { tradable: false }],
    [{ previousVolume: 4_273_444_864 }, { previousVolume: 4_273_444_864, isPreviousVolumeInexact: true }],
  ])("%j gives %j", (fields, expected) => {
    expect(derive(fields)).toMatchObject(expected);
  });

  test("KOSDAQ and KONEX are never in KOSPI200", () => {
    expect(createMaster("kosdaq", [kosdaqRow("247540")], { date }).instruments.get("247540")).toMatchObject({
      kospi200: false,
      isSpac: false,
      roe: 7,
    });
  });

  test("fields that KIS wraps and cuts say so instead of lying", () => {
    const read = (offset: number, text: string): object =>
      parseMaster("kospi", spoilt(0, offset, text), { date }).instruments.get("005930") as object;
    expect(read(142, "-00021522432")).toMatchObject({
      previousVolume: 4_273_444_864,
      isPreviousVolumeInexact: true,
    });
    expect(read(251, "55654")).toMatchObject({ netIncome: undefined, isNetIncomeCut: true });
    expect(read(251, "-2585")).toMatchObject({ netIncome: undefined, isNetIncomeCut: true });
    expect(read(251, "09999")).toMatchObject({ netIncome: 9999, isNetIncomeCut: false });
    expect(read(256, "-36100000")).toMatchObject({ roe: undefined, isCapitalImpaired: true });
    expect(Object.is((read(233, "-00000000") as { operatingProfit: number }).operatingProfit, 0)).toBe(true);
  });
});

describe("what is not as the layout says is an error that says where", () => {
  test.each([
    [
      "a letter among digits",
      2,
      102,
      "00001O000",
      { line: 3, byteOffset: 2 * ROW + 102, field: "basePrice" },
    ],
    ["a wrong check digit", 1, 20, "9", { line: 2, byteOffset: ROW + 9, field: "isin" }],
    ["a lower-case symbol", 0, 5, "o", { line: 1, byteOffset: 0, field: "symbol" }],
    ["a blank symbol", 3, 0, "         ", { line: 4, byteOffset: 3 * ROW, field: "symbol" }],
    ["neither Y nor N", 4, 121, "1", { line: 5, byteOffset: 4 * ROW + 121, field: "isTradingHalted" }],
    ["an impossible date", 0, 166, "20230229", { line: 1, byteOffset: 166, field: "listingDate" }],
    ["half a syllable", 5, 21 + 38, [0xb0, 0x20], { line: 6, byteOffset: 5 * ROW + 21, field: "koreanName" }],
    [
      "a control character in a name",
      5,
      22,
      [0x07],
      { line: 6, byteOffset: 5 * ROW + 21, field: "koreanName" },
    ],
    ["a control character in a code", 0, 129, [0x00], { line: 1, byteOffset: 129, field: "exRightsType" }],
    ["a high byte in a code", 0, 61, [0xb0], { line: 1, byteOffset: 61, field: "securityGroup" }],
    ["a blank name", 1, 21, " ".repeat(40), { line: 2, byteOffset: ROW + 21, field: "koreanName" }],
  ])("%s", (_, row, offset, text, where) => {
    const error = failure(spoilt(row, offset, text));
    expect(error).toMatchObject({ code: "master_format", market: "kospi", retryable: false, ...where });
    expect(error.message).toContain(`kospi master, line ${where.line}, \`${where.field}\``);
    expect(error.message).toContain("kospi-288");
  });

  test("a row of another length", () => {
    const bytes = kospiBytes();
    const short = Buffer.concat([bytes.subarray(0, 2 * ROW + 100), bytes.subarray(2 * ROW + 101)]);
    expect(failure(short)).toMatchObject({
      line: 3,
      byteOffset: 2 * ROW,
      field: undefined,
      message: expect.stringContaining("the row has 287 bytes, expected 288"),
    });
    const long = Buffer.concat([bytes.subarray(0, 100), Buffer.from(" "), bytes.subarray(100)]);
    expect(failure(long)).toMatchObject({
      line: 1,
      byteOffset: 0,
      message: expect.stringContaining("289 bytes"),
    });
  });

  test("a cut file", () => {
    expect(failure(kospiBytes().subarray(0, 3 * ROW + 17))).toMatchObject({
      line: 4,
      message: expect.stringContaining("17 bytes"),
    });
  });

  test("an empty line, and an empty file", () => {
    expect(failure(Buffer.concat([kospiBytes(), Buffer.from("\n")]))).toMatchObject({
      line: symbols.length + 1,
      message: expect.stringContaining("0 bytes"),
    });
    expect(failure(new Uint8Array())).toMatchObject({
      line: 0,
      byteOffset: 0,
      message: expect.stringContaining("empty"),
    });
  });

  test("another market's file, and a page", () => {
    expect(failure(kospiBytes(), "kosdaq")).toMatchObject({
      market: "kosdaq",
      line: 1,
      message: expect.stringContaining("kospi or nxt_kospi (288 bytes, expected 282 bytes)"),
    });
    expect(failure(Buffer.from("<html><body>점검 중</body></html>\n"))).toMatchObject({ line: 1 });
  });

  test("a symbol that is there twice", () => {
    const bytes = kospiBytes();
    const twice = Buffer.concat([bytes, bytes.subarray(ROW, 2 * ROW)]);
    expect(failure(twice)).toMatchObject({
      line: symbols.length + 1,
      byteOffset: symbols.length * ROW,
      field: "symbol",
      message: expect.stringContaining("000660 is there twice"),
    });
  });
});

describe("line ends", () => {
  const crlf = (bytes: Uint8Array): Uint8Array =>
    Buffer.from(Buffer.from(bytes).toString("latin1").replaceAll("\n", "\r\n"), "latin1");

  test("CR before LF is tolerated, and written back", () => {
    const bytes = crlf(kospiBytes());
    const master = parseMaster("kospi", bytes, { date });
    expect(master.instruments.size).toBe(symbols.length);
    expect(Buffer.compare(formatMaster(master), bytes)).toBe(0);
    // Errors still say where in this file.
    const twice = Buffer.concat([bytes, bytes.subarray(290, 2 * 290)]);
    expect(failure(twice)).toMatchObject({ line: symbols.length + 1, byteOffset: symbols.length * 290 });
    bytes[290 + 121] = 0x51;
    expect(failure(bytes)).toMatchObject({ line: 2, byteOffset: 290 + 121, field: "isTradingHalted" });
  });

  test("the last one may be missing", () => {
    const bytes = kospiBytes().subarray(0, -1);
    const master = parseMaster("kospi", bytes, { date });
    expect(master.instruments.size).toBe(symbols.length);
    expect(Buffer.compare(formatMaster(master), bytes)).toBe(0);
  });
});

test("options are checked", () => {
  expect(() => parseMaster("nasdaq" as "kospi", kospiBytes(), { date })).toThrow(
    /`market` must be one of kospi, kosdaq/,
  );
  expect(() => parseMaster("constructor" as "kospi", kospiBytes(), { date })).toThrow(/market/);
  expect(() => parseMaster("kospi", kospiBytes(), { date: "20261120" })).toThrow(
    /`date` must be an existing KST date/,
  );
});

describe("other files", () => {
  const parse = (market: Market, lines: readonly string[]): ReturnType<typeof parseMaster> => {
    const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""), "latin1");
    const master = parseMaster(market, bytes, { date });
    expect(Buffer.compare(formatMaster(master), bytes), market).toBe(0);
    return master;
  };

  test("themes: one row for each theme and stock; a repeated one is kept beside the first", () => {
    const row = (theme: string, symbol: string): string => `${theme}${"THEME".padEnd(40)}${symbol}   `;
    const master = parse("theme", [
      row("101", "005930"),
      row("102", "005930"),
      row("101", "000660"),
      row("101", "005930"),
    ]);
    expect([...master.instruments.keys()]).toEqual([
      "101:005930",
      "102:005930",
      "101:000660",
      "101:005930#2",
    ]);
    expect(master.instruments.get("102:005930")).toMatchObject({
      themeCode: "102",
      themeName: "THEME",
      symbol: "005930",
      filler: undefined,
    });
  });

  test("sectors are keyed as stocks refer to them", () => {
    const master = parse("idxcode", [`00027${"ABC".padEnd(40)}`, `11009${"DEF".padEnd(40)}`]);
    expect(master.instruments.get("00027")).toMatchObject({ market: "0", code: "0027", koreanName: "ABC" });
  });

  test("overseas stocks: tabs, no header row, the first symbol is a symbol", () => {
    const row = (symbol: string, base: string): string =>
      [
        "US",
        "22",
        "NAS",
        "NASDAQ",
        symbol,
        `DNAS${symbol}`,
        "NAME",
        "Name, Inc. 'x'",
        "2",
        "USD",
        "4",
        "1",
        base,
        "1",
        "1",
        "930",
        "1600",
        "N",
        "",
        "610",
        "0",
        "1",
        "   ",
        "",
      ].join("\t");
    const master = parse("nas", [row("AACB", "10.2500"), row("AAPL", "")]);
    expect([...master.instruments.keys()]).toEqual(["AACB", "AAPL"]);
    expect(master.instruments.get("AACB")).toMatchObject({
      symbol: "AACB",
      realtimeSymbol: "DNASAACB",
      basePrice: 10.25,
      priceDecimals: 4,
      openTime: "930",
      etpType: undefined,
      englishName: "Name, Inc. 'x'",
    });
    expect(master.instruments.get("AAPL")).toMatchObject({ basePrice: undefined });
    const hk = [
      "HK",
      "51",
      "HKS",
      "HK",
      "00001",
      "DHKS00001",
      "CKH",
      "CKH",
      "2",
      "HKD",
      "3",
      "1",
      "43.050",
      "500",
      "500",
      "930",
      "1600",
      "N",
      "",
      "",
      "0",
      "1",
      "",
      "",
    ].join("\t");
    expect(parse("hks", [hk]).instruments.get("00001")).toMatchObject({ symbol: "00001", bidLotSize: 500 });
    expect(failure(Buffer.from(`${hk}\textra\n`), "hks")).toMatchObject({
      line: 1,
      message: expect.stringContaining("25 columns, expected 24"),
    });
    expect(failure(Buffer.from(`${hk}\n${hk.replace("43.050", "4x")}\n`), "hks")).toMatchObject({
      line: 2,
      field: "basePrice",
      byteOffset: hk.length + 1 + hk.indexOf("43.050"),
    });
  });

  test("index and stock derivatives: pipes", () => {
    const master = parse("fo_idx_mts", [
      "1|A01612|KR4A016C0004|F 202612|||1|2001|KOSPI200",
      "5|B0161264|KR4B01612644|C 202612 640.0|1|00640.00||2001|KOSPI200",
    ]);
    expect(master.instruments.get("A01612")).toMatchObject({
      infoType: "1",
      koreanName: "F 202612",
      strikePrice: undefined,
      contractMonthRank: "1",
      underlying: "2001",
    });
    expect(master.instruments.get("B0161264")).toMatchObject({ strikePrice: 640, moneyness: "1" });
  });

  test("overseas futures: numbers lean right, and may be negative", () => {
    const text = (value: string, width: number): string => value.padEnd(width);
    const number = (value: string, width: number): string => value.padStart(width);
    const row = [
      text("CNHU26", 32),
      "NNN",
      text("", 47),
      text("CNH", 50),
      text("CME", 10),
      text("CNH", 10),
      "001",
      number("4", 5),
      number("-2", 5),
      number("0.00010", 14),
      number("10.00", 14),
      number("100000", 10),
      number("10", 4),
      number("1.0", 10),
      "1",
      "0",
      "N",
      "N",
      "  ",
    ].join("");
    expect(parse("ffcode", [row]).instruments.get("CNHU26")).toMatchObject({
      priceDecimals: -2,
      tickSize: 0.0001,
      contractSize: 100_000,
      isMostActive: true,
      isNearest: false,
      isSpread: false,
      subExchange: undefined,
    });
  });

  test("overseas indices: an English name cut inside a character is kept as far as it goes", () => {
    const row = Buffer.from(
      `P${"SPX".padEnd(10)}${"S&P".padEnd(39)}${"SPX".padEnd(40)}    000    USA`,
      "latin1",
    );
    row[11 + 38] = 0xb0;
    const bytes = Buffer.concat([row, Buffer.from("\n")]);
    const master = parseMaster("frgn", bytes, { date });
    expect(master.instruments.get("P:SPX")?.nameEn).toMatch(/^S&P +\uFFFD$/);
    expect(Buffer.compare(formatMaster(master), bytes)).toBe(0);
    row[50 + 38] = 0x01;
    expect(failure(Buffer.concat([row, Buffer.from("\n")]), "frgn")).toMatchObject({ field: "koreanName" });
  });

  test("a layout nobody has proved says so in its errors", () => {
    expect(failure(Buffer.from("x\n"), "theme").message).toContain("no real file of this layout");
  });

  test("ELW: the strike has two implied decimals", () => {
    const rows = [
      {
        symbol: "57LBEP",
        isin: isinOf("KRA57LBEP00"),
        koreanName: "콜",
        strikePrice: 68_800.25,
        knockOutBarrier: 1.5,
        lastTradingDate: "2026-12-10",
        issuerName: "증권",
      },
    ];
    const master = createMaster("elw", rows, { date });
    expect(master.instruments.get("57LBEP")).toMatchObject(rows[0] as object);
    expect(Buffer.from(formatMaster(master)).toString("latin1").slice(166, 175)).toBe("006880025");
  });
});
