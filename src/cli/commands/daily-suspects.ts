import {
  type EquityMarket,
  type HantooDailyLogger,
  type Master,
  type ObjectStore,
  type TradingDay,
  compactDay,
  downloadMaster,
  expandDay,
  isHantooError,
  silentLogger,
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
 * Compares today's master of each market with the newest one of an earlier trading day, and tells `daily` whose prices may be
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
      found.push(...(await daily.detect({ masters: [before, today] })));
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
 * The newest cached master of an earlier trading day that can be read and is of the same source: a simulator's shares are
 * not those of KIS. Over a weekend Friday's codes stand in every file, and nobody need have looked at them on Friday: what
 * they changed shows beside Thursday's. Nothing is sent for it, so its logger would be told of a failure that is none.
 *
 * @returns `undefined` where the store has none.
 * @throws the reason why none of those that are left can be read.
 */
async function earlierMaster<M extends EquityMarket>(
  place: MasterPlace,
  today: Master<M>,
  signal: AbortSignal,
): Promise<Master<M> | undefined> {
  const { market, date, provenance } = today;
  const cached = { ...place, ...onlyCached, signal };
  const days = await earlierDays(place.store, market, date);
  for (let day = days[0]; day !== undefined;) {
    const before = await downloadMaster(market, { ...cached, date: day });
    const isSameSource = before.provenance === undefined || before.provenance === provenance;
    const isEarlier = (before.tradingDay ?? before.date) < (today.tradingDay ?? date);
    if (isEarlier && (isSameSource || provenance === undefined)) return before;
    day = days.find((one) => one < before.date);
  }
  return undefined;
}

/** One call goes past all masters that cannot be read, so that each is read a few times at most. */
const onlyCached = {
  allowStale: true,
  maxAttempts: 1,
  fetch: (): Promise<never> => Promise.reject(new Error("only what is cached is compared")),
  logger: silentLogger,
};

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
