import { expect } from "vitest";
import { unseal } from "../../../src/archive/objects/index.js";
import { MINUTE_MS, type MinuteBar } from "../../../src/core/index.js";
import type { KisSimulator } from "../../../src/testing/index.js";
import type { MemoryStore } from "../../../src/storage/index.js";
import { FIRST_DAY, MIDDLE, SYMBOLS, type World, isSplit, ours } from "./world.js";

/** Open, high, low, close, volume, acc_vol. */
export type Row = readonly (number | null)[];
const SETTLE_MS = 10_000;

/** A check that holds costs nothing: there are a thousand for each look at a store. */
function demand(isSo: boolean, found: unknown, wanted: unknown, name: () => string): void {
  if (!isSo) expect(found, name()).toEqual(wanted);
}

const isSame = (found: readonly unknown[], wanted: readonly unknown[]): boolean =>
  found.length === wanted.length && found.every((value, at) => Object.is(value, wanted[at]));

/** A row that is lost shows in no total where the next row's own trades leave room for it. */
function hides(lost: readonly MinuteBar[], next: MinuteBar | undefined, slack: number): boolean {
  if (next === undefined) return false;
  const sum = lost.reduce((total, { turnover = 0 }) => total + turnover, 0);
  return (next.turnover ?? 0) + sum <= (next.high + 0.5 + slack) * next.volume;
}

/**
 * Of a holiday that the calendar does not know the totals are the last session's: where that was without a trade, too few
 * symbols are asked for silence to tell, and the question about the day failed, it looks like a day without a trade.
 */
function mayBeTaken({ symbols, venue }: World, simulator: KisSimulator, symbol: string): boolean {
  return symbols.length < SYMBOLS.length && simulator.truth(symbol, FIRST_DAY, { venue }).length === 0;
}

/**
 * What is stored of a day is the truth, or a named hole, or a loss that no total betrays; and what was stored as it
 * traded stays.
 *
 * @param seen - names of minutes that were stored as they traded; those of this look are added.
 * @returns how many holes.
 */
export function expectTrue(
  stored: Readonly<Record<string, readonly unknown[]>>,
  day: string,
  now: number,
  { world, simulator }: { readonly world: World; readonly simulator: KisSimulator },
  seen: Set<string>,
): number {
  const { kind, venue, has, quirks } = world;
  const minutes = ours.minutes(day, { venue });
  const places = new Set(minutes);
  let holes = 0;
  for (const [symbol, given] of Object.entries(stored)) {
    const cells = given as readonly (Row | undefined)[];
    const name = (index: number): string => `${symbol} ${day} minute ${index}`;
    const isHoliday = kind === "holiday" && day === MIDDLE;
    expect(isHoliday && !mayBeTaken(world, simulator, symbol), `${symbol}: a holiday is stored`).toBe(false);
    const real = simulator.truth(symbol, day, { venue, hours: "all" });
    const byTime = new Map(real.map((bar) => [bar.time, bar]));
    const wanders = has(symbol, day, "wandering-volume");
    const isRescaled = isSplit(world, symbol);
    const scalesVolume = isRescaled && quirks.rescaledMinutes === "prices-and-volume";
    const isDoubled = has(symbol, day, "doubled-close");
    const opensOutside = has(symbol, day, "open-outside");
    let [price, accVolume]: [number | null, number] = [null, 0];
    const gap = cells.indexOf(undefined);
    const length = gap < 0 ? cells.length : gap;
    const isGapless = cells.slice(length).every((cell) => cell === undefined);
    demand(isGapless, "a gap", "no gap", () => `${symbol} ${day}`);
    for (const [index, cell] of cells.slice(0, length).entries()) {
      const time = minutes[index] ?? 0;
      const [open, high, low, close, volume, acc] = cell as Row;
      demand(time + MINUTE_MS + SETTLE_MS <= now, time, "a final minute", () => name(index));
      accVolume += volume ?? 0;
      demand(acc === accVolume, acc, accVolume, () => `${name(index)}: acc_vol`);
      const bar = byTime.get(time);
      demand((volume ?? 0) > 0 || !seen.has(name(index)), cell, "the trade as it was", () => name(index));
      if (volume === null) holes++;
      else if (volume === 0) {
        const flat = [price, price, price, price];
        demand(isSame([open, high, low, close], flat), [open, high, low, close], flat, () => name(index));
        if (bar === undefined) continue;
        // Trades of minutes that are stored without them, up to the next row that KIS can have shown.
        const isTraded = (at: number): boolean => {
          const shares = cells[minutes.indexOf(at)]?.[4];
          // Of a doubled close the half explains the turnover; it is a hole all the same.
          return shares === null ? at === minutes.at(-1) && isDoubled : (shares ?? 0) > 0;
        };
        const next = real.find((one) => one.time > time && (isTraded(one.time) || !places.has(one.time)));
        const lost = real.filter((one) => one.time >= time && one.time < (next?.time ?? Infinity));
        const slack = (opensOutside ? (next?.high ?? 0) * 0.011 : 0) + (isRescaled ? 5 : 0);
        demand(wanders || hides(lost, next, slack), "untraded", bar, () => name(index));
      } else {
        const found = [opensOutside ? undefined : open, high, low, close];
        const wanted = [opensOutside ? undefined : bar?.open, bar?.high, bar?.low, bar?.close];
        demand(isSame(found, wanted), found, wanted, () => name(index));
        const isLoose = wanders || scalesVolume;
        demand(isLoose || volume === bar?.volume, volume, bar?.volume, () => `${name(index)}: volume`);
        if (!isLoose && volume === bar?.volume) seen.add(name(index));
        price = close ?? null;
      }
    }
  }
  return holes;
}

