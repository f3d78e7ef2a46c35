/** Invented instruments: nothing here is from a real file but the symbols of well-known companies. */
import { type KosdaqInstrument, type KospiInstrument, createMaster, formatMaster } from "hantoo/master";

/** An ISIN with a right check digit for 11 characters. */
export function isinOf(body: string): string {
  const digits = Array.from(body)
    .flatMap((char) => Array.from(String(Number.parseInt(char, 36)), Number))
    .reverse();
  const sum = digits.reduce((total, digit, i) => {
    const value = i % 2 === 0 ? digit * 2 : digit;
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return body + String((10 - (sum % 10)) % 10);
}

export function kospiRow(symbol: string, fields: Partial<KospiInstrument> = {}): Partial<KospiInstrument> {
  return {
    symbol,
    isin: isinOf(`KR7${symbol.slice(0, 6)}00`),
    koreanName: `회사 ${symbol}`,
    securityGroup: "ST",
    sectorLargeCode: "0027",
    sectorMediumCode: "0013",
    sectorSmallCode: "0000",
    kospi200Sector: "0",
    basePrice: 10_000,
    isTradingHalted: false,
    isLiquidationTrading: false,
    marginRate: 40,
    previousVolume: 1234,
    listingDate: "1999-12-31",
    listedSharesThousand: 5000,
    preferredType: "0",
    netIncome: -34,
    roe: -0.01,
    financialsDate: "20230230",
    marketCap: 500,
    ...fields,
  };
}

export function kosdaqRow(symbol: string, fields: Partial<KosdaqInstrument> = {}): Partial<KosdaqInstrument> {
  const { kospi200Sector: _, ...row } = kospiRow(symbol);
  return { ...row, isSpac: false, roe: 7, ...fields } as Partial<KosdaqInstrument>;
}

/** Symbols of every kind: stock, new style, preferred, ETN, fund, right. */
export const symbols = [
  "005930",
  "000660",
  "0001A0",
  "0037T0",
  "28513K",
  "Q530036",
  "F70100030",
  "J0036221D",
] as const;

export const kospiRows = (): Partial<KospiInstrument>[] =>
  symbols.map((symbol, i) => kospiRow(symbol, { koreanName: `이름 ${i}` }));

/** The bytes of a KOSPI file of invented rows. */
export function kospiBytes(rows: readonly Partial<KospiInstrument>[] = kospiRows()): Uint8Array {
  return formatMaster(createMaster("kospi", rows, { date: "2026-11-20" }));
}

/** `count` rows with running symbols. */
export function manyRows(count: number, fields: Partial<KospiInstrument> = {}): Partial<KospiInstrument>[] {
  return Array.from({ length: count }, (_, i) => kospiRow(String(100_000 + i), fields));
}
