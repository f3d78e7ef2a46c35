// One self-contained page of what a store holds: a day x symbol heat map, and candles of one symbol.
import type { Coverage, ResampledBar } from "hantoo";
import { type Say, clockSpan, count, percent, stamp } from "../shell/index.js";

/** What the page shows. */
export interface CoveragePage {
  readonly title: string;
  readonly coverage: Coverage;
  /** Candles of one symbol, ascending. */
  readonly candles: {
    readonly symbol: string;
    readonly minutes: number;
    readonly bars: readonly ResampledBar[];
  };
}

/**
 * @param charts - the charting code, which goes into the page.
 * @returns the HTML, which loads nothing: charts, data and styles are in it.
 */
export function coveragePage(page: CoveragePage, charts: string, say: Say): string {
  const { total, days } = page.coverage;
  const shown = days.filter(({ status }) => status !== "closed" && status !== "unknown");
  const dayNames = [...new Set(shown.map(({ tradingDay }) => tradingDay))];
  const symbols = [...new Set(shown.map(({ symbol }) => symbol))];
  const dayAt = new Map(dayNames.map((day, at) => [day, at]));
  const symbolAt = new Map(symbols.map((symbol, at) => [symbol, at]));
  const data = {
    days: dayNames,
    symbols,
    cells: shown.map((row) => [
      dayAt.get(row.tradingDay),
      symbolAt.get(row.symbol),
      Math.floor(row.rate * 1000) / 10, // 380 of 381 is not 100 %
      row.have,
      row.expected,
      row.untraded,
      row.missing.map(({ from, to, reason }) => `${clockSpan(from, to)} ${reason}`).slice(0, 8),
    ]),
    candles: page.candles.bars.map((bar) => ({
      label: stamp(bar.time),
      ohlc: [bar.open, bar.close, bar.low, bar.high],
      volume: bar.volume,
      partial: bar.partial,
    })),
  };
  const gaps = shown.filter(({ status }) => status !== "complete");
  const { symbol, minutes } = page.candles;
  return `<!doctype html>
<html lang="${say("en", "ko")}">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(page.title)}</title>
<style>${STYLE}</style>
<h1>${escape(page.title)}</h1>
<dl>
  ${fact(say("minutes stored", "저장된 분"), `${count(total.have)} <small>${say("of", "/")} ${count(total.expected)}</small>`)}
  ${fact(say("collection rate", "수집률"), percent(total.rate))}
  ${fact(say("symbols", "종목"), count(total.symbols))}
  ${fact(say("trading days", "거래일"), count(total.days))}
  ${fact(say("complete days of a symbol", "온전한 종목·일"), `${count(total.statuses.complete)} <small>${say("of", "/")} ${count(shown.length)}</small>`)}
  ${fact(say("first minute", "첫 분"), total.first === undefined ? say("none", "없음") : stamp(total.first))}
  ${fact(say("last minute", "마지막 분"), total.last === undefined ? say("none", "없음") : stamp(total.last))}
</dl>
<h2>${say("Stored minutes by day and symbol", "날짜와 종목별 저장된 분")}</h2>
<div id="map" role="img" aria-label="Heat map of the share of minutes stored, by day and symbol" style="height:${Math.min(720, 120 + 26 * symbols.length)}px"></div>
<h2>${escape(symbol)}, ${minutes}${say(" minutes, KST", "분봉, KST")}</h2>
<div id="candles" role="img" aria-label="Candle chart of ${escape(symbol)}" style="height:420px"></div>
<h2>${say("Missing", "누락")}</h2>
${gaps.length === 0 ? `<p>${say("Nothing: every expected minute is stored.", "없음: 있어야 할 분이 모두 저장되어 있습니다.")}</p>` : gapTable(gaps, say)}
<script type="application/json" id="data">${JSON.stringify(data).replaceAll("<", "\\u003c")}</script>
<script>${charts.replaceAll("</script", "<\\/script")}</script>
<script>${SCRIPT}</script>
</html>
`;
}

const MAX_GAPS = 200;

function gapTable(rows: Coverage["days"], say: Say): string {
  const lines = rows.slice(0, MAX_GAPS).map((row) => {
    const missing = row.missing.map(({ from, to, reason }) => `${clockSpan(from, to)} ${reason}`).join(", ");
    const cells = [
      row.tradingDay,
      row.symbol,
      say(`${row.have} of ${row.expected}`, `${row.have}/${row.expected}`),
      missing,
    ];
    return `<tr>${cells.map((cell) => `<td>${escape(cell)}</td>`).join("")}</tr>`;
  });
  const rest =
    rows.length > MAX_GAPS
      ? `<p>${say(`${count(rows.length - MAX_GAPS)} more are in the heat map.`, `그 밖의 ${count(rows.length - MAX_GAPS)}건은 위 그림에 있습니다.`)}</p>`
      : "";
  return `<table><tr>${["Day", "Symbol", "Stored", "Missing, KST"].map((name, at) => `<th>${say(name, ["날짜", "종목", "저장", "누락(KST)"][at] as string)}`).join("")}</tr>${lines.join("")}</table>${rest}`;
}

