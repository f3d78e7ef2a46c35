import type { TradingDay } from "../../core/index.js";
import { buildColumns, markRead, readManifest } from "../../archive/index.js";
import type { ObjectStore } from "../../storage/index.js";
import type { StoredPlace } from "./stored-place.js";

/** By prefix, venue and day: when symbols were last read in full, epoch ms. */
type Memory = Map<string, Map<string, number>>;

/** What this process has read, for days that have no manifest to note it in. */
const memories = new WeakMap<ObjectStore, Memory>();

/** How many days are remembered: more than are ever checked for revisits. */
const MOST_DAYS = 100;

const nameOf = ({ klineStore, venue }: StoredPlace, tradingDay: TradingDay): string =>
  `${klineStore.prefix} ${venue} ${tradingDay}`;

function remember(place: StoredPlace, tradingDay: TradingDay, symbols: Iterable<string>, at: number): void {
  const memory = memories.get(place.store) ?? (new Map() as Memory);
  memories.set(place.store, memory);
  const name = nameOf(place, tradingDay);
  const day = memory.get(name) ?? new Map<string, number>();
  for (const symbol of symbols) day.set(symbol, at);
  memory.delete(name);
  memory.set(name, day);
  const [oldest] = memory.keys();
  if (memory.size > MOST_DAYS && oldest !== undefined) memory.delete(oldest);
}

/**
 * When symbols of a day were last read in full from the source.
 *
 * @returns epoch ms of a symbol; `-Infinity` where that is not known.
 */
export async function readTimes(
  place: StoredPlace,
  tradingDay: TradingDay,
): Promise<(symbol: string) => number> {
  const { klineStore, store, venue, logger } = place;
  const day = { store, prefix: klineStore.prefix, tradingDay, venue };
  const manifest = await readManifest(day).catch((err: unknown) => {
    logger.warn({ tradingDay, venue, err }, "the notes on what was read again cannot be read");
    return undefined;
  });
  const noted = new Map(manifest?.symbols.map((symbol, at) => [symbol, manifest.readAt[at] ?? null]));
  const remembered = memories.get(store)?.get(nameOf(place, tradingDay));
  return (symbol) => {
    const seconds = noted.get(symbol) ?? null;
    return Math.max(seconds === null ? -Infinity : seconds * 1000, remembered?.get(symbol) ?? -Infinity);
  };
}

/** What was read. */
interface NoteOptions {
  readonly place: StoredPlace;
  readonly tradingDay: TradingDay;
  readonly symbols: readonly string[];
  /** When the reading began, epoch ms. */
  readonly at: number;
  /** Build the day's columns if it has none: without them other processes would read the day again. */
  readonly buildsColumns: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Notes that symbols of a day were read in full. A failure goes to the logger: at worst they are read once more.
 *
 * @throws the signal's reason, untouched. Nothing else.
 */
export async function noteReads(options: NoteOptions): Promise<void> {
  const { place, tradingDay, symbols, at, buildsColumns, signal } = options;
  if (symbols.length === 0) return;
  remember(place, tradingDay, symbols, at);
  const { klineStore, store, venue, calendar, logger } = place;
  const { prefix } = klineStore;
  const mark = () => markRead({ store, prefix, tradingDay, venue, symbols, at });
  try {
    if ((await mark()) || !buildsColumns) return;
    await buildColumns({
      store,
      prefix,
      venue,
      calendar,
      logger,
      from: tradingDay,
      to: tradingDay,
      ...(signal && { signal }),
    });
    await mark();
  } catch (err) {
    signal?.throwIfAborted();
    logger.warn({ tradingDay, venue, err }, "what was read again could not be noted");
  }
}
