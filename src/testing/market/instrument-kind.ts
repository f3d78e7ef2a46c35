/** What kind of security a simulated symbol is. */
export type InstrumentKind = "stock" | "preferred" | "etf" | "etn";

/** How often a symbol trades: in every minute, in most minutes, a few times a day, or not on every day. */
export type Liquidity = "liquid" | "medium" | "thin" | "rare";

/** A sector index of KRX, named by the flag that its members have in the KOSPI and KOSDAQ masters. */
export type KrxSector =
  | "inKrxAuto"
  | "inKrxSemiconductor"
  | "inKrxBio"
  | "inKrxBank"
  | "inKrxEnergyChemical"
  | "inKrxSteel"
  | "inKrxConstruction"
  | "inKrxSecurities"
  | "inKrxShipbuilding"
  | "inKrxInsurance"
  | "inKrxTransportation";
