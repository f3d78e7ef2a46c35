import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as fc from "fast-check";
import iconv from "iconv-lite";
import { afterAll, describe, expect, test } from "vitest";
import { parseCsv } from "../../../src/kline/backfill/targets/csv.js";
import { readTargets } from "../../../src/kline/backfill/targets/read-targets.js";
import { parseTargets } from "../../../src/kline/backfill/targets/targets.js";

const folder = mkdtempSync(join(tmpdir(), "hantoo-targets-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const pairs = (text: string): string[] =>
  parseTargets(text).targets.map((t) => `${t.symbol} ${t.tradingDay}`);
const LETTERS = "symboldate,;\t\n\r\"5930-2026/11A# '=".split("");
const TWO = ["005930 2026-11-20", "0037T0 2026-11-19"];

describe("parseTargets finds the columns", () => {
  test.each([
    ["English", "symbol,date\n005930,2026-11-20\n0037T0,2026-11-19\n"],
    [
      "other names, any order, among others",
      "name,Trading Day,stock_code,x\nSamsung,20261120,005930,1\nETF,20261119,0037T0,2\n",
    ],
    ["camel case", "tradingDay,symbol\n2026-11-20,005930\n2026-11-19,0037T0"],
    ["Korean", "종목코드,종목명,날짜\n005930,삼성전자,2026/11/20\n0037T0,상장지수,2026/11/19\n"],
    [
      "Korean, decomposed as macOS writes it",
      "단축코드,거래일\n005930,2026.11.20\n0037T0,2026.11.19\n".normalize("NFD"),
    ],
    ["a byte order mark and CRLF", "\uFEFFsymbol,date\r\n005930,2026-11-20\r\n0037T0,2026-11-19\r\n"],
    ["CR alone", "symbol,date\r005930,2026-11-20\r0037T0,2026-11-19"],
    ["tabs", "code\tday\n005930\t2026. 11. 20.\n0037T0\t2026년 11월 19일\n"],
    [
      "semicolons, and a comment with commas",
      "# a, b, c\ncode;일자\n005930;2026-11-20 00:00:00\n0037T0;2026-11-19T00:00\n",
    ],
    ["no header", "2026-11-20,005930\n2026-11-19,0037T0\n"],
    ["no header, compact days", "005930,20261120\n0037T0,20261119\n"],
    ["quotes", '"symbol","note","date"\n"005930","a ""b"", c\nd","2026-11-20"\n"0037T0",,"2026-11-19"\n'],
    ["what keeps zeros in spreadsheets", 'symbol,date\n="005930",2026-11-20\n"=""0037T0""",\'2026-11-19\n'],
    ["lower case and blanks", "symbol , date\n 005930 , 2026-11-20 \n0037t0, 2026-11-19\n\n , \n"],
  ])("%s", (_, text) => {
    expect(parseTargets(text)).toEqual({
      targets: TWO.map((pair) => ({ symbol: pair.slice(0, 6), tradingDay: pair.slice(7) })),
      problems: [],
    });
  });
});

describe("parseTargets takes lists as people have them", () => {
  const DAY = [{ symbol: "005930", tradingDay: "2026-08-13" }];

  test.each(
    "선정일자 체결일자 주문일자 signal_date entry_date scan_date BAS_DD TRD_DD 체결일 매수일".split(" "),
  )("a column of days called %s", (header) => {
    expect(parseTargets(`종목코드,${header}\n005930,20260813\n`)).toEqual({ targets: DAY, problems: [] });
  });

  test.each([
    ["005930.KS", "2026-08-13"],
    ["005930.kq", "2026-08-13"],
    ["KR7005930003", "2026-08-13"],
    ["005930", "26/08/13"],
    ["005930", "26.08.13"],
    ["005930", "2026-08-13(목)"],
    ["005930", "2026-08-13 (목요일)"],
    ["005930", "2026년 8월 13일 목요일"],
  ])("%s on %s", (symbol, day) => {
    expect(parseTargets(`종목코드,일자\n${symbol},${day}\n`)).toEqual({ targets: DAY, problems: [] });
    expect(parseTargets(`${symbol},${day}\n`).targets).toEqual(DAY);
  });

  test.each([
    ["ISU_CD,ISU_SRT_CD,BAS_DD", "KR7005930003,005930,20260813"],
    ["BAS_DD,ISU_CD,ISU_NM", "20260813,005930,삼성전자"],
    ["표준코드,일자", "KR7005930003,20260813"],
    ["ticker,date,entry_date", "005930,2026-08-13,2026-08-14"],
  ])("%s", (header, row) => {
    expect(parseTargets(`${header}\n${row}\n`)).toEqual({ targets: DAY, problems: [] });
  });

  test.each([
    ["5930.0,2026-08-13", /"5930\.0" was taken for a number.*write 005930/],
    ["KR7005931001,2026-08-13", /is an ISIN that does not say the symbol/],
    ["KR7005930004,2026-08-13", /is an ISIN that does not say the symbol/],
    ["005930,2026-08-13(금)", /another day of the week: write 2026-08-13/],
  ])("%s is a problem, not a guess", (row, message) => {
    const list = parseTargets(`종목코드,일자\n${row}\n`);
    expect(list.targets).toEqual([]);
    expect(list.problems).toEqual([{ line: 2, message: expect.stringMatching(message) as string }]);
  });

  test("a new-style preferred share's ISIN says its symbol", () => {
    expect(pairs("isin,date\nKR728513K010,2026-08-13\n")).toEqual(["28513K 2026-08-13"]);
  });

  test("years of two digits are taken where every one of the column can be a year", () => {
    const list = parseTargets("symbol,date\n005930,08/11/26\n000660,08/13/26\n035420,2026-08-13\n");
    expect(list.targets).toEqual([{ symbol: "035420", tradingDay: "2026-08-13" }]);
    expect(list.problems.map(({ line }) => line)).toEqual([2, 3]);
    expect(list.problems[0]?.message).toContain("a year of two digits");
  });

  test("of a signal's day and its entry's none is chosen, until an option does", () => {
    const text = "ticker,signal_date,entry_date\n005930,2026-08-13,2026-08-14\n";
    expect(parseTargets(text)).toEqual({
      targets: [],
      problems: [
        { line: 1, message: expect.stringMatching(/signal_date, entry_date.*`dayColumn`/) as string },
      ],
    });
    expect(parseTargets(text, { dayColumn: "signal_date" }).targets).toEqual(DAY);
    expect(parseTargets(text, { dayColumn: "Entry Date" }).targets).toEqual([
      { symbol: "005930", tradingDay: "2026-08-14" },
    ]);
  });

  test("a column named by option wins over the usual names", () => {
    const text = "code,date,대상,관찰일\n000660,2026-08-14,005930,2026-08-13\n";
    expect(parseTargets(text, { symbolColumn: "대상", dayColumn: "관찰일" }).targets).toEqual(DAY);
    expect(parseTargets(text, { dayColumn: "없음" }).problems[0]?.message).toMatch(/no column "없음"/);
    expect(() => parseTargets(text, { dayColumn: "" })).toThrow("dayColumn");
    expect(() => parseTargets(text, "date" as never)).toThrow("options");
  });

  const cases = process.env["HANTOO_CASES"];
  test.runIf(cases)("the files of the field", async () => {
    const folderOf = join(cases ?? "", "csv");
    const names = readdirSync(folderOf).sort();
    const read = Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, await readTargets(join(folderOf, name))] as const)),
    );
    expect(names.length).toBeGreaterThanOrEqual(8);
    for (const [name, list] of Object.entries(read)) {
      if (name === "06-float.csv") continue;
      expect(list, name).toEqual({ targets: DAY, problems: [] });
    }
    expect(read["06-float.csv"]).toEqual({
      targets: [],
      problems: [{ line: 2, message: expect.stringContaining("was taken for a number") as string }],
    });
  });
});

