import type { TradingDay } from "../core/index.js";

/** What changed the scale of a symbol's prices; `"unknown"` where only the scale itself is known. */
export type FactorKind = "split" | "reverse-split" | "bonus" | "rights" | "reduction" | "merger" | "unknown";

/** By how much one corporate action changed the scale of a symbol's prices and volumes. */
export interface Factor {
  /** Short code as KRX prints it. */
  readonly symbol: string;
  /** First KST day on the new scale: days before it are multiplied. */
  readonly effectiveDate: TradingDay;
  /** Multiplies prices of days before `effectiveDate`: 0.02 for a 50:1 split. Above 0. */
  readonly priceFactor: number;
  /** Multiplies volumes of days before `effectiveDate`: 50 for a 50:1 split. Above 0. */
  readonly volumeFactor: number;
  /** What changed the scale. */
  readonly kind: FactorKind;
  /** What shows it, in short texts. */
  readonly evidence: readonly string[];
  /** Epoch ms. Of two factors of one symbol and effective date the later observed one holds. */
  readonly observedAt: number;
}
