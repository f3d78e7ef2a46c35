import { expect, test } from "vitest";
import { type MinuteBar, kstDay, kstTime } from "../../../src/core/index.js";
import { type CoverageRow, type SyncReport, coverage } from "../../../src/kline/index.js";
import { storedRows } from "../logger-setup.js";
import { filledCells } from "../sample-market.js";
import {
  CLOSING,
  DAYS,
  EMPTY,
  EXAM,
  FAULTS,
  HOLIDAY,
  IS_FULL,
  LATE,
  LOST,
  ODD,
  PLAIN_CALLS,
  SPLIT,
  SYMBOLS,
  UNREADABLE,
  WANDERING,
  ours,
  runQuarter,
} from "./quarter.js";

const LAST = DAYS.at(-1) ?? "";
const OPEN = IS_FULL ? "0900" : "1450";
/** Of the examination's day: what traded at no other label before it was stored, so that nobody vouches for its end. */
const SELDOM = IS_FULL ? ["200040", "200200"] : ["200040", "200200", "200250"];
/** A thin one, of which a trade at 15:31 stands for a closing print. */
const NEAR_CLOSE = IS_FULL ? ["200400"] : ["200110"];
/** Those that never traded at a label for which we have no session. */
const UNSEEN = IS_FULL ? ["200200", "200400"] : [];
const isSeen = (symbol: string): boolean => !UNSEEN.includes(symbol);
const SEEN = SYMBOLS.filter(isSeen).sort();

/** What a quarter of faults leaves behind: by day and minutes, why, and at which symbols. Written by hand. */
const LEFT: readonly (readonly [minutes: string, reason: string, symbols: readonly string[]])[] = [
  ["2026-10-28 1458-1458", "lost", [LOST]], // right on the fifth day, read again until the third
  [`${HOLIDAY} ${OPEN}-1530`, "not-fetched", SYMBOLS],
  ["2026-11-06 1530-1530", "lost", [CLOSING]], // never right
  ["2026-11-16 1530-1530", "lost", [LATE]], // withdrawn while it was read again
  [
    `${EXAM} 1530-1530`,
    "not-fetched",
    SYMBOLS.filter((symbol) => !SELDOM.includes(symbol) && !NEAR_CLOSE.includes(symbol)),
  ],
  // The next evening's answers show trades after our close, or prove that there were none.
  [`${EXAM} 1530-1530`, "lost", [...SELDOM.filter(isSeen), ...NEAR_CLOSE].sort()],
  ["2026-11-24 1500-1500", "lost", [UNREADABLE]],
  [`${LAST} 1502-1502`, "lost", [LOST]], // not read again yet
];

/** What reading again found: by day and symbol, the first minute that was stored anew. */
const REVISED: readonly string[] = [
  `2026-10-07 ${LOST} 1503`,
  `2026-10-13 ${CLOSING} 1530`,
  `2026-10-14 ${LOST} 1455`,
  `2026-10-15 ${LATE} 1530`,
  `2026-10-20 ${UNREADABLE} 1505`,
  `2026-10-22 ${UNREADABLE} 1507`,
  `2026-11-05 ${WANDERING}`,
  `2026-11-10 ${SPLIT} 1501`,
  // Doubted in the evening, and proved quiet by the next one's totals.
  ...(IS_FULL ? [`${EXAM} 200200 1530`] : []),
];

const label = (time: number): string => kstTime(time).slice(0, 4);

function gapsOf(rows: readonly CoverageRow[]): Record<string, readonly string[]> {
  const gaps: Record<string, string[]> = {};
  for (const { symbol, tradingDay, missing } of rows)
    for (const { from, to, reason } of missing)
      (gaps[`${tradingDay} ${label(from)}-${label(to)} ${reason}`] ??= []).push(symbol);
  return gaps;
}

/** `accVolume` over the minutes that our calendar knows. */
function recounted(bars: readonly MinuteBar[]): readonly MinuteBar[] {
  let accVolume = 0;
  return bars.map((bar) => ({ ...bar, accVolume: (accVolume += bar.volume) }));
}

