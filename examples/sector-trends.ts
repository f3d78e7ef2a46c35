// Which KRX sectors run ahead of KOSPI over 5, 10 and 20 days, and what they are made of: table, CSV, page. See --help.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  type DailyColumns,
  HantooDailyLogger,
  INDEX_PREFIX,
  type ObjectStore,
  type TradingDay,
  downloadMaster,
  marketCapKrw,
  readDailyTable,
} from "hantoo";
import { chartPage, csvOf } from "./chart-page.js";
import { type Connection, connect } from "./connection.js";
import { KOSPI, SECTORS, type Sector, type SpanChange, allocate, changeOver, isTrending } from "./sectors.js";
import { interruptSignal, main, sharedOptions } from "./setup.js";

const help = `Compares KRX's sectors with KOSPI, by the sector index and by a fund on it, and weighs what leads.

  npx tsx examples/sector-trends.ts [options]

  --budget 10000000         KRW to spread over the constituents of the trending sectors, by market cap
  --csv DIR                 write sector-trends.csv and sector-allocation.csv there
  --html FILE               write a page with charts
  --out DIR                 the folder that bars are kept in (default: ./data, simulated bars ./data-simulated)
  --live                    refuse to run against the simulator
  --help

Daily bars of 11 funds and 12 indices are fetched where they are not stored yet: about 35 calls, then one each a day.
A sector trends where its index and its fund are ahead of KOSPI over 5, 10 and 20 trading days, and the fund has risen
over the last 20. It is arithmetic on the past, no advice. KIS_APP_KEY, ...: as for the command.
`;

const SPANS = [5, 10, 20] as const;
/** Days that are fetched: those of the chart. */
const DAYS = 60;

interface Trend {
  readonly sector: Sector;
  readonly spans: readonly SpanChange[];
  readonly isTrending: boolean;
}

