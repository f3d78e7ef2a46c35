/** Where an instrument keeps its row's bytes (one character each, line end included); spread copies it, JSON drops it. */
export const rawRow: unique symbol = Symbol.for("hantoo.master.row");

/** What the row readers add to every instrument. */
export interface RawRow {
  readonly [rawRow]?: string;
}
