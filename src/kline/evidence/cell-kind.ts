import { isTradedBar } from "../../core/index.js";
import { type Cell, isHole } from "../../archive/index.js";

/** What a stored minute says. `broken`: values that are no bar at all, such as older loggers stored. */
export type CellKind = "absent" | "untraded" | "traded" | "hole" | "broken";

/** What a stored minute is. Coverage, reading and planning all ask here, so that they agree. */
export function cellKind(cell: Cell | undefined): CellKind {
  if (cell === undefined) return "absent";
  if (isHole(cell)) return "hole";
  if (cell.volume === 0) return "untraded";
  return isTradedBar(cell) ? "traded" : "broken";
}

/**
 * How many leading stored minutes are sound: present, bars where traded, and proved. The rest is asked for again: older
 * loggers, which wrote no trailer, stored minutes that were still forming.
 */
export function soundPrefix(stored: (index: number) => Cell | undefined, length: number): number {
  for (let index = 0; index < length; index++) {
    const cell = stored(index);
    const kind = cellKind(cell);
    if (kind === "absent" || kind === "broken" || cell?.unproved === true) return index;
  }
  return length;
}
