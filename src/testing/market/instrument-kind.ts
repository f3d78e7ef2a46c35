/** What kind of paper a symbol of the simulator is. */
export type InstrumentKind = "stock" | "preferred" | "etf" | "etn";

/** How often a symbol trades: each minute, most, a few a day, or not even each day. */
export type Liquidity = "liquid" | "medium" | "thin" | "rare";

/** A sector index of KRX, named as the flag of the KOSPI and KOSDAQ masters that says who is in it. */
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
