import {
  type EquityMarket,
  type HantooDailyLogger,
  type Master,
  type ObjectStore,
  type TradingDay,
  compactDay,
  dailyFields,
  diffMaster,
  downloadMaster,
  expandDay,
  isHantooError,
} from "hantoo";
import type { MasterPlace } from "../setup/index.js";
import { type Shell, messageOf } from "../shell/index.js";

/** What is compared, and for whom. */
interface SuspectsOptions {
  readonly daily: Pick<HantooDailyLogger, "detect">;
  readonly place: MasterPlace;
  readonly markets: readonly EquityMarket[];
  /** The symbols whose daily bars are kept. */
  readonly symbols: readonly string[];
}

/**
 * Compares today's master of each market with the newest earlier one in the store, and tells `daily` whose prices may be
 * on a new scale. Without a master there is a note and no suspect: each symbol is checked once a week all the same.
 *
 * @returns the suspects among `symbols`.
 */
export async function suspectsOf(
  shell: Shell,
  { daily, place, markets, symbols }: SuspectsOptions,
): Promise<readonly string[]> {
  const { signal } = shell.io;
  const found: string[] = [];
  for (const market of markets) {
    try {
      const today = await downloadMaster(market, { ...place, signal });
      const before = await earlierMaster(place, today, signal);
      if (before === undefined) continue; // the first night: the next one compares
      found.push(...(await daily.detect({ masters: [before, withoutOldNews(before, today)] })));
    } catch (error) {
      signal.throwIfAborted();
      if (!isHantooError(error)) throw error;
      shell.note(
        shell.say(
          `The masters of ${market} were not compared: ${messageOf(error)}`,
          `${market} 종목 마스터를 비교하지 못했습니다: ${messageOf(error)}`,
        ),
      );
    }
  }
  const own = new Set(symbols);
  return found.filter((symbol) => own.has(symbol));
}

/**
 * The newest cached master of an earlier day that can be read and is of the same source: a simulator's shares are not
 * those of KIS. Nothing is sent for it.
 *
 * @returns `undefined` where the store has none.
 * @throws the reason why the newest cannot be read, where no other can.
 */
async function earlierMaster<M extends EquityMarket>(
  place: MasterPlace,
  today: Master<M>,
  signal: AbortSignal,
): Promise<Master<M> | undefined> {
  const { market, date, provenance } = today;
  let unreadable: unknown;
  for (const day of await earlierDays(place.store, market, date)) {
    try {
      const cached = { ...place, date: day, maxAttempts: 1, fetch: sendNothing, signal };
      const before = await downloadMaster(market, cached);
      const isSameSource = before.provenance === undefined || before.provenance === provenance;
      if (isSameSource || provenance === undefined) return before;
    } catch (error) {
      signal.throwIfAborted();
      unreadable ??= error;
    }
  }
  if (unreadable !== undefined) throw unreadable;
  return undefined;
}

const sendNothing = (): Promise<never> => Promise.reject(new Error("only what is cached is compared"));

/** The days before `date` of which the store has a market's master, newest first. */
async function earlierDays(
  store: ObjectStore,
  market: EquityMarket,
  date: TradingDay,
): Promise<readonly TradingDay[]> {
  const name = new RegExp(`/(\\d{8})_${market}\\.json$`);
  const days: string[] = [];
  for await (const key of store.list("hantoo_master/")) {
    const day = name.exec(key)?.[1];
    if (day !== undefined && day < compactDay(date)) days.push(day);
  }
  return days
    .sort()
    .reverse()
    .flatMap((day) => expandDay(day) ?? []);
}

/**
 * `today`, where it is of the same trading day as `before` with its changes alone: over a weekend the codes of Friday
 * stand in every file, and were looked at on Friday.
 */
function withoutOldNews<M extends EquityMarket>(before: Master<M>, today: Master<M>): Master<M> {
  if (today.tradingDay === undefined || today.tradingDay !== before.tradingDay) return today;
  const { changed } = diffMaster(before, today, { ignore: dailyFields });
  const news = new Set(changed.map(({ symbol }) => symbol));
  return { ...today, instruments: new Map([...today.instruments].filter(([symbol]) => news.has(symbol))) };
}
