import type { TradingCalendar } from "../calendar/index.js";
import { type DayTable, createDayTable } from "./day-table.js";
import { ALL_FIELDS, DEFAULT_FIELDS, type KlineField, parseContent } from "./lines/index.js";
import { parseKey, type LostObject, unseal } from "./objects/index.js";
import type { DayRead, ReadDayOptions } from "./read-day.js";

/** Where the object was, and where it goes. */
interface StoreAgainOptions<Written> {
  readonly prefix: string;
  readonly calendar: TradingCalendar;
  readonly readDay: (day: ReadDayOptions) => Promise<Pick<DayRead, "table">>;
  /** Stores a table under that second, or under the first free second after it. */
  readonly write: (
    table: DayTable,
    how: { readonly fields: readonly KlineField[]; readonly retrieval: number; readonly source?: string },
  ) => Promise<readonly Written[]>;
}

/**
 * Stores the bars of an object again, because another writer's object took its key. The new key has the next second, so
 * that everything stored later still wins. If the key is gone, a compaction may hold the bars: then only bars that are
 * nowhere else are stored, since the others may have been corrected meanwhile.
 *
 * @throws {@link StorageError} if the store fails.
 */
export async function storeAgain<Written>(
  { key, bytes, retrieval, isGone }: LostObject,
  { prefix, calendar, readDay, write }: StoreAgainOptions<Written>,
): Promise<readonly Written[]> {
  const parsed = parseKey(prefix, key);
  const unsealed = await unseal(bytes);
  if (parsed === undefined || "damage" in unsealed) return []; // it is as we wrote it
  const { tradingDay, venue } = parsed;
  const minutes = calendar.minutes(tradingDay, { venue, hours: "all" });
  const content = parseContent(unsealed.content, { tradingDay, venue, minutes });
  if ("damage" in content) return [];
  const { table } = content;
  const day = { tradingDay, venue, hours: "all", minutes: table.minutes } as const;
  const rest = isGone ? absentFrom(table, (await readDay(day)).table) : table;
  const { source } = unsealed.facts;
  return write(rest, {
    fields: unsealed.content.includes('"turnover"') ? ALL_FIELDS : DEFAULT_FIELDS,
    retrieval: retrieval + 1000,
    ...(source !== undefined && { source }),
  });
}

function absentFrom(table: DayTable, stored: DayTable): DayTable {
  const rest = createDayTable(table);
  for (const symbol of table.symbols())
    for (const [index, minute] of table.minutes.entries()) {
      const cell = table.get(symbol, index);
      if (cell !== undefined && !stored.has(symbol, stored.indexOf(minute))) rest.set(symbol, index, cell);
    }
  return rest;
}
