/** Where an instrument keeps its row's bytes (one character each, line end included); spread copies it, JSON drops it. */
export const rawRow: unique symbol = Symbol.for("hantoo.master.row");

/** What the row readers add to every instrument, after its literal: a computed key in it is a slow call into V8. */
export interface RawRow {
  [rawRow]?: string;
}
