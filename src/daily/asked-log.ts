import { type TradingCalendar, morningAfter } from "../calendar/index.js";
import { type Logger, type TradingDay, type Venue, isTradingDayText, venueCode } from "../core/index.js";
import type { ObjectStore } from "../storage/index.js";
import type { AskedSpan } from "./rows/index.js";

/** Spans of each symbol. */
type AskedSpans = ReadonlyMap<string, readonly AskedSpan[]>;

/**
 * Remembers spans for which the source has no row of a symbol, such as a delisted one: no object tells that, and every
 * pass would ask again. A note that is lost costs a call.
 */
export interface AskedLog {
  /** @throws {@link StorageError} if the store fails. */
  read(): Promise<AskedSpans>;
  /**
   * @param found - spans without a row, each symbol's in any order.
   * @param since - first day that still matters.
   * @throws {@link StorageError} if the store fails.
   */
  note(found: AskedSpans, since: TradingDay): Promise<void>;
}

/** Where the notes are, and whose days they name. */
interface AskedLogOptions {
  readonly store: ObjectStore;
  /** That of the factors; the note is `{prefix}/_asked/{J|NX|UN}.json`. */
  readonly prefix: string;
  readonly venue: Venue;
  readonly calendar: TradingCalendar;
  readonly logger: Logger;
}

export function createAskedLog({ store, prefix, venue, calendar, logger }: AskedLogOptions): AskedLog {
  const key = `${prefix}/_asked/${venueCode(venue)}.json`;
  const read = async (): Promise<Map<string, readonly AskedSpan[]>> => {
    const bytes = await store.get(key);
    const found = bytes === undefined ? new Map<string, readonly AskedSpan[]>() : parseSpans(bytes);
    if (found === undefined)
      logger.warn({ key }, "a note on days without a row cannot be read; it is passed over");
    return found ?? new Map<string, readonly AskedSpan[]>();
  };
  return {
    read,
    async note(found, since) {
      if (found.size === 0) return;
      const all = await read();
      for (const [symbol, spans] of found)
        all.set(symbol, joined([...(all.get(symbol) ?? []), ...spans], calendar));
      const kept = [...all].flatMap(([symbol, spans]) => {
        const left = spans.filter(({ to }) => to >= since);
        return left.length === 0 ? [] : [[symbol, left.map(({ from, to, readAt }) => [from, to, readAt])]];
      });
      await store.put(key, Buffer.from(JSON.stringify(Object.fromEntries(kept)), "utf8"));
    },
  };
}

/** Spans that were asked for when they were final, and meet, are one. */
function joined(spans: readonly AskedSpan[], calendar: TradingCalendar): AskedSpan[] {
  const isFinal = ({ to, readAt }: AskedSpan): boolean => readAt >= morningAfter(calendar, to);
  const result: AskedSpan[] = [];
  for (const span of spans.toSorted((a, b) =>
    a.from < b.from ? -1 : a.from > b.from ? 1 : a.readAt - b.readAt,
  )) {
    const last = result.at(-1);
    if (last?.from === span.from && last.to <= span.to) result.pop(); // it was asked for again, later or further
    const before = result.at(-1);
    const isNext = before !== undefined && span.from <= calendar.nextTradingDay(before.to);
    if (before !== undefined && isNext && isFinal(before) && isFinal(span))
      result[result.length - 1] = {
        from: before.from,
        to: before.to > span.to ? before.to : span.to,
        readAt: Math.max(before.readAt, span.readAt),
      };
    else result.push(span);
  }
  return result;
}

function parseSpans(bytes: Uint8Array): Map<string, readonly AskedSpan[]> | undefined {
  try {
    const spans = new Map<string, readonly AskedSpan[]>();
    for (const [symbol, rows] of Object.entries(JSON.parse(Buffer.from(bytes).toString("utf8")) as object)) {
      const read = (rows as unknown[][]).map(([from, to, readAt]) => ({ from, to, readAt }));
      if (!read.every(isSpan)) return undefined;
      spans.set(symbol, read);
    }
    return spans;
  } catch {
    return undefined;
  }
}

function isSpan(span: { from: unknown; to: unknown; readAt: unknown }): span is AskedSpan {
  return isTradingDayText(span.from) && isTradingDayText(span.to) && Number.isFinite(span.readAt);
}
