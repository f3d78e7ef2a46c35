import {
  BOOK_FEEDS,
  BOOK_FIELDS,
  EXPECTED_FEEDS,
  EXPECTED_FIELDS,
  type Frame,
  INDEX_FEED,
  INDEX_FIELDS,
  OPERATION_FEEDS,
  OPERATION_FIELDS,
  TRADE_FEEDS,
  TRADE_FIELDS,
  bookIn,
  expectedIn,
  indexIn,
  operationIn,
} from "../wire/index.js";
import type { Venue } from "../../core/index.js";
import type { FeedKey } from "./registrations.js";
import type { BookEvent, ExpectedEvent, IndexEvent, OperationEvent, StreamFeed } from "./stream-events.js";

/** The streams of each feed, how many fields a record has at least, and which widths were seen. */
const FEEDS: Readonly<
  Record<
    StreamFeed,
    { readonly trId: (venue: Venue) => string; readonly fields: number; readonly seen: readonly number[] }
  >
> = {
  trade: { trId: (venue) => TRADE_FEEDS[venue], fields: TRADE_FIELDS, seen: [46, 47] },
  book: { trId: (venue) => BOOK_FEEDS[venue], fields: BOOK_FIELDS, seen: [59, 63] },
  expected: { trId: (venue) => EXPECTED_FEEDS[venue], fields: EXPECTED_FIELDS, seen: [45, 46] },
  operation: { trId: (venue) => OPERATION_FEEDS[venue], fields: OPERATION_FIELDS, seen: [10, 11] },
  index: { trId: () => INDEX_FEED, fields: INDEX_FIELDS, seen: [30] },
};

/** Whether records of the feed were seen with so many fields up to 2026-11-28. */
export function isKnownWidth(feed: StreamFeed, width: number): boolean {
  return FEEDS[feed].seen.includes(width);
}

/** The registration for a feed of a symbol. */
export function feedKey(feed: StreamFeed, venue: Venue, key: string): FeedKey {
  return { feed, trId: FEEDS[feed].trId(venue), key };
}

/** How many fields a record of the feed has at least. */
export function leastFields(feed: StreamFeed): number {
  return FEEDS[feed].fields;
}

/** Reads a record of a feed other than trades; `undefined` if it cannot be read. @param now - epoch ms of the receipt. */
export function decodeRecord(
  feed: Exclude<StreamFeed, "trade">,
  frame: Frame,
  record: number,
  now: number,
): BookEvent | ExpectedEvent | OperationEvent | IndexEvent | undefined {
  if (feed === "book") {
    const book = bookIn(frame, record, now);
    return book && { kind: "book", ...book };
  }
  if (feed === "expected") {
    const expected = expectedIn(frame, record, now);
    return expected && { kind: "expected", ...expected };
  }
  if (feed === "operation") {
    const operation = operationIn(frame, record);
    return operation && { kind: "operation", ...operation };
  }
  const index = indexIn(frame, record, now);
  return index && { kind: "index", ...index };
}
