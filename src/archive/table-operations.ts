import { COLUMNS, type Cell, type DayTable, createDayTable, isHole, isStored } from "./day-table.js";

/** Whether a hole loses to trades that are known of its minute, whichever came later. */
function isOutranked(cell: Cell, by: Cell | undefined): boolean {
  return isHole(cell) && (by?.volume ?? 0) > 0;
}

/** Whether two cells are equal in every stored value, and both proved or both not. */
export function isSameCell(a: Cell, b: Cell, turnover: boolean): boolean {
  return (
    a.open === b.open &&
    a.high === b.high &&
    a.low === b.low &&
    a.close === b.close &&
    a.volume === b.volume &&
    a.accVolume === b.accVolume &&
    a.unproved === b.unproved &&
    (!turnover || a.turnover === b.turnover)
  );
}

/** Adds to `to` the cells that only `from` has, and its trades where `to` has a hole. */
export function overlay(from: DayTable, to: DayTable): void {
  for (const symbol of from.symbols()) {
    for (let index = 0; index < to.minutes.length; index++) {
      const cell = from.get(symbol, index);
      const before = cell && to.get(symbol, index);
      if (cell !== undefined && (before === undefined || isOutranked(before, cell)))
        to.set(symbol, index, cell);
    }
  }
}

/** The cells of `table` that differ from `stored`, without holes where `stored` has trades. */
export function difference(table: DayTable, stored: DayTable, turnover: boolean): DayTable {
  const { minutes } = table;
  const rest = createDayTable(table);
  for (const symbol of table.symbols()) {
    for (let index = 0; index < minutes.length; index++) {
      const cell = table.get(symbol, index);
      const before = stored.get(symbol, index);
      if (cell === undefined || isOutranked(cell, before)) continue;
      if (before === undefined || !isSameCell(cell, before, turnover)) rest.set(symbol, index, cell);
    }
  }
  return rest;
}

/** Symbols of which both have a minute with different values. Trades win over a hole without a dispute. */
export function disputed(table: DayTable, stored: DayTable, turnover: boolean): string[] {
  return table.symbols().filter((symbol) =>
    table.minutes.some((_minute, index) => {
      const [cell, before] = [table.get(symbol, index), stored.get(symbol, index)];
      if (cell === undefined || before === undefined) return false;
      if (isOutranked(cell, before) || isOutranked(before, cell)) return false;
      // Only the values count, not whether one of the two is proved.
      const { unproved: _isNew, ...values } = cell;
      const { unproved: _isOld, ...others } = before;
      return !isSameCell(values, others, turnover);
    }),
  );
}

/** Whether each cell of `part` is equal in `whole`. */
export function isWithin(part: DayTable, whole: DayTable): boolean {
  const length = part.minutes.length;
  const indexes = part.minutes.map((minute) => whole.indexOf(minute));
  return part.symbols().every((symbol) => {
    const values = part.columns(symbol);
    const expected = whole.columns(symbol);
    if (values === undefined) return true;
    for (let minute = 0; minute < length; minute++) {
      const index = indexes[minute] ?? -1;
      if (!isStored(values, length, minute)) continue;
      for (let column = 0; column < COLUMNS.length; column++) {
        const theirs = expected?.[column * whole.minutes.length + index];
        if (index < 0 || !Object.is(values[column * length + minute], theirs)) return false;
      }
    }
    return true;
  });
}