/** What is stored once KIS has everything right, and was read again: the truth, wherever KIS has rows at all. */
export function expectHealed(
  stored: Readonly<Record<string, readonly unknown[]>>,
  day: string,
  symbols: readonly string[],
  { world, simulator }: { readonly world: World; readonly simulator: KisSimulator },
): void {
  const { venue } = world;
  for (const symbol of symbols) {
    const real = new Map(simulator.truth(symbol, day, { venue }).map((bar) => [bar.time, bar]));
    for (const [at, minute] of ours.minutes(day, { venue }).entries()) {
      const row = (stored[symbol]?.[at] ?? []) as Row;
      const bar = real.get(minute);
      const wanted = bar && [bar.open, bar.high, bar.low, bar.close, bar.volume];
      const found = row[4] === 0 ? undefined : row.slice(0, 5);
      const isRight =
        wanted === undefined ? found === undefined : found !== undefined && isSame(found, wanted);
      demand(isRight, found, wanted, () => `${symbol} ${day} minute ${at} after healing`);
    }
  }
}

interface Line {
  readonly timestamp: string;
  readonly data: Readonly<Record<string, readonly unknown[]>>;
}

/** Looks at objects as any reader finds them: none says two things of one minute. */
export class ObjectWatch {
  readonly #seen = new Set<string>();

  async look(store: MemoryStore): Promise<void> {
    for await (const key of store.list("")) {
      if (!key.endsWith(".zstd") || this.#seen.has(key)) continue;
      this.#seen.add(key);
      const opened = await unseal((await store.get(key)) ?? new Uint8Array());
      if ("damage" in opened) throw new Error(`${key}: ${opened.damage}`);
      let before = "";
      for (const text of opened.content.toString().trimEnd().split("\n")) {
        const { timestamp, data } = JSON.parse(text) as Line;
        demand(timestamp > before, timestamp, `later than ${before}`, () => `${key}: lines of minutes`);
        before = timestamp;
        // `fields` is an array as well; of a name that is there twice the parser keeps one.
        const names = text.split('":[').length - 2;
        const kept = Object.keys(data).length;
        demand(names === kept, names, kept, () => `${key}: symbols of ${timestamp}`);
      }
    }
  }
}
