import type { TradingDay } from "../../core/index.js";
import { FUNDS, INSTRUMENTS, type InstrumentSeed } from "./instrument.data.js";
import type { InstrumentKind, KrxSector, Liquidity } from "./instrument-kind.js";
import { createRandom, hashText } from "../random.js";

/** One symbol of the simulated market. */
export interface SimulatedInstrument {
  /** Short code. */
  readonly symbol: string;
  /** Korean name, of at most 40 bytes in cp949. */
  readonly name: string;
  /** What it is. */
  readonly kind: InstrumentKind;
  /** Market whose master file lists it. */
  readonly market: "kospi" | "kosdaq" | "konex";
  /** KRW: its prices stay around this level. */
  readonly basePrice: number;
  /** How often it trades. */
  readonly liquidity: Liquidity;
  /** Shares on a typical day. */
  readonly dailyVolume: number;
  /** First day it can trade. */
  readonly listedOn: TradingDay;
  /** First day of a halt that has no end; absent where there is none. */
  readonly haltedFrom?: TradingDay;
  /** First day on which it is no longer listed; absent where it is. */
  readonly delistedOn?: TradingDay;
  /** Traded on Nextrade as well. */
  readonly nxt: boolean;
  /** Trading days on which it trades off hours only: their daily rows have volume, but no open, high and low. */
  readonly offHoursDays?: readonly TradingDay[];
  /** Halts that end; those for a corporate action stand with the action. */
  readonly halts?: readonly TradingHalt[];
  /** The KRX sector index that it belongs to, by the name of the master's flag. @defaultValue none */
  readonly krxSector?: KrxSector;
}

/** A halt of some days. */
export interface TradingHalt {
  /** First day without trades, KST. */
  readonly from: TradingDay;
  /** Last day without trades, KST, inclusive. */
  readonly to: TradingDay;
  /** The only venue that halts it. @defaultValue both */
  readonly venue?: "KRX" | "NXT";
}

/** Whether a halt lies on the day: one at the venue `at`, or one at both venues where `at` is left out. */
export function isHalted({ halts = [] }: SimulatedInstrument, day: TradingDay, at?: "KRX" | "NXT"): boolean {
  return halts.some(({ from, to, venue }) => venue === at && day >= from && day <= to);
}

/** What the options of a market say of a symbol. The rest is derived from the symbol and the seed. */
export type InstrumentTraits = Partial<Omit<SimulatedInstrument, "symbol">>;

/** The symbols of the market when none are given: some dozens, of every kind. */
export const DEFAULT_SYMBOLS: readonly string[] = Object.keys(INSTRUMENTS).sort((a, b) => (a < b ? -1 : 1));

/** @returns the instrument of a symbol: as given, else from the table, else derived from the symbol and the seed. */
export function instrumentOf(
  symbol: string,
  seed: number,
  given: InstrumentTraits = {},
): SimulatedInstrument {
  const known = INSTRUMENTS[symbol] ?? FUNDS[symbol];
  const fixed: InstrumentSeed = known ?? { name: `시험${symbol}` };
  const random = createRandom(hashText(`${seed}/instrument/${symbol}`));
  const kind = fixed.kind ?? kindOf(symbol);
  const drawn: Liquidity = pick(random());
  const liquidity = fixed.liquidity ?? drawn;
  const price = Math.round(1500 * 10 ** (random() * 2));
  const market = random() < 0.6 && kind === "stock" ? "kosdaq" : "kospi";
  const volume = Math.ceil(SHARES[liquidity] * 10 ** (random() * 1.2));
  const nxt = random() < 0.35 && kind === "stock" && liquidity === "liquid";
  return {
    symbol,
    name: fixed.name,
    kind,
    market: fixed.market ?? (known === undefined ? market : "kospi"),
    basePrice: fixed.price ?? price,
    liquidity,
    dailyVolume: fixed.dailyVolume ?? volume,
    listedOn: fixed.listedOn ?? "2000-01-04",
    ...(fixed.haltedFrom === undefined ? {} : { haltedFrom: fixed.haltedFrom }),
    nxt: fixed.nxt ?? nxt,
    ...(fixed.krxSector === undefined ? {} : { krxSector: fixed.krxSector }),
    ...given,
  };
}

/**
 * Plausible symbols in any number: 6 digits ending in 0, some with letters, as KRX hands them out.
 *
 * @returns `count` symbols, ascending by code unit, the same for the same count.
 */
export function simulatedSymbols(count: number): readonly string[] {
  const symbols = new Set(DEFAULT_SYMBOLS.slice(0, count));
  for (let serial = 1; symbols.size < count; serial++) {
    const digits = String((serial * 37) % 100_000).padStart(5, "0");
    symbols.add(serial % 25 === 0 ? `0${digits.slice(1, 4)}${LETTERS[serial % 23]}0` : `${digits}0`);
    if (serial > 99_000) symbols.add(`${String(serial % 100_000).padStart(5, "0")}5`);
  }
  return [...symbols].sort((a, b) => (a < b ? -1 : 1));
}

const LETTERS = "ABCDFGHJKLMNPRSTVWXYZEQ";

/** Shares a day at the low end of each class. */
const SHARES: Readonly<Record<Liquidity, number>> = { liquid: 150_000, medium: 15_000, thin: 500, rare: 5 };

function pick(fraction: number): Liquidity {
  return fraction < 0.5 ? "liquid" : fraction < 0.75 ? "medium" : fraction < 0.95 ? "thin" : "rare";
}

/** KRX: ETN codes begin with Q; a common stock's last character is 0, a preferred one's is another. */
function kindOf(symbol: string): InstrumentKind {
  if (symbol.startsWith("Q")) return "etn";
  return /^\d{5}[5-9K-M]$/.test(symbol) ? "preferred" : "stock";
}