describe("parseTargets names what it cannot take", () => {
  test.each([
    ["5930,2026-11-20", /"5930" has lost its leading zeros.*005930/],
    ["A005930,2026-11-20", /leading A: write 005930/],
    ["삼성전자,2026-11-20", /is no symbol/],
    ["1E+05,2026-11-20", /is no symbol/],
    [",2026-11-20", /has no symbol/],
    ["005930,", /has no date/],
    ["005930", /has no date/],
    ["005930,2026-02-30", /no existing day/],
    ["005930,11/20/2026", /year first/],
    ["005930,26-11-20", /year first/],
    ["005930,2026-11/20", /no existing day/],
    ["005930,2026-11-20 15:30", /no existing day/],
    ["005930,46346", /not a spreadsheet's day number/],
    ["=5930,nope", /is no symbol.*; "nope" is no existing day/],
  ])("%s", (row, message) => {
    const list = parseTargets(`symbol,date\n000660,2026-11-20\n${row}\n035420,2026-11-20\n`);
    expect(list.targets.map(({ symbol }) => symbol)).toEqual(["000660", "035420"]);
    expect(list.problems).toEqual([{ line: 3, message: expect.stringMatching(message) }]);
  });

  test("lines are those an editor shows, quotes over several lines included", () => {
    const text = 'symbol,note,date\r\n005930,"one\r\ntwo\r\nthree",2026-11-20\r\n\r\n5930,,2026-11-20\r\n';
    expect(parseTargets(text).problems.map(({ line }) => line)).toEqual([6]);
  });

  test("a repeated pair is taken once, and said", () => {
    const list = parseTargets("symbol,date\n005930,2026-11-20\n005930,20261120\n");
    expect(list.targets).toHaveLength(1);
    expect(list.problems).toEqual([{ line: 3, message: "repeats line 2: 005930 2026-11-20 is taken once" }]);
  });

  test.each([
    ["", /empty/],
    ["\uFEFF \r\n\r\n", /empty/],
    ["symbol,date\n", /no target/],
    ["symbol,name\n005930,x\n", /no column of days.*`days`/],
    ["name,date\nx,2026-11-20\n", /no column of symbols/],
    ["a,b\n1,2\n", /no header/],
  ])("the file %j as a whole", (text, message) => {
    expect(parseTargets(text)).toEqual({
      targets: [],
      problems: [{ line: 1, message: expect.stringMatching(message) }],
    });
  });

  test("a quote that never closes hides nothing: what follows is said not to be read", () => {
    const list = parseTargets('symbol,date\n005930,2026-11-20\n000660,"2026-11-20\n035420,2026-11-20\n');
    expect(list.targets).toEqual([{ symbol: "005930", tradingDay: "2026-11-20" }]);
    expect(list.problems).toEqual([{ line: 3, message: expect.stringContaining("never closes") }]);
  });
});

test("property: every table comes back, whatever is in its cells", () => {
  const cell = fc.string({ unit: fc.constantFrom("a", "종", '"', ",", "\n", "\r\n", " ", ";", "0") });
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1 }), (rows) => {
      const header = ["h,", "i"];
      const text = [header, ...rows]
        .map((row) => row.map((c) => `"${c.replaceAll('"', '""')}"`).join(","))
        .join("\r\n");
      const trimmed = [header, ...rows].map((row) => row.map((c) => c.trim()));
      expect(parseCsv(text).records.map(({ fields }) => fields)).toEqual(
        trimmed.filter((row) => row.some((c) => c !== "")),
      );
    }),
  );
});

