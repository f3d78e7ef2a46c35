import { readFileSync } from "node:fs";
import { masterFiles } from "hantoo/master";
import { describe, expect, test } from "vitest";
import { renderRow, rowFile } from "../../scripts/generate-layouts.js";
import { type Layout, isFixed } from "../../src/master/layouts/layout.js";
import * as layouts from "../../src/master/layouts/layouts.js";

// The formatter may break lines and add commas at their ends: neither changes what the source says.
const essence = (source: string): string => source.replaceAll(/\s+/g, "").replaceAll(/,(?=[)}\]])/g, "");

describe.each(Object.values(layouts) as Layout[])("$name", (layout) => {
  test("its generated reader is the checked-in one: run scripts/generate-layouts.ts if not", () => {
    const source = readFileSync(`src/master/rows/${rowFile(layout)}`, "utf8");
    expect(essence(source)).toBe(essence(renderRow(layout)));
  });

  test("names each property once, and its key exists", () => {
    const names = layout.fields.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining([...layout.key]));
  });

  test.runIf(isFixed(layout))("covers every byte of the row once", () => {
    if (!isFixed(layout)) return;
    let end = 0;
    for (const { name, offset, width } of layout.fields) {
      expect(offset, name).toBe(end);
      end += width;
    }
    expect(end).toBe(layout.rowBytes);
  });
});

/** Bytes where independent readers of the files agree that a field starts. */
const anchors = {
  kospi: {
    rowBytes: 288,
    fields: 73,
    securityGroup: 61,
    etpType: 83,
    isSpac: 90,
    basePrice: 102,
    isTradingHalted: 121,
    isLiquidationTrading: 122,
    isAdministrativeIssue: 123,
    marketAlert: 124,
    previousVolume: 142,
    listingDate: 166,
    preferredType: 219,
    netIncome: 251,
    roe: 256,
    financialsDate: 265,
    marketCap: 273,
    isShortable: 287,
  },
  kosdaq: {
    rowBytes: 282,
    fields: 67,
    securityGroup: 61,
    etpType: 79,
    isSpac: 85,
    basePrice: 97,
    isTradingHalted: 116,
    isLiquidationTrading: 117,
    isAdministrativeIssue: 118,
    marketAlert: 119,
    previousVolume: 137,
    listingDate: 161,
    preferredType: 214,
    netIncome: 245,
    roe: 250,
    financialsDate: 259,
    marketCap: 267,
    isShortable: 281,
  },
  konex: {
    rowBytes: 245,
    fields: 41,
    securityGroup: 61,
    basePrice: 63,
    isTradingHalted: 82,
    previousVolume: 103,
    listingDate: 127,
    preferredType: 180,
    netIncome: 211,
    roe: 216,
    financialsDate: 225,
    marketCap: 233,
    isShortable: 244,
  },
  elw: {
    rowBytes: 270,
    fields: 30,
    underlying1: 76,
    issuerName: 121,
    strikePrice: 166,
    lastTradingDate: 175,
    rightType: 187,
    liquidityProvider10: 265,
  },
  idxcode: { rowBytes: 45, fields: 3, code: 1, koreanName: 5 },
  theme: { rowBytes: 52, fields: 4, themeName: 3, symbol: 43 },
  fo_com: { rowBytes: 116, fields: 10, symbol: 2, koreanName: 23, strikePrice: 64, underlyingName: 76 },
  fo_eurex: {
    rowBytes: 121,
    fields: 9,
    symbol: 1,
    koreanName: 22,
    strikePrice: 63,
    underlying: 72,
    underlyingName: 81,
  },
  ffcode: {
    rowBytes: 223,
    fields: 21,
    koreanName: 82,
    priceDecimals: 160,
    tickSize: 165,
    multiplier: 207,
    subExchange: 221,
  },
  frgn: { rowBytes: 104, fields: 10, symbol: 1, nameEn: 11, koreanName: 50, sector: 90, country: 101 },
} as const;

test.each(Object.entries(anchors))(
  "%s keeps its fields where they are known to be",
  (market, { rowBytes, fields, ...offsets }) => {
    const { layout } = masterFiles[market as keyof typeof anchors];
    if (!isFixed(layout)) throw new Error("fixed");
    expect([layout.rowBytes, layout.fields.length]).toEqual([rowBytes, fields]);
    expect(
      Object.fromEntries(
        layout.fields.filter(({ name }) => name in offsets).map(({ name, offset }) => [name, offset]),
      ),
    ).toEqual(offsets);
  },
);

test("delimited files have the columns KIS writes", () => {
  expect(masterFiles.nas.layout.fields).toHaveLength(24);
  expect(masterFiles.fo_idx_mts.layout.fields).toHaveLength(9);
});

test("markets are named as their files are", () => {
  for (const [market, { file, entry }] of Object.entries(masterFiles)) {
    expect(
      file
        .replace(/\.zip$/, "")
        .replace("_code", "")
        .replace(/\.mst$|mst\.cod$/, ""),
    ).toBe(market);
    expect(`${entry.toLowerCase()}.zip`).toBe(file);
  }
});

test("a layout is verified where a real file of it stands in the suite, and only there", () => {
  const proved = Object.entries(masterFiles).filter(([, { layout }]) => layout.verified);
  expect(proved.map(([market]) => market)).toEqual([
    "kospi",
    "kosdaq",
    "konex",
    "nxt_kospi",
    "nxt_kosdaq",
    "elw",
    "idxcode",
    "frgn",
  ]);
});
