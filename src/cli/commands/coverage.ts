import {
  type Coverage,
  ConfigError,
  INDEX_MINUTE_PREFIX,
  type MinuteBar,
  type ObjectStore,
  type ResampledBar,
  type TradingDay,
  type Venue,
  checkSymbol,
  krx,
  readBars,
  resample,
  coverage as readCoverage,
} from "hantoo";
import { coveragePage } from "../page/index.js";
import {
  type MarketValues,
  type RangeValues,
  type SymbolValues,
  chooseStored,
  marketOptions,
  notePlaceOfSimulated,
  openStore,
  rangeOf,
  rangeOptions,
  symbolOptions,
} from "../setup/index.js";
import {
  type CliCommand,
  EXIT,
  type Shell,
  clockSpan,
  count,
  defineCommand,
  percent,
  stamp,
} from "../shell/index.js";

interface Values extends SymbolValues, MarketValues, RangeValues {
  readonly indices?: string;
  readonly html?: string;
  readonly chart?: string;
}

/** Trading days if none of the options says how many. */
const DEFAULT_DAYS = 20;
/** Rows of the gap list on the terminal. */
const MAX_LINES = 40;
/** Days of candles on the page, and the minutes of each. */
const CHART_DAYS = 5;
const CHART_MINUTES = 5;

/** `hantoo coverage`: what a store holds, what is missing and why. It asks KIS nothing and writes nothing. */
export const coverage: CliCommand = defineCommand<Values>({
  name: "coverage",
  about: (say) =>
    say(
      "what is stored, what is missing and why; asks KIS nothing",
      "저장된 것, 누락된 것과 그 이유. KIS에 묻지 않음",
    ),
  configure(command, say) {
    symbolOptions(command, say);
    rangeOptions(command, say, DEFAULT_DAYS);
    marketOptions(command, say);
    command
      .option(
        "--indices <list>",
        say(
          "these indices instead of symbols, as `follow --indices` stores them",
          "종목 대신 `follow --indices`로 모은 지수",
        ),
      )
      .option(
        "--html <file>",
        say(
          "also write an HTML page: heat map and candles; it loads nothing",
          "HTML 보고서도 작성: 히트맵과 캔들, 외부 접속 없음",
        ),
      )
      .option(
        "--chart <symbol>",
        say("whose candles (default: the first symbol)", "캔들을 그릴 종목(기본값: 첫 종목)"),
        (text) => checkSymbol(text, "--chart"),
      );
  },
  async run(shell, values) {
    const { venue, hours } = values;
    const { from, to } = rangeOf(values, shell, DEFAULT_DAYS);
    const { store, where } = openStore(shell);
    const chosen = (await chooseStored(shell, values, store))?.map(({ symbol }) => symbol);
    const indices = values.indices?.split(",").map((one) => one.trim());
    if (indices !== undefined && chosen !== undefined)
      throw new ConfigError("--indices", "given without a choice of symbols", "both");
    const symbols = indices ?? chosen;
    const { signal, clock } = shell.io;
    const place = { store, venue, ...(indices && { prefix: INDEX_MINUTE_PREFIX }) };
    const range = { ...place, hours, from, to, signal, clock, logger: shell.logger };
    const found = await readCoverage({ ...range, ...(symbols === undefined ? {} : { symbols }) });
    printCoverage(shell, found, `${where}, ${venue}, ${from} - ${to}`);
    if (from < krx.first || to > krx.coveredThrough) noteCalendarEnds(shell);
    if (found.total.symbols === 0) await notePlaceOfSimulated(shell);
    if (values.html !== undefined) {
      const title = shell.say(
        `Coverage of ${where}, ${venue}, ${from} to ${to}`,
        `${where} 수집 현황, ${venue}, ${from}~${to}`,
      );
      const symbol = values.chart ?? found.days[0]?.symbol;
      const bars = symbol === undefined ? [] : await candles(place, symbol, { from, to }, signal);
      const page = coveragePage(
        { title, coverage: found, candles: { symbol: symbol ?? "-", minutes: CHART_MINUTES, bars } },
        await shell.io.files.chartCode(),
        shell.say,
      );
      await shell.writeFile("--html", values.html, page);
      shell.print(shell.say(`\nwritten: ${values.html}`, `\n작성: ${values.html}`));
    }
    shell.answer(found);
    // Of a day that the calendar does not know nobody can say that it is whole.
    const isKnown = from >= krx.first && to <= krx.coveredThrough;
    const isWhole = isKnown && found.total.missing === 0 && found.total.symbols > 0;
    return isWhole ? EXIT.whole : EXIT.degraded;
  },
});

