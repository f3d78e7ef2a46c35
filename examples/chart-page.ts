// One self-contained page of charts and tables: the library, data and styles are in it, and it loads nothing.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** What a page shows, from top to bottom. */
export interface ChartPage {
  readonly title: string;
  /** Name and value. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** `option` is ECharts' own, as JSON. */
  readonly charts: readonly {
    readonly title: string;
    readonly heightPx: number;
    readonly option: Readonly<Record<string, unknown>>;
  }[];
  readonly tables: readonly {
    readonly title: string;
    readonly head: readonly string[];
    readonly rows: readonly (readonly string[])[];
  }[];
}

/** @returns the HTML. */
export function chartPage({ title, facts, charts, tables }: ChartPage): string {
  const echarts = readFileSync(createRequire(import.meta.url).resolve("echarts/dist/echarts.min.js"), "utf8");
  const options = JSON.stringify(charts.map(({ option }) => ({ animation: false, ...option })));
  const drawn = charts.map(
    ({ title: name, heightPx }, at) =>
      `<h2>${escape(name)}</h2>\n<div id="chart${at}" class="chart" role="img" aria-label="${escape(name)}" style="height:${heightPx}px"></div>`,
  );
  const told = tables.map(({ title: name, head, rows }) => {
    const line = (tag: string, cells: readonly string[]): string =>
      `<tr>${cells.map((cell) => `<${tag}>${escape(cell)}</${tag}>`).join("")}</tr>`;
    return `<h2>${escape(name)}</h2>\n<table>${line("th", head)}${rows.map((row) => line("td", row)).join("")}</table>`;
  });
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<style>${STYLE}</style>
<h1>${escape(title)}</h1>
<dl>${facts.map(([name, value]) => `<div><dt>${escape(name)}</dt><dd>${escape(value)}</dd></div>`).join("")}</dl>
${drawn.join("\n")}
${told.join("\n")}
<script type="application/json" id="options">${options.replaceAll("<", "\\u003c")}</script>
<script>${echarts.replaceAll("</script", "<\\/script")}</script>
<script>${SCRIPT}</script>
</html>
`;
}

/** Text as a cell of a CSV. */
export const csvCell = (value: string | number): string => {
  const text = String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** Rows as CSV, the first one its head. */
export const csvOf = (rows: readonly (readonly (string | number)[])[]): string =>
  rows.map((row) => `${row.map(csvCell).join(",")}\n`).join("");

const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; max-width: 1100px; margin: 2rem auto; padding: 0 1rem; color: #1c2330; background: #fff }
h1 { font-size: 1.5rem } h2 { font-size: 1.1rem; margin-top: 2rem }
dl { display: flex; flex-wrap: wrap; gap: .75rem 2.25rem; margin: 0 } dt { color: #5b6577; font-size: .8rem }
dd { margin: 0; font-size: 1.15rem; font-variant-numeric: tabular-nums }
table { border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums }
th, td { text-align: right; padding: .2rem 0 .2rem 1.25rem; border-bottom: 1px solid #e3e7ee } th:first-child, td:first-child { text-align: left; padding-left: 0 }
`;

// Runs in the browser.
const SCRIPT = `
const charts = JSON.parse(document.getElementById("options").textContent).map((option, at) => {
  const chart = echarts.init(document.getElementById("chart" + at));
  chart.setOption(option);
  return chart;
});
addEventListener("resize", () => charts.forEach((chart) => chart.resize()));
`;
