/** What kind of paper a symbol of the simulator is. */
export type InstrumentKind = "stock" | "preferred" | "etf" | "etn";

/** How often a symbol trades: each minute, most, a few a day, or not even each day. */
export type Liquidity = "liquid" | "medium" | "thin" | "rare";