await main(async () => {
  const { values } = parseArgs({
    options: {
      budget: { type: "string", default: "10000000" },
      csv: { type: "string" },
      html: { type: "string" },
      ...sharedOptions,
    },
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  // The simulator knows the funds; these are constituents that it has.
  const simulated = ["000660", "005380", "105560", "068270", "000100", "034020", "196170"];
  const connection = await connect({
    ...values,
    symbols: [...SECTORS.map(({ fund }) => fund), ...simulated],
  });
  try {
    const { mode, client, clock, store } = connection;
    await using daily = new HantooDailyLogger({
      client,
      store,
      clock,
      symbols: SECTORS.map(({ fund }) => fund),
      indices: [KOSPI, ...SECTORS.map(({ index }) => index)],
      days: DAYS,
    });
    const report = await daily.sync({ signal: interruptSignal() });
    for (const { symbol, error } of report.failures) console.error(`${symbol}: ${(error as Error).message}`);

    const series = await readSeries(store, report.from, report.to);
    const trends = SECTORS.map((sector) => trendOf(sector, series));
    const day = series.days.at(-1) ?? report.to;
    const members = await constituents(
      trends.filter((trend) => trend.isTrending).map(({ sector }) => sector),
      connection,
    );
    const budget = Number(values.budget);
    const bought = allocate(members, budget);
    const nameOf = new Map(members.map((member) => [member.symbol, member]));
    const table = trends
      .toSorted((a, b) => excess(b) - excess(a))
      .map((trend) => [
        trend.sector.name,
        trend.sector.fundName,
        ...trend.spans.flatMap(({ fund, index, market }) => [percent(fund), percent(index), percent(market)]),
        trend.isTrending ? "trending" : "",
      ]);
    const head = [
      "sector",
      "fund",
      ...SPANS.flatMap((days) => [`fund ${days}d`, `index ${days}d`, `KOSPI ${days}d`]),
      "",
    ];
    const allocation = bought.map(({ symbol, weight, shares }) => {
      const { name = "", sector = "", priceKrw = 0 } = nameOf.get(symbol) ?? {};
      return [
        symbol,
        name,
        sector,
        percent(weight),
        String(priceKrw),
        String(shares),
        String(shares * priceKrw),
      ];
    });
    const allocationHead = ["symbol", "name", "sector", "weight", "price KRW", "shares", "KRW"];
    const spent = bought.reduce(
      (sum, { symbol, shares }) => sum + shares * (nameOf.get(symbol)?.priceKrw ?? 0),
      0,
    );

    console.log(`Sectors of KRX against KOSPI, to the close of ${day}\n`);
    console.log([head, ...table].map((row) => row.join("\t")).join("\n"));
    console.log(
      allocation.length === 0
        ? "\nNo sector is ahead of KOSPI over all spans."
        : `\n${[allocationHead, ...allocation].map((row) => row.join("\t")).join("\n")}\n\n${spent} of ${budget} KRW`,
    );
    if (values.csv !== undefined) {
      writeFileSync(join(values.csv, "sector-trends.csv"), csvOf([head, ...table]));
      writeFileSync(join(values.csv, "sector-allocation.csv"), csvOf([allocationHead, ...allocation]));
    }
    if (values.html !== undefined)
      writeFileSync(
        values.html,
        chartPage({
          title: `KRX sectors against KOSPI, ${day}`,
          facts: [
            ["KOSPI, 20 days", percent(trends[0]?.spans.at(-1)?.market)],
            ["trending", String(trends.filter((trend) => trend.isTrending).length)],
            ["sectors", String(trends.length)],
            ...(mode === "simulator" ? [["bars", "invented"] as const] : []),
          ],
          charts: [
            { title: "Funds, 20 days ago = 100", heightPx: 460, option: lines(series, trends) },
            { title: "Ahead of KOSPI, percentage points", heightPx: 420, option: bars(trends) },
          ],
          tables: [
            { title: "Changes", head, rows: table },
            { title: `Allocation of ${budget} KRW by market cap`, head: allocationHead, rows: allocation },
          ],
        }),
      );
    return report.failures.length === 0 ? 0 : 1;
  } finally {
    await connection.close();
  }
});

/** Closes by code, as long as the days. */
interface Series {
  readonly days: readonly TradingDay[];
  readonly closes: ReadonlyMap<string, readonly number[]>;
}

async function readSeries(store: ObjectStore, from: TradingDay, to: TradingDay): Promise<Series> {
  const funds = await readDailyTable({
    store,
    from,
    to,
    symbols: SECTORS.map(({ fund }) => fund),
    adjusted: true, // a split of a fund is no crash
  });
  const indices = await readDailyTable({
    store,
    from,
    to,
    prefix: INDEX_PREFIX,
    symbols: [KOSPI, ...SECTORS.map(({ index }) => index)],
  });
  // Until the morning after, a fund's close is the after-market's last trade: such a day does not count yet.
  const finals = funds.days.map((_, index) => funds.final[index * funds.symbols.length] === 1);
  const count = finals.lastIndexOf(true) + 1;
  const cut = ([code, closes]: [string, number[]]): [string, number[]] => [code, closes.slice(0, count)];
  const closes = new Map([...closesOf(funds), ...closesOf(indices)].map(cut));
  return { days: indices.days.slice(0, count), closes };
}

function closesOf({ days, symbols, close }: DailyColumns): Map<string, number[]> {
  return new Map(
    symbols.map((symbol, at) => [
      symbol,
      days.map((_, index) => close[index * symbols.length + at] ?? Number.NaN),
    ]),
  );
}

function trendOf(sector: Sector, { closes }: Series): Trend {
  const over = (code: string, days: number): number | undefined => changeOver(closes.get(code) ?? [], days);
  const spans = SPANS.map((days) => ({
    days,
    fund: over(sector.fund, days),
    index: over(sector.index, days),
    market: over(KOSPI, days),
  }));
  return { sector, spans, isTrending: isTrending(spans) };
}

/** By how much the fund is ahead over the longest span. */
function excess({ spans }: Trend): number {
  const { fund = -Infinity, market = 0 } = spans.at(-1) ?? {};
  return fund - market;
}

function percent(share: number | undefined): string {
  return share === undefined ? "--" : `${(share * 100).toFixed(2)} %`;
}

interface Member {
  readonly symbol: string;
  readonly name: string;
  readonly sector: string;
  /** KRW. */
  readonly cap: number;
  readonly priceKrw: number;
}

/** Who is in these sectors, by the flags of the master files: no call, no scraping. A stock counts once. */
async function constituents(
  sectors: readonly Sector[],
  { store, clock, masterUrl }: Connection,
): Promise<Member[]> {
  const members = new Map<string, Member>();
  for (const market of ["kospi", "kosdaq"] as const) {
    const { instruments } = await downloadMaster(market, {
      store,
      clock,
      ...(masterUrl && { baseUrl: masterUrl }),
    });
    for (const { fund, fundName } of market === "kospi" ? SECTORS : []) {
      const found = instruments.get(fund)?.koreanName;
      if (found !== fundName)
        console.error(`${fund} is ${found ?? "not listed"}, not ${fundName}: look it up`);
    }
    for (const instrument of instruments.values()) {
      const { symbol, koreanName, basePrice = 0 } = instrument;
      const sector = sectors.find(({ members: flag }) => instrument[flag] === true);
      const cap = marketCapKrw(instrument) ?? 0;
      if (sector !== undefined && cap > 0 && instrument.tradable)
        members.set(symbol, { symbol, name: koreanName, sector: sector.name, cap, priceKrw: basePrice });
    }
  }
  return [...members.values()];
}

function lines({ days, closes }: Series, trends: readonly Trend[]): Record<string, unknown> {
  const span = SPANS.at(-1) ?? 0;
  const of = (code: string): (number | null)[] => {
    const shown = (closes.get(code) ?? []).slice(-1 - span);
    const first = shown[0] ?? Number.NaN;
    return shown.map((close) =>
      Number.isFinite(close / first) ? Math.round((close / first) * 1e4) / 100 : null,
    );
  };
  return {
    tooltip: { trigger: "axis" },
    legend: { type: "scroll", bottom: 0 },
    grid: { left: 60, right: 30, top: 10, bottom: 60 },
    xAxis: { type: "category", data: days.slice(-1 - span) },
    yAxis: { scale: true },
    series: [
      {
        name: "KOSPI",
        type: "line",
        data: of(KOSPI),
        lineStyle: { width: 4, color: "#1c2330" },
        symbol: "none",
      },
      ...trends.map(({ sector, isTrending: leads }) => ({
        name: sector.name,
        type: "line",
        data: of(sector.fund),
        symbol: "none",
        lineStyle: { width: leads ? 3 : 1, opacity: leads ? 1 : 0.45 },
      })),
    ],
  };
}

function bars(trends: readonly Trend[]): Record<string, unknown> {
  const sorted = trends.toSorted((a, b) => excess(a) - excess(b));
  return {
    tooltip: { trigger: "axis", axisPointer: { type: "shadow" } },
    legend: { bottom: 0 },
    grid: { left: 160, right: 30, top: 10, bottom: 60 },
    xAxis: { type: "value" },
    yAxis: { type: "category", data: sorted.map(({ sector }) => sector.name) },
    series: SPANS.map((days, at) => ({
      name: `${days} days`,
      type: "bar",
      data: sorted.map(({ spans }) => {
        const { fund, market } = spans[at] ?? {};
        return fund === undefined || market === undefined ? null : Math.round((fund - market) * 1e4) / 100;
      }),
    })),
  };
}
