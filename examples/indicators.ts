// Moving averages, RSI, MACD and Bollinger bands on stored days and minutes, as a table, CSV or a page. See --help.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import {
  ConfigError,
  HantooDailyLogger,
  type MinuteBar,
  type ObjectStore,
  catchUp,
  checkSymbol,
  krx,
  kstDay,
  kstTime,
  readBars,
  readDaily,
  resample,
} from "hantoo";
import { chartPage, csvOf } from "./chart-page.js";
import { connect, openStore } from "./connection.js";
import { type IndicatorRow, WARM_UP, indicatorRows } from "./indicator-values.js";
import { interruptSignal, main, sharedOptions } from "./setup.js";

const help = `Indicators of one symbol: SMA 20, EMA 12, Bollinger 20/2, RSI 14, MACD 12/26/9.

  npx tsx examples/indicators.ts [options]

  --symbol 005930           whose
  --days 120                daily bars to show
  --minutes 5               minutes a bar: 5, 10, 15, 30 or 60
  --minute-days 2           trading days of minute bars to show
  --stored                  what is stored as it is: no key, no call
  --html FILE               write a page with both charts
  --csv FILE                write every row
  --out DIR                 the folder that bars are kept in (default: ./data, simulated bars ./data-simulated)
  --live                    refuse to run against the simulator
  --help

${WARM_UP} bars before the first one shown are read as well: an average that never forgets needs them to forget how it began.
Prices are adjusted: across a split raw ones make a crash that never was. KIS_APP_KEY, ...: as for the command.
`;

