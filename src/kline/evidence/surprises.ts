import { type OddBar, brokenRule, isTradedBar } from "../../core/index.js";
import { type Cell, isHole } from "../../archive/index.js";

/** Stored minutes that are worth another look. */
export interface Surprises {
  /** Epoch ms, ascending. */
  readonly holes: readonly number[];
  /** Ascending. */
  readonly odd: readonly OddBar[];
}

/** The holes and odd bars among the leading `known` minutes, once `cells` are stored. */
export function standingSurprises(
  minutes: readonly number[],
  stored: (index: number) => Cell | undefined,
  cells: readonly { readonly index: number; readonly cell: Cell }[],
  known: number,
): Surprises {
  const changed = new Map(cells.map(({ index, cell }) => [index, cell]));
  const holes: number[] = [];
  const odd: OddBar[] = [];
  for (let index = 0; index < known; index++) {
    const time = minutes[index] ?? Number.NaN;
    const cell = changed.get(index) ?? stored(index);
    if (cell === undefined || cell.volume === 0) continue;
    if (isHole(cell)) holes.push(time);
    const rule = isTradedBar(cell) ? brokenRule(cell) : undefined;
    if (rule !== undefined) odd.push({ time, rule });
  }
  return { holes, odd };
}
