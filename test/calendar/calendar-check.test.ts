import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseDownload, propose, report } from "../../scripts/calendar-check.js";
import { closureTable } from "../../src/calendar/closures.data.js";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const of2026 = closureTable.filter(([day]) => day.startsWith("2026"));
const csv = (rows: readonly (readonly [day: string, nameKo: string])[]): string =>
  ["일자 및 요일,요일구분,비고", ...rows.map(([day, name]) => `"${day}","목요일","${name}"`), ""].join(
    "\r\n",
  );

describe("closures of KRX's page", () => {
  test("that agree give nothing; weekends in the list do not matter", () => {
    const rows = [...of2026.map(([day, ko]) => [day, ko] as const), ["2026-08-15", "광복절"] as const];
    expect(report(parseDownload(bytes(csv(rows))))).toEqual([]);
    expect(report(parseDownload(bytes(`\uFEFF${csv(rows).replaceAll("-", "/")}`)))).toEqual([]);
    expect(report(parseDownload(bytes(csv(rows).replaceAll(/(\d)-(\d)/g, "$1$2"))))).toEqual([]);
  });

  test("that differ are told both ways, the missing row ready to be pasted", () => {
    const rows = of2026.filter(([day]) => day !== "2026-12-25").map(([day, ko]) => [day, ko] as const);
    const lines = report(parseDownload(bytes(csv([...rows, ["2026-11-23", "임시공휴일"]]))));
    expect(lines).toEqual([
      '2026-11-23: closed there, not in the table. Add ["2026-11-23","임시공휴일","?","?","N"]',
      "2026-12-25: 성탄절 in the table, not closed there",
    ]);
  });

  test("may come in EUC-KR", () => {
    const name = Uint8Array.of(0xbd, 0xc5, 0xc1, 0xa4); // 신정
    const download = parseDownload(new Uint8Array([...bytes("2027-01-01,"), ...name]));
    expect(download).toEqual({ kind: "closures", names: new Map([["2027-01-01", "신정"]]) });
  });

  test("a page that is no list is refused", () => {
    expect(() => parseDownload(bytes("<html>error</html>"))).toThrow("no line with a date");
  });
});

describe("an answer of chk-holiday", () => {
  test.each([
    { output: [{ bass_dt: "20261123", opnd_yn: "N", tr_day_yn: "Y" }] },
    { output: { bass_dt: "20261123", opnd_yn: "N" } },
    [{ day: "2026-11-23", isOpen: false }],
  ])("%o is compared day by day", (json) => {
    expect(report(parseDownload(bytes(JSON.stringify(json))))).toEqual([
      "2026-11-23: calendar open, KIS closed",
    ]);
  });

  const recordings = process.env["HANTOO_RECORDINGS"];
  test.runIf(recordings)("recorded in September 2026 agrees with the table", () => {
    const file = join(recordings ?? "", "kis/20-chk-holiday-CTCA0903R-20260911-RECORDED.json");
    const { payload } = JSON.parse(readFileSync(file, "utf8")) as { payload: { output: unknown[] } };
    const download = parseDownload(bytes(JSON.stringify(payload)));
    expect(download).toMatchObject({ kind: "answers", rows: { length: payload.output.length } });
    expect(report(download)).toEqual([]);
  });

  test("a refusal is not an answer", () => {
    expect(() => parseDownload(bytes('{"rt_cd":"1","msg1":"no"}'))).toThrow("no bass_dt and opnd_yn");
  });
});

test("proposes the very rows of a year that is in the table, but for the days no rule gives", () => {
  const row = (text: string): unknown[] =>
    (JSON.parse(text.trim().replace(/,$/, "")) as unknown[]).slice(0, 4);
  const expected = closureTable.filter(([day]) => day.startsWith("2027")).map((row) => row.slice(0, 4));
  expect(propose(2027).map(row)).toEqual(expected);
  expect(propose(2028)).toHaveLength(17);
  expect(() => propose(2099)).toThrow("no Korean lunar dates for 2099");
});