/** A bar and what the indicators say at its end. */
interface Shown extends IndicatorRow {
  readonly label: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

const HEAD = [
  "bar",
  "open",
  "high",
  "low",
  "close",
  "volume",
  "sma20",
  "ema12",
  "lower",
  "upper",
  "rsi14",
  "macd",
  "signal",
  "histogram",
];

const SIZES = [5, 10, 15, 30, 60] as const;

await main(async () => {
  const { values } = parseArgs({
    options: {
      symbol: { type: "string", default: "005930" },
      days: { type: "string", default: "120" },
      minutes: { type: "string", default: "5" },
      "minute-days": { type: "string", default: "2" },
      stored: { type: "boolean", default: false },
      html: { type: "string" },
      csv: { type: "string" },
      ...sharedOptions,
    },
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const symbol = checkSymbol(values.symbol, "--symbol");
  const days = count("--days", values.days);
  const minuteDays = count("--minute-days", values["minute-days"]);
  const size = SIZES.find((minutes) => String(minutes) === values.minutes);
  if (size === undefined) throw new ConfigError("--minutes", `one of ${SIZES.join(", ")}`, values.minutes);
  // A day has 390 minutes from the open to the close; one more day for what did not trade.
  const minuteDaysRead = minuteDays + Math.ceil((WARM_UP * size) / 390) + 1;
  const daysRead = days + WARM_UP + 1; // the last one is not final before the morning after

  let now = Date.now();
  let store: ObjectStore;
  if (values.stored) ({ store } = await openStore(values.out ?? "./data"));
  else {
    const connection = await connect({ ...values, symbols: [symbol] });
    try {
      const { client, clock } = connection;
      ({ store } = connection);
      now = clock.now();
      const signal = interruptSignal();
      await using daily = new HantooDailyLogger({ client, store, clock, symbols: [symbol], days: daysRead });
      await daily.sync({ signal });
      await catchUp({ client, store, clock, symbols: [symbol], days: minuteDaysRead, signal });
    } finally {
      await connection.close();
    }
  }

  const to = krx.lastTradingDay(now);
  const daily = (await dailyBars(store, symbol, krx.addTradingDays(to, 1 - daysRead), to)).slice(-days);
  const minuteFrom = krx.addTradingDays(to, 1 - minuteDays);
  const minutes = (
    await minuteBars(store, symbol, { from: krx.addTradingDays(to, 1 - minuteDaysRead), to, size })
  ).filter(({ label }) => label >= minuteFrom);
  if (daily.length + minutes.length === 0) {
    console.error(`Nothing of ${symbol} is stored there.`);
    return 1;
  }
  const last = [daily.at(-1), minutes.at(-1)].filter((row) => row !== undefined);
  console.log([HEAD, ...last.map(cells)].map((row) => row.join("\t")).join("\n"));
  if (values.csv !== undefined)
    writeFileSync(values.csv, csvOf([HEAD, ...[...daily, ...minutes].map(cells)]));
  if (values.html !== undefined) {
    const charts = [
      { title: `${symbol}, days`, rows: daily },
      { title: `${symbol}, ${size} minutes, KST`, rows: minutes },
    ].filter(({ rows }) => rows.length > 0);
    const page = chartPage({
      title: `${symbol} to ${to}`,
      facts: last.flatMap((row) => [
        [`close ${row.label}`, row.close.toLocaleString("en-US")] as const,
        ["RSI 14", number(row.rsi14)] as const,
        ["MACD histogram", number(row.macd?.histogram)] as const,
      ]),
      charts: charts.map(({ title, rows }) => ({ title, heightPx: 620, option: candles(rows) })),
      tables: [],
    });
    writeFileSync(values.html, page);
  }
  return 0;
});

function count(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new ConfigError(option, "a whole number above 0", text);
  return value;
}

/** Days that traded: a halted day repeats its close, which is no price of its own. */
async function dailyBars(store: ObjectStore, symbol: string, from: string, to: string): Promise<Shown[]> {
  const bars = [];
  for await (const bar of readDaily({ store, symbol, from, to, adjusted: true })) {
    const { tradingDay, open, high, low, close, volume, isFinal } = bar;
    // Until the morning after, the close is the after-market's last trade.
    if (open === null || high === null || low === null || !isFinal) continue;
    bars.push({ label: tradingDay, open, high, low, close, volume });
  }
  return withIndicators(bars);
}

/** Longer bars of the regular session; one without a trade is left out, one that may lack a trade as well. */
async function minuteBars(
  store: ObjectStore,
  symbol: string,
  { from, to, size }: { readonly from: string; readonly to: string; readonly size: (typeof SIZES)[number] },
): Promise<Shown[]> {
  const stored: MinuteBar[] = [];
  for await (const bar of readBars({ store, symbol, from, to, adjusted: true })) stored.push(bar);
  const bars = resample(stored, { minutes: size }).filter(({ partial }) => !partial);
  return withIndicators(
    bars.map(({ time, open, high, low, close, volume }) => {
      const label = `${kstDay(time)} ${kstTime(time).replace(/(..)(..)../, "$1:$2")}`;
      return { label, open, high, low, close, volume };
    }),
  );
}

function withIndicators(bars: readonly Omit<Shown, keyof IndicatorRow>[]): Shown[] {
  const rows = indicatorRows(bars.map(({ close }) => close));
  return bars.map((bar, at) => ({ ...bar, ...(rows[at] as IndicatorRow) }));
}

function number(value: number | undefined): string {
  return value === undefined ? "" : value.toFixed(2);
}

function cells(row: Shown): string[] {
  const { label, open, high, low, close, volume, sma20, ema12, bands, rsi14, macd } = row;
  return [
    label,
    ...[open, high, low, close].map(number),
    String(Math.round(volume)),
    ...[sma20, ema12, bands?.lower, bands?.upper, rsi14, macd?.macd, macd?.signal, macd?.histogram].map(
      number,
    ),
  ];
}

/** ECharts' options. Red is up and blue is down, as is usual in Korea. */
function candles(rows: readonly Shown[]): Record<string, unknown> {
  const labels = rows.map(({ label }) => label);
  const [up, down] = ["#d24b40", "#3a6fb7"];
  const line = (
    name: string,
    grid: number,
    of: (row: Shown) => number | undefined,
    color: string,
  ): object => ({
    name,
    type: "line",
    xAxisIndex: grid,
    yAxisIndex: grid,
    data: rows.map((row) => of(row) ?? null),
    symbol: "none",
    lineStyle: { width: 1.2, color },
    itemStyle: { color },
  });
  const grids = [
    { top: 30, height: 300 },
    { top: 350, height: 90 },
    { top: 460, height: 90 },
  ];
  return {
    legend: { top: 0 },
    tooltip: { trigger: "axis", axisPointer: { type: "cross" } },
    axisPointer: { link: [{ xAxisIndex: "all" }] },
    grid: grids.map((grid) => ({ left: 80, right: 30, ...grid })),
    xAxis: grids.map((_, at) => ({
      type: "category",
      gridIndex: at,
      data: labels,
      axisLabel: { show: at === 2 },
    })),
    yAxis: [
      { scale: true },
      { gridIndex: 1, min: 0, max: 100, interval: 30 },
      { gridIndex: 2, scale: true, splitNumber: 2 },
    ],
    dataZoom: [
      { type: "inside", xAxisIndex: [0, 1, 2] },
      { type: "slider", xAxisIndex: [0, 1, 2], bottom: 6 },
    ],
    series: [
      {
        name: "price (KRW)",
        type: "candlestick",
        data: rows.map(({ open, close, low, high }) => [open, close, low, high]),
        itemStyle: { color: up, borderColor: up, color0: down, borderColor0: down },
      },
      line("SMA 20", 0, ({ sma20 }) => sma20, "#8a6d3b"),
      line("EMA 12", 0, ({ ema12 }) => ema12, "#2e8b57"),
      line("Bollinger, upper", 0, ({ bands }) => bands?.upper, "#9aa5b5"),
      line("Bollinger, lower", 0, ({ bands }) => bands?.lower, "#9aa5b5"),
      line("RSI 14", 1, ({ rsi14 }) => rsi14, "#7b4fa3"),
      line("MACD", 2, ({ macd }) => macd?.macd, "#d2691e"),
      line("signal", 2, ({ macd }) => macd?.signal, "#1c2330"),
      {
        name: "histogram",
        type: "bar",
        xAxisIndex: 2,
        yAxisIndex: 2,
        data: rows.map(({ macd }) => macd?.histogram ?? null),
        itemStyle: { color: "#b9c2d0" },
      },
    ],
  };
}
