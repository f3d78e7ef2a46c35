import { type TradingCalendar, morningAfter } from "../../calendar/index.js";
import {
  type Logger,
  type TradingDay,
  type Venue,
  isTradingDayText,
  kstDay,
  venueCode,
} from "../../core/index.js";
import type { Shard } from "../../engine/index.js";
import type { ObjectStore } from "../../storage/index.js";
import type { AskedSpan } from "../rows/index.js";

/** Spans of each symbol. */
type AskedSpans = ReadonlyMap<string, readonly AskedSpan[]>;

/**
 * Remembers spans for which the source has no row of a symbol, such as a delisted one. No object shows that, so every pass
 * would ask again. One empty answer may be a mistake and is believed until its KST day is over; a second one on another
 * day is believed for good. A lost note costs a call.
 */
export interface AskedLog {
  /**
   * @param now - epoch ms.
   * @returns the spans that are believed.
   * @throws {@link StorageError} if the store fails.
   */
  read(now: number): Promise<AskedSpans>;
  /**
   * @param found - spans without a row, each symbol's in any order.
   * @param when - `since`: first day that still matters; `now`: epoch ms.
   * @throws {@link StorageError} if the store fails.
   */
  note(found: AskedSpans, when: { readonly since: TradingDay; readonly now: number }): Promise<void>;
}

/** Where the notes are kept, and by which calendar days are counted. */
interface AskedLogOptions {
  readonly store: ObjectStore;
  /** That of the factors; the note is `{prefix}/_asked/{J|NX|UN}.json`, that of a shard `{J|NX|UN}_{n}of{count}.json`. */
  readonly prefix: string;
  readonly venue: Venue;
  /** Shards that end at once would lose each other's notes in one object: each writes its own, and reads all. */
  readonly shard: Shard;
  readonly calendar: TradingCalendar;
  readonly logger: Logger;
}

/** A span, and whether answers on two days confirmed it, each when its days were final. */
interface NotedSpan extends AskedSpan {
  readonly isSure: boolean;
}

export function createAskedLog(options: AskedLogOptions): AskedLog {
  const { store, prefix, venue, calendar, logger, shard } = options;
  const begin = `${prefix}/_asked/${venueCode(venue)}`;
  const ownKey = `${begin}${shard.count === 1 ? "" : `_${shard.index + 1}of${shard.count}`}.json`;
  const readNote = async (key: string, now: number) => {
    const bytes = await store.get(key);
    const found = bytes === undefined ? new Map<string, readonly NotedSpan[]>() : parseSpans(bytes);
    if (found === undefined)
      logger.warn({ key }, "a note on days without a row cannot be read; it is passed over");
    const spansBySymbol = new Map<string, readonly NotedSpan[]>();
    const today = kstDay(now);
    let hasAhead = false;
    for (const [symbol, spans] of found ?? []) {
      // A clock that was ahead noted days that the source did not have yet.
      const past = spans.filter(({ to, readAt }) => readAt <= now && to <= today);
      hasAhead ||= past.length < spans.length;
      spansBySymbol.set(symbol, past);
    }
    return { spansBySymbol, hasAhead };
  };
  /** What all notes say together. */
  const withOthers = async (own: ReadonlyMap<string, readonly NotedSpan[]>, now: number) => {
    const all = new Map(own);
    for await (const key of store.list(begin)) {
      if (key === ownKey) continue;
      for (const [symbol, spans] of (await readNote(key, now)).spansBySymbol)
        all.set(symbol, [...(all.get(symbol) ?? []), ...spans]);
    }
    return all;
  };
  const isFinal = (day: TradingDay, readAt: number): boolean => readAt >= morningAfter(calendar, day);
  return {
    async read(now) {
      const today = kstDay(now);
      const isBelieved = ({ to, readAt, isSure }: NotedSpan): boolean =>
        isSure || kstDay(readAt) === today || !isFinal(to, readAt);
      const all = await withOthers((await readNote(ownKey, now)).spansBySymbol, now);
      return new Map([...all].map(([symbol, spans]) => [symbol, spans.filter(isBelieved)]));
    },
    async note(found, { since, now }) {
      const own = await readNote(ownKey, now);
      if (found.size === 0 && !own.hasAhead) return;
      const all = await withOthers(own.spansBySymbol, now);
      const notes = new Map(own.spansBySymbol);
      for (const [symbol, spans] of found) {
        const days = new Map<TradingDay, Look>();
        for (const span of [...(all.get(symbol) ?? []), ...spans.map((one) => ({ ...one, isSure: false }))])
          for (const day of daysOf(span, since, calendar)) {
            const look = { readAt: span.readAt, isSure: span.isSure };
            days.set(
              day,
              joined(days.get(day), look, (readAt) => isFinal(day, readAt)),
            );
          }
        notes.set(symbol, spansOf(days, calendar));
      }
      const kept = [...notes].flatMap(([symbol, spans]) => {
        const left = spans.filter(({ to }) => to >= since);
        const rows = left.map(({ from, to, readAt, isSure }) => [from, to, readAt, isSure ? 1 : 0]);
        return rows.length === 0 ? [] : [[symbol, rows]];
      });
      await store.put(ownKey, Buffer.from(JSON.stringify(Object.fromEntries(kept)), "utf8"));
    },
  };
}

/** What is known of one day without a row. */
type Look = Pick<NotedSpan, "readAt" | "isSure">;

function daysOf(
  { from, to }: AskedSpan,
  since: TradingDay,
  calendar: TradingCalendar,
): readonly TradingDay[] {
  const first = from > since ? from : since;
  return first > to ? [] : calendar.tradingDays(first, to);
}

/** Two looks make a day sure if they are of two KST days, and the day was final at both. */
function joined(before: Look | undefined, look: Look, isFinal: (readAt: number) => boolean): Look {
  if (before === undefined) return look;
  const isOtherDay = kstDay(before.readAt) !== kstDay(look.readAt);
  return {
    readAt: Math.max(before.readAt, look.readAt),
    isSure: before.isSure || look.isSure || (isOtherDay && isFinal(before.readAt) && isFinal(look.readAt)),
  };
}

/** Joins consecutive days that are all sure, or were read at the same time, into spans. */
function spansOf(days: ReadonlyMap<TradingDay, Look>, calendar: TradingCalendar): NotedSpan[] {
  const spans: NotedSpan[] = [];
  for (const [day, look] of [...days].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const last = spans.at(-1);
    const isAlike = last?.isSure === look.isSure && (look.isSure || last.readAt === look.readAt);
    if (last !== undefined && isAlike && calendar.nextTradingDay(last.to) === day)
      spans[spans.length - 1] = { ...last, to: day, readAt: Math.max(last.readAt, look.readAt) };
    else spans.push({ from: day, to: day, ...look });
  }
  return spans;
}

function parseSpans(bytes: Uint8Array): Map<string, readonly NotedSpan[]> | undefined {
  try {
    const spans = new Map<string, readonly NotedSpan[]>();
    for (const [symbol, rows] of Object.entries(JSON.parse(Buffer.from(bytes).toString("utf8")) as object)) {
      const read = (rows as unknown[][]).map(([from, to, readAt, sure]) => ({
        from,
        to,
        readAt,
        isSure: sure === 1,
      }));
      if (!read.every(isSpan)) return undefined;
      spans.set(symbol, read);
    }
    return spans;
  } catch {
    return undefined;
  }
}

function isSpan(span: Record<keyof NotedSpan, unknown>): span is NotedSpan {
  return isTradingDayText(span.from) && isTradingDayText(span.to) && Number.isFinite(span.readAt);
}
