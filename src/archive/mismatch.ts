import type { DayTable } from "./day-table.js";
import { parseContent } from "./lines/index.js";
import { unseal } from "./objects/index.js";
import { isWithin } from "./table-operations.js";

/** Lines that are parsed at a time: 7 MB of cells for 4,000 symbols; the whole day would be 85 MB. */
const LINES_AT_A_TIME = 32;
const NEWLINE = 10;

/**
 * Reads a stored object as every reader does, and compares it cell by cell with what it must hold: a few lines at
 * a time, so that the day is never in memory twice.
 *
 * @returns what differs; nothing if the object holds exactly the cells of the table.
 */
export async function mismatchOf(bytes: Uint8Array, table: DayTable): Promise<string | undefined> {
  const unsealed = await unseal(bytes);
  if ("damage" in unsealed) return unsealed.damage;
  const { tradingDay, venue, minutes } = table;
  let cells = 0;
  let last = -Infinity;
  for (const lines of slicesOf(unsealed.content)) {
    const parsed = parseContent(lines, { tradingDay, venue, minutes });
    if ("damage" in parsed) return parsed.damage;
    const first = parsed.table.minutes[0];
    // A minute twice would count twice, and could hide one that is missing.
    if (parsed.keptOut > 0 || first === undefined || first <= last)
      return "its lines are no minutes of the day";
    last = parsed.table.minutes.at(-1) ?? last;
    if (!isWithin(parsed.table, table)) return "its cells differ";
    cells += parsed.table.cellCount();
  }
  return cells === table.cellCount() ? undefined : "cells are missing";
}

function* slicesOf(content: Buffer): Generator<Buffer> {
  for (let start = 0; start < content.length;) {
    let end = start;
    for (let line = 0; line < LINES_AT_A_TIME && end < content.length; line++) {
      const newline = content.indexOf(NEWLINE, end);
      end = newline < 0 ? content.length : newline + 1;
    }
    yield content.subarray(start, end);
    start = end;
  }
}
