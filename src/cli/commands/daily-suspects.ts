import {
  type EquityMarket,
  type HantooDailyLogger,
  type ObjectStore,
  type TradingDay,
  compactDay,
  downloadMaster,
  expandDay,
  isHantooError,
  kstDay,
} from "hantoo";
import type { MasterPlace } from "../setup/index.js";
import { type Shell, messageOf } from "../shell/index.js";

/** What is compared, and for whom. */
interface SuspectsOptions {
  readonly daily: Pick<HantooDailyLogger, "detect">;
  readonly place: MasterPlace;
  readonly markets: readonly EquityMarket[];
  /** Those whose days are kept. */
  readonly symbols: readonly string[];
}

/**
 * Compares today's master of each market with the newest earlier one that the store has, and tells `daily` whose prices
 * may be on a new scale. A master that cannot be had costs a note: each symbol is looked at once a week all the same.
 *
 * @returns those of `symbols` that stand out.
 */
export async function suspectsOf(
  shell: Shell,
  { daily, place, markets, symbols }: SuspectsOptions,
): Promise<readonly string[]> {
  const { signal } = shell.io;
  const found: string[] = [];
  for (const market of markets) {
    try {
      const day = await earlierDay(place.store, market, kstDay((place.clock ?? shell.io.clock).now()));
      const today = await downloadMaster(market, { ...place, signal });
      if (day === undefined) continue; // the first night: the next one compares
      const before = await downloadMaster(market, { ...place, date: day, signal });
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

/** The newest day before `today` of which the store has a market's master. */
async function earlierDay(
  store: ObjectStore,
  market: EquityMarket,
  today: TradingDay,
): Promise<TradingDay | undefined> {
  const name = new RegExp(`/(\\d{8})_${market}\\.json$`);
  let newest = "";
  for await (const key of store.list("hantoo_master/")) {
    const day = name.exec(key)?.[1] ?? "";
    if (day > newest && day < compactDay(today)) newest = day;
  }
  return expandDay(newest);
}
