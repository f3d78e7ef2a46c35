/** Key of an instrument's row bytes (one character each, line end included). Spread copies it, JSON drops it. */
export const rawRow: unique symbol = Symbol.for("hantoo.master.row");

/** Added to every instrument after its literal, because a computed key in a literal is slow in V8. */
export interface RawRow {
  [rawRow]?: string;
}
