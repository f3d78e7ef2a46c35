/*
 * Writes a store straight in its format: days of a market, compacted, with columns. Used by bench/archive/reads.ts.
 *
 *   node bench/run.mjs archive/make-store FOLDER [days = 60] [symbols = 4000]
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { cpus } from "node:os";
import { argv, cpuUsage, stderr } from "node:process";
import { krx } from "hantoo/calendar";
import { FileStore } from "hantoo/storage";
import { type DayTable, buildColumns, createDayTable, createKlineStore } from "../../src/archive/index.js";

const LAST = "2026-11-20";

/** Random walks by a generator of our own: half the symbols trade in 15 of 100 minutes, the others in 80. */
export function marketDay(tradingDay: string, symbols: number): DayTable {
  const minutes = krx.minutes(tradingDay);
  const table = createDayTable({ tradingDay, venue: "KRX", minutes });
  let state = Number(tradingDay.replaceAll("-", ""));
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const numbers = new Float64Array(7);
  for (let at = 0; at < symbols; at++) {
    const symbol = String(100_000 + at);
    const busy = at % 2 === 0 ? 0.15 : 0.8;
    const tick = 50;
    let price = 1000 + Math.floor(random() * 1800) * tick;
    let accVolume = 0;
    for (let index = 0; index < minutes.length; index++) {
      const isTraded = random() < busy;
      // Most minutes end a tick or none from where they began, and most trades are small.
      const close = isTraded ? Math.max(tick, price + Math.round((random() - 0.5) * 3) * tick) : price;
      const volume = isTraded ? 1 + Math.floor(random() ** 6 * 20_000) : 0;
      accVolume += volume;
      numbers.set([
        price,
        Math.max(price, close),
        Math.min(price, close),
        close,
        volume,
        accVolume,
        close * volume,
      ]);
      table.setNumbers(symbol, index, numbers);
      price = close;
    }
  }
  return table;
}

const [script = "", folder, days = "60", symbols = "4000", share] = argv.slice(1);

/** Every day whose place is this share's: `index` of `count`. */
async function make(store: FileStore, index: number, count: number): Promise<void> {
  const klineStore = createKlineStore({
    store,
    fields: ["open", "high", "low", "close", "volume", "acc_vol"],
    provenance: "simulator",
  });
  const all = krx.tradingDays("2026-01-02", LAST).slice(-Number(days));
  for (const tradingDay of all.filter((_, at) => at % count === index)) {
    const [object] = await klineStore.write(marketDay(tradingDay, Number(symbols)));
    const before = cpuUsage();
    const built = await buildColumns({ store, from: tradingDay, to: tradingDay });
    const { user, system } = cpuUsage(before);
    stderr.write(
      `${tradingDay}: lines ${object?.bytes}, columns ${built.days[0]?.bytes}, CPU ${((user + system) / 1e6).toFixed(2)} s\n`,
    );
  }
}

if (share !== undefined) {
  const [index = 0, count = 1] = share.split("/").map(Number);
  await make(new FileStore(folder ?? ""), index, count);
} else if (folder !== undefined) {
  const count = cpus().length;
  const ends = Array.from({ length: count }, (_, index) =>
    once(fork(script, [folder, days, symbols, `${index}/${count}`]), "exit"),
  );
  for (const [code] of await Promise.all(ends)) if (code !== 0) process.exitCode = 1;
}