const fact = (name: string, value: string): string => `<div><dt>${name}</dt><dd>${value}</dd></div>`;
const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; max-width: 1100px; margin: 2rem auto; padding: 0 1rem; color: #1c2330; background: #fff }
h1 { font-size: 1.5rem } h2 { font-size: 1.1rem; margin-top: 2rem }
dl { display: flex; flex-wrap: wrap; gap: .75rem 2.25rem; margin: 0 } dt { color: #5b6577; font-size: .8rem }
dd { margin: 0; font-size: 1.15rem; font-variant-numeric: tabular-nums } small { color: #5b6577; font-size: .85rem }
table { border-collapse: collapse; font-size: .85rem } th, td { text-align: left; padding: .2rem 1rem .2rem 0; border-bottom: 1px solid #e3e7ee; vertical-align: top }
`;

// Runs in the browser. Red is up and blue is down: KRX's custom.
const SCRIPT = `
const { days, symbols, cells, candles } = JSON.parse(document.getElementById("data").textContent);
const map = echarts.init(document.getElementById("map"));
const rows = Math.min(symbols.length, 22);
map.setOption({
  animation: false,
  grid: { left: 90, right: symbols.length > rows ? 60 : 30, top: 8, bottom: 84 },
  tooltip: {
    formatter: ({ value: [day, symbol, rate, have, expected, untraded, missing] }) =>
      "<b>" + symbols[symbol] + "</b> " + days[day] + "<br>" + have + " of " + expected + " minutes (" + rate + " %), " +
      untraded + " untraded" + missing.map((text) => "<br>" + text).join(""),
  },
  xAxis: { type: "category", data: days, axisTick: { show: false }, axisLabel: { rotate: days.length > 12 ? 45 : 0 } },
  yAxis: { type: "category", data: symbols, inverse: true, axisTick: { show: false } },
  dataZoom: symbols.length > rows ? [{ type: "slider", yAxisIndex: 0, startValue: 0, endValue: rows - 1 }, { type: "inside", yAxisIndex: 0, startValue: 0, endValue: rows - 1 }] : [],
  visualMap: {
    type: "piecewise", dimension: 2, orient: "horizontal", left: "center", bottom: 0, itemWidth: 18,
    pieces: [
      { value: 0, label: "nothing", color: "#c8ced8" },
      { gt: 0, lt: 50, label: "under 50 %", color: "#e4572e" },
      { gte: 50, lt: 90, label: "50-90 %", color: "#f3a712" },
      { gte: 90, lt: 100, label: "90-99.9 %", color: "#a8d08d" },
      { gte: 100, label: "complete", color: "#2e8b57" },
    ],
  },
  series: [{ type: "heatmap", data: cells, itemStyle: { borderColor: "#fff", borderWidth: 1 }, progressive: 5000 }],
});
const chart = echarts.init(document.getElementById("candles"));
const labels = candles.map(({ label }) => label);
chart.setOption({
  animation: false,
  axisPointer: { link: [{ xAxisIndex: "all" }] },
  tooltip: { trigger: "axis", axisPointer: { type: "cross" } },
  grid: [{ left: 90, right: 30, top: 10, height: 230 }, { left: 90, right: 30, top: 262, height: 70 }],
  xAxis: [{ type: "category", data: labels, axisLabel: { show: false } }, { type: "category", data: labels, gridIndex: 1 }],
  yAxis: [{ scale: true }, { gridIndex: 1, splitNumber: 2, axisLabel: { formatter: (value) => String(value).replace(/\\B(?=(\\d{3})+$)/g, ",") } }],
  dataZoom: [{ type: "inside", xAxisIndex: [0, 1] }, { type: "slider", xAxisIndex: [0, 1], bottom: 8 }],
  series: [
    { name: "price (KRW)", type: "candlestick", data: candles.map(({ ohlc, partial }) => ({ value: ohlc, itemStyle: partial ? { opacity: 0.45 } : {} })),
      itemStyle: { color: "#d24b40", borderColor: "#d24b40", color0: "#3a6fb7", borderColor0: "#3a6fb7" } },
    { name: "volume", type: "bar", xAxisIndex: 1, yAxisIndex: 1, data: candles.map(({ volume }) => volume), itemStyle: { color: "#9aa5b5" } },
  ],
});
addEventListener("resize", () => { map.resize(); chart.resize(); });
`;
