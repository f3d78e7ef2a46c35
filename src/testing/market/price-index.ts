import { type TradingDay, MINUTE_MS, daysBetween } from "../../core/index.js";
import type { TradingCalendar } from "../../calendar/index.js";
import { createRandom, fractionOf, hashText, mixHash } from "../random.js";

/** One day of a stock index, by minutes of the regular session. */
export interface IndexDay {
  /** Code of the index as KIS writes it. */
  readonly code: string;
  /** Name in Korean. */
  readonly name: string;
  /** KST day. */
  readonly tradingDay: TradingDay;
  /** Epoch ms of the minutes' starts, ascending: the regular session's. */
  readonly minutes: readonly number[];
  /** Index points of two decimals, at the start of minute 0 and at the end of each minute. */
  readonly points: readonly number[];
  /** 1,000 shares of each minute. */
  readonly volumes: readonly number[];
  /** Million KRW of each minute. */
  readonly turnovers: readonly number[];
  /** Close of the trading day before, in points. */
  readonly previousClose: number;
}

interface IndexSeed {
  readonly name: string;
  readonly level: number;
  /** 1,000 shares on a typical day. */
  readonly dailyVolume: number;
}

/** KIS's codes; KRX's own differ (1001 is KOSPI there). Levels and volumes are rough, not data. */
const INDICES: Readonly<Record<string, IndexSeed>> = {
  "0001": { name: "종합", level: 4000, dailyVolume: 420_000 },
  "1001": { name: "KOSDAQ", level: 900, dailyVolume: 900_000 },
  "2001": { name: "KOSPI200", level: 560, dailyVolume: 160_000 },
  "4001": { name: "KRX100", level: 8000, dailyVolume: 140_000 },
  "0002": { name: "대형주", level: 4100, dailyVolume: 190_000 },
  "0005": { name: "음식료·담배", level: 4600, dailyVolume: 6000 },
  "0013": { name: "전기·전자", level: 39_000, dailyVolume: 90_000 },
  "0021": { name: "금융", level: 760, dailyVolume: 30_000 },
  "4002": { name: "KRX 자동차", level: 2600, dailyVolume: 6000 },
  "4003": { name: "KRX 반도체", level: 7400, dailyVolume: 20_000 },
  "4004": { name: "KRX 헬스케어", level: 4300, dailyVolume: 30_000 },
  "4005": { name: "KRX 은행", level: 1300, dailyVolume: 7000 },
  "4007": { name: "KRX 에너지화학", level: 2900, dailyVolume: 9000 },
  "4008": { name: "KRX 철강", level: 1900, dailyVolume: 4000 },
  "4011": { name: "KRX 건설", level: 900, dailyVolume: 9000 },
  "4013": { name: "KRX 증권", level: 1500, dailyVolume: 8000 },
  "4014": { name: "KRX 기계장비", level: 1200, dailyVolume: 16_000 },
  "4015": { name: "KRX 보험", level: 2400, dailyVolume: 3000 },
  "4016": { name: "KRX 운송", level: 1000, dailyVolume: 5000 },
};

/** Mean price of a share, KRW: turns shares into turnover. */
const SHARE_PRICE = 12_000;
/** Slow waves, [amplitude of the logarithm, days]. */
const WAVES = [
  [0.15, 220],
  [0.05, 30],
  [0.012, 5],
] as const;
const EPOCH = "2000-01-01";

export interface IndexSource {
  readonly seed: number;
  readonly calendar: TradingCalendar;
}

/** @returns the index's day, from the seed alone; `undefined` for an unknown code and a closed day. */
export function createIndexDay(
  code: string,
  day: TradingDay,
  { seed, calendar }: IndexSource,
): IndexDay | undefined {
  const index = Object.hasOwn(INDICES, code) ? INDICES[code] : undefined;
  if (index === undefined || !calendar.isTradingDay(day)) return undefined;
  const root = hashText(`${seed}/index/${code}`);
  const close = levelOf(root, index, day);
  const hasBefore = calendar.countTradingDays(calendar.first, day) > 1;
  const previousClose = hasBefore ? levelOf(root, index, calendar.previousTradingDay(day)) : close;
  const minutes = calendar.minutes(day);
  const random = createRandom(mixHash(root, daysBetween(EPOCH, day)));
  const walk = [0];
  for (let at = 1; at <= minutes.length; at++) walk.push((walk[at - 1] ?? 0) + 0.0006 * (random() - 0.5));
  const end = walk.at(-1) ?? 0;
  const from = Math.log(previousClose * (1 + 0.004 * (random() - 0.5)));
  const points = walk.map((step, at) => {
    const part = at / minutes.length;
    const bridged = from + (Math.log(close) - from) * part + step - end * part;
    return at === minutes.length ? close : round(Math.exp(bridged));
  });
  const scale = (index.dailyVolume * (0.7 + 0.6 * random())) / minutes.length;
  const isIdle = (at: number): boolean => at < minutes.length - 1 && isClosingAuction(minutes, at);
  const volumes = minutes.map((_, at) => (isIdle(at) ? 0 : Math.round(scale * (0.5 + random()))));
  const turnovers = volumes.map((volume) => Math.round((volume * SHARE_PRICE) / 1000));
  return { code, name: index.name, tradingDay: day, minutes, points, volumes, turnovers, previousClose };
}

function isClosingAuction(minutes: readonly number[], at: number): boolean {
  return (minutes.at(-1) ?? 0) - (minutes[at] ?? 0) <= 10 * MINUTE_MS;
}

function levelOf(root: number, { level }: IndexSeed, day: TradingDay): number {
  const place = daysBetween(EPOCH, day);
  let log = 0.006 * (2 * fractionOf(mixHash(mixHash(root, 9), place)) - 1);
  for (const [wave, [size, days]] of WAVES.entries()) {
    const at = Math.floor(place / days);
    const part = place / days - at;
    const ease = part * part * (3 - 2 * part);
    const draw = (index: number): number => fractionOf(mixHash(mixHash(root, wave), index));
    log += size * (2 * (draw(at) + (draw(at + 1) - draw(at)) * ease) - 1);
  }
  return round(level * Math.exp(log));
}

function round(points: number): number {
  return Math.round(points * 100) / 100;
}
