import {
  type BarSource,
  type MinuteBar,
  type SourceBars,
  type MinuteBarsRequest,
  type ObjectStore,
  krx,
  readKlines,
} from "hantoo";

/** A KST time as epoch ms: `at("2026-11-20 09:00")`. */
export const at = (text: string): number =>
  Date.parse(`${text.replace(" ", "T")}${text.length === 16 ? ":00" : ""}+09:00`);

/** What traded: a function of symbol and day; every third minute of a symbol ending in 0 has no trade. */
export function tradedBars(
  symbol: string,
  tradingDay: string,
  venue: "KRX" | "NXT" | "UN" = "KRX",
): MinuteBar[] {
  const salt = Array.from(symbol).reduce((sum, character) => sum + character.charCodeAt(0), 0);
  let accVolume = 0;
  return krx.minutes(tradingDay, { venue }).flatMap((time, index) => {
    if (symbol.endsWith("0") && (index < 3 || index % 3 === 1)) return [];
    const open = 1000 + ((index * 7 + salt) % 50) * 5;
    const close = open + ((index + salt) % 5) * 5 - 10;
    const volume = 1 + ((index * 13 + salt) % 900);
    accVolume += volume;
    return [
      {
        time,
        open,
        high: Math.max(open, close) + 5,
        low: Math.min(open, close) - 5,
        close,
        volume,
        accVolume,
        turnover: volume * close,
      },
    ];
  });
}

/** The values of a symbol's day as they must be stored: flat where untraded, null before the first trade. */
export function expectedRows(symbol: string, tradingDay: string, count?: number): (number | null)[][] {
  const bars = new Map(tradedBars(symbol, tradingDay).map((bar) => [bar.time, bar]));
  let last: MinuteBar | undefined;
  return krx
    .minutes(tradingDay)
    .slice(0, count)
    .map((time) => {
      const bar = bars.get(time);
      if (bar !== undefined) {
        last = bar;
        return [bar.open, bar.high, bar.low, bar.close, bar.volume, bar.accVolume];
      }
      const price = last?.close ?? null;
      return [price, price, price, price, 0, last?.accVolume ?? 0];
    });
}

export interface CountingSource extends BarSource {
  readonly requests: MinuteBarsRequest[];
}

/** A source as a consumer writes one from the page: final minutes only, `from` honoured. */
export function sourceAt(
  now: () => number,
  change: (answer: SourceBars, request: MinuteBarsRequest) => unknown = (answer) => answer,
): CountingSource {
  const requests: MinuteBarsRequest[] = [];
  return {
    requests,
    async minuteBars(request) {
      requests.push(request);
      const { symbol, tradingDay = "", venue = "KRX", from = 0 } = request;
      const minutes = krx.minutes(tradingDay, { venue });
      const final = minutes.filter((time) => time + 70_000 <= now());
      const through = final.at(-1) ?? (minutes[0] ?? 0) - 60_000;
      const bars = tradedBars(symbol, tradingDay, venue).filter(
        ({ time }) => time >= from && time <= through,
      );
      const complete = final.length === minutes.length;
      const answer = { symbol, venue, tradingDay, bars, through, complete, calls: 1 };
      return change(answer, request) as SourceBars;
    },
  };
}

/** Merged stored rows of the six fields, by symbol, as `readKlines` gives them. */
export async function storedRows(
  store: ObjectStore,
  tradingDay: string,
  options: Partial<Parameters<typeof readKlines>[0]> = {},
): Promise<Record<string, (number | null)[][]>> {
  const rows: Record<string, (number | null)[][]> = {};
  for await (const record of readKlines({ store, from: tradingDay, to: tradingDay, ...options })) {
    for (const [symbol, values] of Object.entries(record.data))
      (rows[symbol] ??= []).push(values.slice(0, 6));
  }
  return rows;
}

/** As it is read from objects that were stored without turnover. */
export function withoutTurnover(bar: MinuteBar): MinuteBar {
  const { time, open, high, low, close, volume, accVolume } = bar;
  return { time, open, high, low, close, volume, accVolume };
}

/** Keys of objects. What a prefix agrees on is none, and columns and their manifests are views of objects. */
export async function keysOf(store: ObjectStore, prefix = ""): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of store.list(prefix))
    if (!/\/_logger-|-(?:columns|manifests)\/venue=/.test(key)) keys.push(key);
  return keys;
}

/** Deletes columns and manifests: a view of the objects that loses nothing. */
export async function dropColumns(store: ObjectStore): Promise<void> {
  for await (const key of store.list(""))
    if (/-(?:columns|manifests)\/venue=/.test(key)) await store.delete(key);
}
