// One self-contained page about a store: a heat map of days and symbols, and candles of one symbol.
import type { Coverage, ResampledBar } from "hantoo";
import { LOOK_SCRIPT, LOOK_STYLE } from "../look/index.js";
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
 * @param charts - the charting code to put into the page.
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
    words: wordsIn(say),
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
<meta name="color-scheme" content="light dark">
<style>${LOOK_STYLE}</style>
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
<div id="map" role="img" aria-label="${say("Heat map of the share of minutes stored, by day and symbol", "날짜와 종목별 저장된 분의 비율을 나타낸 히트맵")}" style="height:${Math.min(720, 120 + 26 * symbols.length)}px"></div>
<h2>${escape(symbol)}, ${minutes}${say(" minutes, KST", "분봉, KST")}</h2>
<div id="candles" role="img" aria-label="${say(`Candle chart of ${escape(symbol)}`, `${escape(symbol)} 캔들 차트`)}" style="height:420px"></div>
<h2>${say("Missing", "누락")}</h2>
${gaps.length === 0 ? `<p>${say("Nothing: every expected minute is stored.", "없음: 있어야 할 분이 모두 저장되어 있습니다.")}</p>` : gapTable(gaps, say)}
<script type="application/json" id="data">${JSON.stringify(data).replaceAll("<", "\\u003c")}</script>
<script>${charts.replaceAll("</script", "<\\/script")}</script>
<script>${LOOK_SCRIPT}${SCRIPT}</script>
</html>
`;
}

/** Texts of the script; `{}` is a place for a value. */
const wordsIn = (say: Say): Readonly<Record<string, string>> => ({
  cell: say("{} of {} minutes ({} %), {} untraded", "{}/{}분({} %), 체결 없음 {}분"),
  nothing: say("nothing", "없음"),
  few: say("under 50 %", "50 % 미만"),
  complete: say("complete", "온전"),
  price: say("price (KRW)", "가격(원)"),
  volume: say("volume", "거래량"),
});

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
  return `<div class="wide"><table><tr>${["Day", "Symbol", "Stored", "Missing, KST"].map((name, at) => `<th>${say(name, ["날짜", "종목", "저장", "누락(KST)"][at] as string)}`).join("")}</tr>${lines.join("")}</table></div>${rest}`;
}

const fact = (name: string, value: string): string => `<div><dt>${name}</dt><dd>${value}</dd></div>`;
const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

// Runs in the browser. Red is up and blue is down, as usual in Korea. Axes of values have grid lines, axes of names none.
const SCRIPT = `
const { words, days, symbols, cells, candles } = JSON.parse(document.getElementById("data").textContent);
const axis = { axisLabel: { color: colourOf("soft") }, splitLine: { lineStyle: { color: colourOf("line") } } };
const tip = { backgroundColor: colourOf("ground"), borderColor: colourOf("line"), textStyle: { color: colourOf("text") } };
const map = echarts.init(document.getElementById("map"));
const rows = Math.min(symbols.length, 22);
map.setOption({
  animation: false,
  textStyle: { color: colourOf("text") },
  grid: { left: 90, right: symbols.length > rows ? 60 : 30, top: 8, bottom: 84 },
  tooltip: {
    ...tip,
    formatter: ({ value: [day, symbol, rate, have, expected, untraded, missing] }) =>
      "<b>" + symbols[symbol] + "</b> " + days[day] + "<br>" +
      [have, expected, rate, untraded].reduce((text, value) => text.replace("{}", value), words.cell) + missing.map((text) => "<br>" + text).join(""),
  },
  xAxis: { ...axis, type: "category", data: days, axisTick: { show: false }, axisLabel: { ...axis.axisLabel, rotate: days.length > 12 ? 45 : 0 } },
  yAxis: { ...axis, type: "category", data: symbols, inverse: true, axisTick: { show: false } },
  dataZoom: symbols.length > rows ? [{ type: "slider", yAxisIndex: 0, startValue: 0, endValue: rows - 1 }, { type: "inside", yAxisIndex: 0, startValue: 0, endValue: rows - 1 }] : [],
  visualMap: {
    type: "piecewise", dimension: 2, textStyle: { color: colourOf("soft") }, orient: "horizontal", left: "center", bottom: 0, itemWidth: 18,
    pieces: [
      { value: 0, label: words.nothing, color: colourOf("absent") },
      { gt: 0, lt: 50, label: words.few, color: colourOf("failed") },
      { gte: 50, lt: 90, label: "50-90 %", color: colourOf("partly") },
      { gte: 90, lt: 100, label: "90-99.9 %", color: colourOf("nearly") },
      { gte: 100, label: words.complete, color: colourOf("whole") },
    ],
  },
  series: [{ type: "heatmap", data: cells, itemStyle: { borderColor: colourOf("ground"), borderWidth: 1 }, progressive: 5000 }],
});
const chart = echarts.init(document.getElementById("candles"));
const labels = candles.map(({ label }) => label);
chart.setOption({
  animation: false,
  axisPointer: { link: [{ xAxisIndex: "all" }] },
  tooltip: { ...tip, trigger: "axis", axisPointer: { type: "cross" } },
  grid: [{ left: 90, right: 30, top: 10, height: 230 }, { left: 90, right: 30, top: 262, height: 70 }],
  xAxis: [{ ...axis, type: "category", data: labels, axisLabel: { show: false } }, { ...axis, type: "category", data: labels, gridIndex: 1 }],
  yAxis: [{ ...axis, scale: true, axisLabel: { ...axis.axisLabel, formatter: number } }, { ...axis, gridIndex: 1, splitNumber: 2, axisLabel: { ...axis.axisLabel, formatter: number } }],
  dataZoom: [{ type: "inside", xAxisIndex: [0, 1] }, { type: "slider", xAxisIndex: [0, 1], bottom: 8 }],
  series: [
    { name: words.price, type: "candlestick", data: candles.map(({ ohlc, partial }) => ({ value: ohlc, itemStyle: partial ? { opacity: 0.45 } : {} })),
      itemStyle: { color: colourOf("up"), borderColor: colourOf("up"), color0: colourOf("down"), borderColor0: colourOf("down") } },
    { name: words.volume, type: "bar", xAxisIndex: 1, yAxisIndex: 1, data: candles.map(({ volume }) => volume), itemStyle: { color: colourOf("volume") } },
  ],
});
addEventListener("resize", () => { map.resize(); chart.resize(); });
`;
