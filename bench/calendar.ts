/*
 * How fast and how right: krx beside date-holidays, korean-business-day and a Set of the days it would have to be
 * given, in one run.
 *
 *   npx tsx bench/calendar.ts
 *
 * The two are looked up in this project, or in the folder HANTOO_BENCH_MODULES names (npm i date-holidays
 * korean-business-day there); without them only krx is measured. They know Korean holidays and no exchange, so
 * each does what it can: no election days, no year end, no hours.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { argv, cwd, env, stderr, stdout } from "node:process";
import { createCalendar, krx } from "hantoo/calendar";
import { addDays, compactDay, expandDay, weekdayOf } from "../src/core/index.js";
import { markdownTable } from "./markdown.js";

interface Contestant {
  readonly name: string;
  readonly isTradingDay: (day: string) => boolean;
  readonly nextTradingDay: (day: string) => string;
}

const DAYS = 2000;
const ROUNDS = Number(argv[2] ?? 5);
const require = createRequire(join(env["HANTOO_BENCH_MODULES"] ?? cwd(), "package.json"));

const isWeekend = (day: string): boolean => weekdayOf(day) % 6 === 0;
/** Those that only know holidays step by hand. */
const step = (isTradingDay: (day: string) => boolean, day: string): string => {
  let next = addDays(day, 1);
  while (!isTradingDay(next)) next = addDays(next, 1);
  return next;
};

function dateHolidays(): Contestant {
  type Holiday = { readonly type: string };
  type Holidays = new (country: string) => { isHoliday(date: Date): false | Holiday[] };
  const loaded = require("date-holidays") as Holidays | { default: Holidays };
  const holidays = new (typeof loaded === "function" ? loaded : loaded.default)("KR");
  const isTradingDay = (day: string): boolean => {
    const found = isWeekend(day) || holidays.isHoliday(new Date(`${day}T12:00:00+09:00`));
    return found === false || (Array.isArray(found) && !found.some(({ type }) => /public|bank/.test(type)));
  };
  return { name: "date-holidays", isTradingDay, nextTradingDay: (day) => step(isTradingDay, day) };
}

function koreanBusinessDay(): Contestant {
  const loaded = require("korean-business-day") as {
    isHoliday(date: Date): boolean;
    getNextKoreanBusinessDayYmd(day: number, count: number): number;
  };
  return {
    name: "korean-business-day",
    isTradingDay: (day) => !loaded.isHoliday(new Date(`${day}T00:00:00Z`)),
    nextTradingDay: (day) =>
      expandDay(String(loaded.getNextKoreanBusinessDayYmd(Number(compactDay(day)), 1))) ?? "",
  };
}

/** The floor: trading days in a Set, of which it cannot know where they come from, or where they end. */
function bareSet(): Contestant {
  const days = new Set(krx.tradingDays("2016-01-01", "2027-12-31"));
  const isTradingDay = (day: string): boolean => days.has(day);
  return { name: "a Set of trading days", isTradingDay, nextTradingDay: (day) => step(isTradingDay, day) };
}

function installed(name: string, load: () => Contestant): Contestant[] {
  try {
    return [load()];
  } catch (error) {
    if ((error as { code?: string }).code !== "MODULE_NOT_FOUND") throw error;
    stderr.write(`${name}: not installed\n`);
    return [];
  }
}

/** Calls a second, best of the rounds: noise only ever slows. */
function rate(call: (day: string) => unknown, days: readonly string[]): number {
  let best = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    for (const day of days) call(day);
    best = Math.max(best, (days.length / (performance.now() - start)) * 1000);
  }
  return best;
}

const per = (ratePerSecond: number): string => Math.round(ratePerSecond).toLocaleString("en");

// The same days in every run, spread over the years that all claim to know; strings made anew as a caller's are.
const span = 3650;
const days = Array.from({ length: DAYS }, (_, index) => addDays("2017-01-02", (index * 1_103) % span));
const sessions = days.filter((day) => krx.isTradingDay(day));
const recent = krx.tradingDays("2026-01-01", "2026-11-20");

const contestants: readonly Contestant[] = [
  {
    name: "krx",
    isTradingDay: (day) => krx.isTradingDay(day),
    nextTradingDay: (day) => krx.nextTradingDay(day),
  },
  bareSet(),
  ...installed("date-holidays", dateHolidays),
  ...installed("korean-business-day", koreanBusinessDay),
];

stdout.write(`${DAYS} days of 2017 to 2026, best of ${ROUNDS} rounds, calls a second:\n\n`);
let ours = Number.NaN;
const races = contestants.map(({ name, isTradingDay, nextTradingDay }) => {
  let wrong = 0;
  for (let day = "2018-01-01"; day <= "2027-12-31"; day = addDays(day, 1)) {
    if (!isWeekend(day) && isTradingDay(day) !== krx.isTradingDay(day)) wrong += 1;
  }
  const asked = rate(isTradingDay, days);
  if (name === "krx") ours = asked;
  return {
    contestant: name,
    isTradingDay: per(asked),
    "krx is faster": `${Number((ours / asked).toPrecision(2))} x`,
    nextTradingDay: per(rate(nextTradingDay, days)),
    "weekdays otherwise than krx, 2018-2027": name === "krx" ? "(the measure)" : wrong,
  };
});
stdout.write(`${markdownTable(races)}\n`);

const cold = (): void => {
  const calendar = createCalendar();
  for (const day of sessions.slice(0, 300)) calendar.minutes(day, { venue: "UN", hours: "all" });
};
const instants = recent.map((day) => String(Date.parse(`${day}T10:00:00+09:00`)));
const alone: Readonly<Record<string, string>> = {
  "minutes, kept ready": per(rate((day) => krx.minutes(day), recent)),
  "minutes, made (UN, all hours)": per(300 * rate(cold, [""])),
  "session, kept ready": per(rate((day) => krx.session(day), recent)),
  isOpen: per(rate((at) => krx.isOpen(Number(at)), instants)),
  lastTradingDay: per(rate((at) => krx.lastTradingDay(Number(at)), instants)),
  "tradingDays, a year": per(rate(() => krx.tradingDays("2026-01-01", "2026-12-31"), recent)),
};
const start = performance.now();
createCalendar().isTradingDay("2026-11-20");
const first = `${(performance.now() - start).toFixed(1)} ms`;
stdout.write(
  markdownTable(Object.entries(alone).map(([what, rate]) => ({ "krx alone": what, "calls a second": rate }))),
);
stdout.write(`\nThe first question of a calendar took ${first}.\n`);
