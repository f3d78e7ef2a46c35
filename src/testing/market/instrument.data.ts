import type { InstrumentKind, KrxSector, Liquidity } from "./instrument-kind.js";

/** What is fixed of an instrument; the rest is derived from the seed. Names and price levels are rough, not data. */
export interface InstrumentSeed {
  readonly name: string;
  readonly kind?: InstrumentKind;
  readonly market?: "kospi" | "kosdaq" | "konex";
  readonly price?: number;
  readonly liquidity?: Liquidity;
  readonly dailyVolume?: number;
  readonly listedOn?: string;
  readonly haltedFrom?: string;
  readonly nxt?: boolean;
  readonly krxSector?: KrxSector;
}

/** The default symbols: every kind, liquidity and oddity that a collector meets. */
export const INSTRUMENTS: Readonly<Record<string, InstrumentSeed>> = {
  "005930": { name: "삼성전자", price: 98_000, liquidity: "liquid", dailyVolume: 15_000_000, nxt: true },
  "000660": {
    name: "SK하이닉스",
    price: 560_000,
    liquidity: "liquid",
    dailyVolume: 3_500_000,
    nxt: true,
    krxSector: "inKrxSemiconductor",
  },
  "373220": { name: "LG에너지솔루션", price: 410_000, liquidity: "liquid", dailyVolume: 280_000, nxt: true },
  "005380": {
    name: "현대차",
    price: 262_000,
    liquidity: "liquid",
    dailyVolume: 900_000,
    nxt: true,
    krxSector: "inKrxAuto",
  },
  "035420": { name: "NAVER", price: 255_000, liquidity: "liquid", dailyVolume: 800_000, nxt: true },
  "035720": { name: "카카오", price: 61_000, liquidity: "liquid", dailyVolume: 1_900_000, nxt: true },
  "105560": {
    name: "KB금융",
    price: 121_000,
    liquidity: "liquid",
    dailyVolume: 1_100_000,
    nxt: true,
    krxSector: "inKrxBank",
  },
  "068270": {
    name: "셀트리온",
    price: 178_000,
    liquidity: "liquid",
    dailyVolume: 700_000,
    nxt: true,
    krxSector: "inKrxBio",
  },
  "012450": {
    name: "한화에어로스페이스",
    price: 930_000,
    liquidity: "liquid",
    dailyVolume: 260_000,
    nxt: true,
  },
  "034020": {
    name: "두산에너빌리티",
    price: 79_000,
    liquidity: "liquid",
    dailyVolume: 6_000_000,
    nxt: true,
    krxSector: "inKrxShipbuilding",
  },
  "000020": { name: "동화약품", price: 6_300, liquidity: "medium", dailyVolume: 60_000, nxt: false },
  "000100": {
    name: "유한양행",
    price: 118_000,
    liquidity: "medium",
    dailyVolume: 240_000,
    nxt: true,
    krxSector: "inKrxBio",
  },
  "000210": { name: "DL", price: 41_000, liquidity: "medium", dailyVolume: 50_000, nxt: false },
  "001080": {
    name: "만호제강",
    price: 15_700,
    liquidity: "thin",
    dailyVolume: 900,
    haltedFrom: "2026-06-01",
  },
  "001250": { name: "GS글로벌", price: 2_600, liquidity: "medium", dailyVolume: 210_000 },
  "002600": { name: "조흥", price: 148_000, liquidity: "rare", dailyVolume: 12, nxt: false },
  "003240": { name: "태광산업", price: 790_000, liquidity: "thin", dailyVolume: 1_400 },
  "004415": { name: "서울식품우", kind: "preferred", price: 1_890, liquidity: "thin", dailyVolume: 5_000 },
  "005935": {
    name: "삼성전자우",
    kind: "preferred",
    price: 76_000,
    liquidity: "liquid",
    dailyVolume: 1_600_000,
  },
  "00088K": { name: "한화3우B", kind: "preferred", price: 31_000, liquidity: "medium", dailyVolume: 70_000 },
  "28513K": { name: "SK케미칼우", kind: "preferred", price: 21_000, liquidity: "thin", dailyVolume: 1_500 },
  "33637K": { name: "두산퓨얼셀1우", kind: "preferred", price: 6_800, liquidity: "thin", dailyVolume: 3_000 },
  "0001A0": {
    name: "덕양에너젠",
    market: "kosdaq",
    price: 19_500,
    liquidity: "medium",
    dailyVolume: 330_000,
  },
  "0037T0": {
    name: "시험상장",
    market: "kosdaq",
    price: 12_400,
    listedOn: "2026-10-15",
    liquidity: "liquid",
  },
  "0126Z0": { name: "시험분할", price: 78_000, listedOn: "2025-11-24", liquidity: "liquid" },
  "247540": { name: "에코프로비엠", market: "kosdaq", price: 152_000, liquidity: "liquid", nxt: true },
  "196170": {
    name: "알테오젠",
    market: "kosdaq",
    price: 520_000,
    liquidity: "liquid",
    nxt: true,
    krxSector: "inKrxBio",
  },
  "091990": { name: "셀트리온헬스케어", market: "kosdaq", price: 71_000, liquidity: "medium" },
  "058110": { name: "멕아이씨에스", market: "kosdaq", price: 2_100, liquidity: "thin", dailyVolume: 8_000 },
  "900110": {
    name: "이스트아시아홀딩스",
    market: "kosdaq",
    price: 92,
    liquidity: "medium",
    dailyVolume: 900_000,
  },
  "069500": { name: "KODEX 200", kind: "etf", price: 54_000, liquidity: "liquid", dailyVolume: 7_000_000 },
  "114800": { name: "KODEX 인버스", kind: "etf", price: 2_900, liquidity: "liquid", dailyVolume: 60_000_000 },
  "360750": {
    name: "TIGER 미국S&P500",
    kind: "etf",
    price: 24_000,
    liquidity: "liquid",
    dailyVolume: 4_000_000,
  },
  "0000D0": { name: "시험액티브 ETF", kind: "etf", price: 10_300, liquidity: "thin", dailyVolume: 2_500 },
  Q530036: {
    name: "삼성 인버스 2X 코스닥150 선물 ETN",
    kind: "etn",
    price: 4_800,
    liquidity: "thin",
    dailyVolume: 6_000,
  },
  Q500019: {
    name: "신한 레버리지 WTI원유 선물 ETN",
    kind: "etn",
    price: 1_020,
    liquidity: "medium",
    dailyVolume: 90_000,
  },
  "112190": { name: "케이씨산업", market: "konex", price: 3_900, liquidity: "rare", dailyVolume: 60 },
};

/** Funds on KRX's sector indices, which a market has only if its options name them. */
export const FUNDS: Readonly<Record<string, InstrumentSeed>> = Object.fromEntries(
  (
    [
      ["091160", "KODEX 반도체", 48_000],
      ["091170", "KODEX 은행", 13_500],
      ["091180", "KODEX 자동차", 24_000],
      ["102960", "KODEX 기계장비", 14_800],
      ["102970", "KODEX 증권", 17_500],
      ["117460", "KODEX 에너지화학", 15_200],
      ["117680", "KODEX 철강", 9_800],
      ["117700", "KODEX 건설", 4_600],
      ["140700", "KODEX 보험", 12_900],
      ["140710", "KODEX 운송", 5_700],
      ["266420", "KODEX 헬스케어", 21_000],
    ] as const
  ).map(([symbol, name, price]) => [
    symbol,
    { name, kind: "etf", price, liquidity: "liquid", dailyVolume: 500_000 } as const,
  ]),
);