test(
  "sixty days of fifty symbols with faults, by run() alone: what is missing at the end is what was written down",
  { timeout: 1_200_000 },
  async () => {
    const { reports, store, clock, simulator, calls } = await runQuarter(FAULTS);
    const last = new Map<string, SyncReport>(reports.map((report) => [report.tradingDay, report]));
    expect([...last.keys()].sort()).toEqual(DAYS);

    const range = { store, calendar: ours, clock, from: DAYS[0] ?? "", to: LAST, symbols: SYMBOLS };
    const { days } = await coverage(range);
    const left = Object.fromEntries(LEFT.map(([minutes, reason, names]) => [`${minutes} ${reason}`, names]));
    expect(gapsOf(days)).toEqual(left);

    // The last report of each day says the same, and names what is odd.
    const said = [...last.values()];
    const holes = said.flatMap((report) =>
      report.holes.map(
        ({ symbol, minutes }) => `${report.tradingDay} ${symbol} ${minutes.map(label).join()}`,
      ),
    );
    const lost = LEFT.filter(([, reason]) => reason === "lost");
    const named = lost.flatMap(([minutes, , names]) =>
      names.map((symbol) => `${minutes.slice(0, 10)} ${symbol} ${minutes.slice(-4)}`),
    );
    expect(holes.sort()).toEqual(named.sort());
    const odd = said.flatMap((report) =>
      report.odd.map((one) => `${report.tradingDay} ${one.symbol} ${label(one.time)}`),
    );
    expect(odd).toEqual([`2026-10-30 ${ODD} 1459`]);
    const conflicts = said.flatMap(({ calendarConflicts }) => calendarConflicts);
    expect(conflicts).toMatchObject([
      { tradingDay: HOLIDAY, kind: "closed-by-source", symbols: SYMBOLS },
      { tradingDay: EXAM, kind: "hours", symbols: SEEN },
    ]);
    const failed = said.flatMap(({ tradingDay, failures }) =>
      failures.map(({ symbol }) => `${tradingDay} ${symbol}`),
    );
    expect(failed.sort()).toEqual(SEEN.map((symbol) => `${EXAM} ${symbol}`));
    // KIS had no row of it until the grace time was over, and the next evening found it.
    const gone = reports.filter(({ failures }) => failures.some(({ symbol }) => symbol === EMPTY));
    expect(new Set(gone.map(({ tradingDay }) => tradingDay))).toEqual(new Set([EXAM, "2026-12-03"]));
    const revised = reports.flatMap(({ tradingDay, revised: found }) =>
      found.map(({ symbol, minutes: [first = 0] }) => `${tradingDay} ${symbol} ${label(first)}`),
    );
    expect(revised.map((one, at) => (REVISED[at]?.endsWith(WANDERING) ? one.slice(0, -5) : one))).toEqual(
      REVISED,
    );
    expect(
      reports.flatMap(({ tradingDay, restored }) => restored.map((one) => `${tradingDay} ${one}`)),
    ).toEqual([`2026-11-10 ${SPLIT}`]);

    // What is stored beside that is what was traded, to the share.
    const excused = new Set([`2026-11-05 ${WANDERING}`, `2026-10-30 ${ODD}`]);
    for (const [minutes, , names] of LEFT)
      for (const symbol of names) excused.add(`${minutes.slice(0, 10)} ${symbol}`);
    for (const day of DAYS) {
      const stored = await storedRows(store, day, ours);
      const minutes = ours.minutes(day);
      for (const symbol of SYMBOLS) {
        if (excused.has(`${day} ${symbol}`)) continue;
        const bars = simulator.truth(symbol, day).filter(({ time }) => minutes.includes(time));
        const found = JSON.stringify(stored[symbol]);
        const wanted = JSON.stringify(filledCells(recounted(bars), minutes));
        if (found !== wanted) expect(found, `${day} ${symbol}`).toBe(wanted);
      }
    }
    expect(kstDay(clock.now())).toBe(LAST);

    // Faults cost at most 2 % more calls than the same quarter without them.
    const plain = PLAIN_CALLS;
    expect(Object.values(simulator.stats.faultsByName).length).toBeGreaterThan(14);
    expect(calls.minutes + calls.daily).toBeLessThanOrEqual(1.02 * (plain.minutes + plain.daily));
    if (IS_FULL) console.log(calls);
  },
);
