/** The faults of KIS's minute rows of one symbol and day. */
export type RowFaultName =
  /** A traded row is not there; FHKST03010200 shows an untraded minute in its place. */
  | "lost-row"
  /** A row whose open lies outside its own high and low: the day's first one in three of four cases. */
  | "open-outside"
  /** A row's `cntg_vol` is the smallest int64. */
  | "int64-min-row"
  /** A row's label is off the minute's grid. */
  | "odd-second-label"
  /** The closing auction's row is not there. */
  | "closing-missing"
  /** The closing auction's row is labelled 153200, and served to whoever asks for its own label. */
  | "closing-late"
  /** Late as above; gone from the second trading day after, back from the fifth. */
  | "closing-withdrawn"
  /** FHKST03010200 doubles the closing row's volume. */
  | "doubled-close"
  /** From the day after on, every other KST day, some shares stand in the minute before their own. */
  | "wandering-volume"
  /** The rows before a drawn minute are not there: a page that ends early. */
  | "cut-day"
  /** No row of the day is there. */
  | "empty-day";

/** Every row fault, with the default of its `per`. */
export const ROW_FAULTS: Readonly<Record<RowFaultName, "request" | "symbol-day">> = {
  "lost-row": "symbol-day",
  "open-outside": "symbol-day",
  "int64-min-row": "request",
  "odd-second-label": "request",
  "closing-missing": "symbol-day",
  "closing-late": "symbol-day",
  "closing-withdrawn": "symbol-day",
  "doubled-close": "symbol-day",
  "wandering-volume": "symbol-day",
  "cut-day": "symbol-day",
  "empty-day": "symbol-day",
};

export function isRowFault(action: unknown): action is RowFaultName {
  return typeof action === "string" && Object.hasOwn(ROW_FAULTS, action);
}

/** Whether a row fault can strike the rows of one answer alone. The others are always in KIS's own record. */
export function isPageFault(name: RowFaultName): boolean {
  return PAGE_FAULTS.has(name);
}

const PAGE_FAULTS = new Set<RowFaultName>([
  "lost-row",
  "open-outside",
  "int64-min-row",
  "odd-second-label",
  "closing-missing",
  "cut-day",
  "empty-day",
]);

/** A row fault that strikes the rows of one symbol and day. */
export interface RowStrike {
  readonly name: RowFaultName;
  /** KST minutes by name, `"11:03"`; otherwise {@link count} rows are drawn. */
  readonly minutes: readonly string[] | undefined;
  readonly count: number;
  /** A stream of fractions that is the same for the same symbol and day, or of this request alone. */
  readonly random: () => number;
}
