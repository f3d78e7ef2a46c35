import { gzipSync } from "node:zlib";
import iconv from "iconv-lite";
import { type Market, createMaster, formatMaster, parseMaster, unzipMaster } from "hantoo/master";
import { describe, expect, test } from "vitest";
import { failureOf } from "../../support/failure-of.js";
import { makeZip } from "../make-zip.js";
import { kosdaqRow, kospiBytes, manyRows } from "../sample-rows.js";

const date = "2026-11-20";
const kospi = kospiBytes(manyRows(5));
const kosdaq = formatMaster(createMaster("kosdaq", [kosdaqRow("035720"), kosdaqRow("247540")], { date }));
const elw = Buffer.from(`${"A".repeat(270)}\n`);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const asUtf8 = text(iconv.decode(Buffer.from(kospi), "cp949"));
const zip = makeZip([{ name: "kospi_code.mst", bytes: kospi, writtenAt: Date.UTC(2026, 10, 20) }]);
const lfs = text("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 723945\n");
const page = text("<!DOCTYPE html>\n<html><body>점검 중</body></html>");

const failure = (bytes: Uint8Array, market: Market = "kospi"): Error => {
  try {
    parseMaster(market, bytes, { date });
  } catch (error) {
    return error as Error;
  }
  throw new Error("it parsed");
};

describe("parseMaster names what it was given", () => {
  test.each<[string, Uint8Array, string]>([
    ["a zip", zip, "this is a zip, expected what is in it; unpack it with unzipMaster() first"],
    ["gzip", gzipSync(kospi), "this is gzip data"],
    ["a page", page, "this is a page in HTML"],
    ["a page of another style", text("\n  <html><head>"), "this is a page in HTML"],
    ["JSON", text('{"rt_cd":"1","msg1":"초당 거래건수를 초과하였습니다."}'), "this is JSON"],
    ["UTF-8", asUtf8, "its text is UTF-8"],
    ["UTF-8 with a mark", Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), asUtf8]), "byte order mark"],
    ["cp949 with a mark", Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), kospi]), "byte order mark"],
    ["UTF-16", Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from("005930", "utf16le")]), "UTF-16"],
    ["a Git LFS pointer", lfs, "this is a Git LFS pointer"],
    ["half a file", kospi.subarray(0, 2 * 289 + 100), "the file is cut: its last row, line 3, has 100 bytes"],
    ["KOSDAQ's", kosdaq, "its rows are those of kosdaq or nxt_kosdaq"],
    ["ELW's", elw, "its rows are those of elw"],
    ["overseas stocks", text(`${Array.from({ length: 24 }, () => "a").join("\t")}\n`), "those of nas or nys"],
  ])("%s", (_, bytes, message) => {
    const error = failure(bytes);
    expect(error.message).toContain(message);
    expect(error.message).not.toContain("KIS may have changed");
    expect(error).toMatchObject({ code: "master_format", market: "kospi", cause: { code: "master_format" } });
  });

  test("in a delimited market as well", () => {
    expect(failure(kospi, "nas").message).toContain("its rows are those of kospi or nxt_kospi");
    const cut = text(`${Array.from({ length: 24 }, () => "a").join("\t")}\na\tb`);
    expect(failure(cut, "nas").message).toContain("the file is cut: its last row, line 2");
  });

  test("a file of the right shape with a strange value may have changed", () => {
    const bytes = kospi.slice();
    bytes[289 + 166] = 0x5a;
    expect(failure(bytes).message).toContain("KIS may have changed the file");
  });

  test("a row that KIS made longer may have changed, too", () => {
    const longer = Buffer.from(Buffer.from(kospi).toString("latin1").replaceAll("\n", " \n"), "latin1");
    expect(failure(longer).message).toContain("KIS may have changed the file");
  });
});

describe("unzipMaster names what it was given", () => {
  test.each<[string, Uint8Array, string]>([
    [
      "an .mst",
      kospi,
      "it is unpacked already, its rows are those of kospi or nxt_kospi: give it to parseMaster()",
    ],
    ["gzip", gzipSync(kospi), "this is gzip data, expected a zip"],
    ["a page", page, "this is a page in HTML or XML"],
    ["a Git LFS pointer", lfs, "run `git lfs pull`"],
    ["nothing", new Uint8Array(), "it is empty"],
    ["half a zip", zip.subarray(0, zip.length >> 1), "the zip is cut: its end is missing"],
    ["something else", Buffer.alloc(1000, 7), "it does not begin as a zip does"],
  ])("%s", async (_, bytes, message) => {
    const error = (await failureOf(unzipMaster(bytes))) as Error;
    expect(error).toMatchObject({ code: "master_format" });
    expect(error.message).toContain(message);
  });
});