function noteCalendarEnds(shell: Shell): void {
  const [first, last] = [krx.first, krx.coveredThrough];
  shell.note(
    shell.say(
      `Of days before ${first} or after ${last} the calendar knows nothing: what is stored of them is not told.`,
      `${first} 이전과 ${last} 이후는 달력이 모르는 날입니다. 그날의 저장 여부는 알 수 없습니다.`,
    ),
  );
}

async function candles(
  place: { readonly store: ObjectStore; readonly venue: Venue; readonly prefix?: string },
  symbol: string,
  { from, to }: { readonly from: TradingDay; readonly to: TradingDay },
  signal: AbortSignal,
): Promise<readonly ResampledBar[]> {
  const days = krx.tradingDays(from, to).slice(-CHART_DAYS);
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined)
    throw new ConfigError("--from", "a range with a trading day", from);
  const bars: MinuteBar[] = [];
  const read = readBars({ ...place, symbol, hours: "regular", from: first, to: last, signal });
  for await (const bar of read) bars.push(bar);
  return resample(bars, { minutes: CHART_MINUTES, venue: place.venue });
}

function printCoverage(shell: Shell, { total, days }: Coverage, what: string): void {
  const { say } = shell;
  shell.print(`${what}\n`);
  if (total.symbols === 0) {
    shell.note(
      say(
        "Nothing is stored there for these days. Run `hantoo log` to collect.",
        "이 기간에 저장된 것이 없습니다. `hantoo log`로 수집을 시작하세요.",
      ),
    );
    return;
  }
  const byDay = new Map<TradingDay, Coverage["days"][number][]>();
  for (const row of days) {
    const rows = byDay.get(row.tradingDay);
    if (rows === undefined) byDay.set(row.tradingDay, [row]);
    else rows.push(row);
  }
  for (const [day, rows] of byDay) {
    const status = rows[0]?.status;
    if (status === "closed") continue;
    let [have, expected, complete] = [0, 0, 0];
    for (const row of rows) {
      have += row.have - row.holes;
      expected += row.expected;
      if (row.status === "complete") complete++;
    }
    const rate =
      status === "unknown" ? say("outside the calendar", "달력 밖") : percent(have / expected).padStart(9);
    const whole = `${complete}/${rows.length}`.padStart(9);
    const minutes = `${have}/${expected}`.padStart(15);
    shell.print(
      say(
        `${day}  ${whole} complete  ${minutes} minutes  ${rate}`,
        `${day}  ${whole} 온전  ${minutes}분  ${rate}`,
      ),
    );
  }
  printGaps(shell, days);
  const seen =
    total.first === undefined || total.last === undefined
      ? ""
      : `, ${stamp(total.first)} - ${stamp(total.last)}`;
  shell.print(
    say(
      `\n${total.symbols} symbols, ${count(total.have)} of ${count(total.expected)} minutes (${percent(total.rate)})${seen}`,
      `\n${total.symbols}종목, ${count(total.expected)}분 중 ${count(total.have)}분(${percent(total.rate)})${seen}`,
    ),
  );
}

function printGaps(shell: Shell, days: Coverage["days"]): void {
  const gaps = days.filter(({ status }) => status === "partial" || status === "missing");
  if (gaps.length === 0) return;
  shell.print(shell.say("\nmissing (KST):", "\n누락(KST):"));
  for (const { tradingDay, symbol, missing } of gaps.slice(0, MAX_LINES)) {
    const spans = missing.map(({ from, to, reason }) => `${clockSpan(from, to)} ${reason}`);
    const more =
      spans.length > 4 ? shell.say(`, and ${spans.length - 4} more`, ` 외 ${spans.length - 4}건`) : "";
    shell.print(`  ${tradingDay} ${symbol.padEnd(9)} ${spans.slice(0, 4).join(", ")}${more}`);
  }
  const rest = gaps.length - MAX_LINES;
  if (rest > 0) shell.print(shell.say(`  and ${rest} more`, `  그 밖의 ${rest}건`));
}