test("property: any text gives targets that are well formed, or a problem, and never throws", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...LETTERS) }), (text) => {
      const { targets, problems } = parseTargets(text);
      expect(targets.length + problems.length).toBeGreaterThan(0);
      for (const { line } of problems) expect(line).toBeGreaterThan(0);
    }),
  );
});

test("problems stay short whatever the cells hold", () => {
  const long = "가".repeat(5000);
  for (const text of [
    `${long},${long}\n`,
    `symbol,date\n${long},${long}\n`,
    `ticker,signal_date,entry_date,${long}\n`,
    `ticker,signal_date${long},date${long}\n`,
  ]) {
    const { problems } = parseTargets(text);
    expect(problems.length).toBeGreaterThan(0);
    for (const { message } of problems) expect(message.length).toBeLessThan(500);
  }
  expect(parseTargets("symbol,date\n", { dayColumn: long }).problems[0]?.message.length).toBeLessThan(500);
});

describe("readTargets", () => {
  const text = "종목코드,날짜\r\n005930,2026-11-20\r\n똠방,2026-11-20\r\n";
  const expected = {
    targets: [{ symbol: "005930", tradingDay: "2026-11-20" }],
    problems: [{ line: 3, message: expect.stringContaining("똠방") }],
  };

  test.each([
    ["utf-8.csv", Buffer.from(text)],
    ["utf-8 with mark.csv", Buffer.from(`\uFEFF${text}`)],
    ["cp949, 한글 이름.csv", iconv.encode(text, "cp949")],
    ["utf-16.txt", Buffer.from(`\uFEFF${text.replaceAll(",", "\t")}`, "utf16le")],
  ])("reads %s", async (name, bytes) => {
    const path = file(name, bytes);
    expect(await readTargets(path)).toEqual(expected);
    expect(await readTargets(pathToFileURL(path))).toEqual(expected);
    expect(await readTargets(new Uint8Array(bytes))).toEqual(expected);
  });

  test("a file that is not there is the caller's mistake, by name", async () => {
    const path = join(folder, "none.csv");
    await expect(readTargets(path)).rejects.toMatchObject({
      code: "config",
      message: expect.stringContaining("none.csv"),
    });
    await expect(readTargets(folder)).rejects.toMatchObject({ code: "config" });
    await expect(readTargets("")).rejects.toMatchObject({ code: "config" });
  });

  test("the pairs of a file are in its order", () => {
    expect(pairs("symbol,date\n0037T0,2026-11-19\n005930,2026-11-20\n")).toEqual([...TWO].reverse());
  });
});
