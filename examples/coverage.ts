// Tells what a store holds of each day and symbol, what is missing and why. See --help.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import {
  ConfigError,
  type Coverage,
  type MinuteBar,
  checkDay,
  checkHours,
  checkSymbols,
  checkVenue,
  coverage,
  krx,
  readBars,
  resample,
} from "hantoo";
import { coveragePage, kst, percent, span } from "./coverage-page.js";
import { interruptSignal, main, openStore } from "./setup.js";

const help = `Tells what a store holds, what is missing and why. It asks KIS nothing.

  npx tsx examples/coverage.ts [options]

  --out ./data              the folder to look into
  --from 2026-11-02         first day, KST (default: 20 trading days back)
  --to 2026-11-20           last day, KST (default: the last trading day)
  --symbols 005930,000660   which symbols must be there (default: those stored in the range)
  --venue KRX               KRX, NXT or UN
  --hours regular           regular or all
  --html coverage.html      also one self-contained page: heat map and candles
  --chart 005930            whose candles (default: the first symbol)
  --help

  S3_BUCKET                 look into this bucket instead of --out
  S3_ENDPOINT, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY   any S3-compatible server

  The exit code is 0 when every expected minute is stored, 3 when some are missing.
`;

/** Rows of the gap list on the terminal. */
const MAX_LINES = 40;
/** Days of candles on the page, and the minutes of each. */
const CHART_DAYS = 5;
const CHART_MINUTES = 5;

await main(async () => {
  const { values } = parseArgs({
    options: {
      out: { type: "string", default: "./data" },
      from: { type: "string" },
      to: { type: "string" },
      symbols: { type: "string" },
      venue: { type: "string", default: "KRX" },
      hours: { type: "string", default: "regular" },
      html: { type: "string" },
      chart: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const to = values.to === undefined ? krx.lastTradingDay() : checkDay(values.to, "--to");
  const from = values.from === undefined ? krx.addTradingDays(to, -19) : checkDay(values.from, "--from");
  if (to < from) throw new ConfigError("--to", `a day not before --from (${from})`, to);
  const venue = checkVenue(values.venue, "--venue");
  const hours = checkHours(values.hours, "--hours");
  const [chart] = values.chart === undefined ? [] : checkSymbols([values.chart], "--chart");
  const symbols =
    values.symbols === undefined ? undefined : checkSymbols(values.symbols.split(","), "--symbols");
  const signal = interruptSignal();
  const { store, where } = await openStore(values.out);

  const result = await coverage({ store, venue, hours, from, to, signal, ...(symbols && { symbols }) });
  print(result, `${where}, ${venue}, ${from} to ${to}`);

  if (values.html !== undefined) {
    const symbol = chart ?? result.days[0]?.symbol ?? "no symbol";
    const days = krx.tradingDays(from, to).slice(-CHART_DAYS);
    const bars: MinuteBar[] = [];
    const [first = from, last = to] = [days[0], days.at(-1)];
    if (result.total.symbols > 0) {
      const read = readBars({ store, symbol, venue, hours: "regular", from: first, to: last, signal });
      for await (const bar of read) bars.push(bar);
    }
    const candles = resample(bars, { minutes: CHART_MINUTES, venue });
    const title = `Coverage of ${where}, ${venue}, ${from} to ${to}`;
    writeFileSync(
      values.html,
      coveragePage({ title, coverage: result, candles: { symbol, minutes: CHART_MINUTES, bars: candles } }),
    );
    console.log(`\nwritten: ${values.html}`);
  }
  return result.total.missing === 0 && result.total.symbols > 0 ? 0 : 3;
});

function print({ total, days }: Coverage, what: string): void {
  console.log(`${what}\n`);
  if (total.symbols === 0) {
    console.log("Nothing is stored there. Log something first: npm run log-today");
    return;
  }
  for (const day of new Set(days.map(({ tradingDay }) => tradingDay))) {
    const rows = days.filter(({ tradingDay }) => tradingDay === day);
    const [first] = rows;
    if (first?.status === "closed") continue;
    const sum = (pick: (row: (typeof rows)[number]) => number): number =>
      rows.reduce((all, row) => all + pick(row), 0);
    const [have, expected] = [sum((row) => row.have), sum((row) => row.expected)];
    const complete = rows.filter(({ status }) => status === "complete").length;
    const rate = first?.status === "unknown" ? "outside the calendar" : percent(have / expected).padStart(9);
    console.log(
      `${day}  ${`${complete}/${rows.length}`.padStart(9)} complete  ${`${have}/${expected}`.padStart(15)} minutes  ${rate}`,
    );
  }
  const gaps = days.filter(({ status }) => status === "partial" || status === "missing");
  if (gaps.length > 0) console.log("\nmissing (KST):");
  for (const { tradingDay, symbol, missing } of gaps.slice(0, MAX_LINES)) {
    const spans = missing.map(({ from, to, reason }) => `${span(from, to)} ${reason}`);
    const more = spans.length > 4 ? `, and ${spans.length - 4} more` : "";
    console.log(`  ${tradingDay} ${symbol.padEnd(9)} ${spans.slice(0, 4).join(", ")}${more}`);
  }
  if (gaps.length > MAX_LINES) console.log(`  and ${gaps.length - MAX_LINES} more`);
  const seen =
    total.first === undefined || total.last === undefined
      ? ""
      : `, ${kst(total.first)} to ${kst(total.last)}`;
  console.log(
    `\n${total.symbols} symbols, ${total.have} of ${total.expected} minutes (${percent(total.rate)})${seen}`,
  );
}
