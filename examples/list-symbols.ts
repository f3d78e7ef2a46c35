// Lists what is listed: symbols with names, flags and market caps, filtered, as a table, CSV or JSON. See --help.
import { parseArgs } from "node:util";
import {
  ConfigError,
  type DownloadMasterOptions,
  type Instrument,
  type Logger,
  checkDay,
  downloadMaster,
  findByName,
  joinNxt,
  marketCapKrw,
  selectInstruments,
} from "hantoo";
import { startKisSimulator } from "hantoo/testing";
import { interruptSignal, main, openStore, simulatedEvening } from "./setup.js";

const help = `Lists the instruments of the Korean exchange from KIS's master files. No key is needed.

  npx tsx examples/list-symbols.ts [options]

  --market kospi,kosdaq     kospi, kosdaq, konex (default: kospi,kosdaq)
  --name 삼성               only names that have this in them
  --common                  only common stock: no preferred, SPAC, ETF, ETN, REIT, fund
  --etf  --kospi200         only ETFs, only members of KOSPI200
  --tradable                only what can be bought today: no halts, no liquidation trading
  --nxt                     only what also trades on NXT
  --min-market-cap 100      at least so many billion KRW
  --top 20                  the largest so many by market cap
  --format table            table, csv, json, or symbols (one a line)
  --date 2026-11-20         another day that is cached (default: today)
  --stale                   take the last cached day if the download fails
  --out ./data              where the files are cached
  --simulator               invented instruments from the bundled simulator, offline
  --help

  S3_BUCKET, S3_ENDPOINT, AWS_REGION, ...   cache there instead of --out
`;

type Market = "kospi" | "kosdaq" | "konex";
type Row = Instrument<Market> & { readonly market: Market; readonly isNxtTradable?: boolean };

async function listSymbols(): Promise<number> {
  const { values } = parseArgs({
    options: {
      market: { type: "string", default: "kospi,kosdaq" },
      name: { type: "string" },
      common: { type: "boolean", default: false },
      etf: { type: "boolean", default: false },
      kospi200: { type: "boolean", default: false },
      tradable: { type: "boolean", default: false },
      nxt: { type: "boolean", default: false },
      "min-market-cap": { type: "string" },
      top: { type: "string" },
      format: { type: "string", default: "table" },
      date: { type: "string" },
      stale: { type: "boolean", default: false },
      out: { type: "string", default: "./data" },
      simulator: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const write = formats[values.format];
  if (write === undefined) throw new ConfigError("--format", Object.keys(formats).join(", "), values.format);
  const billions =
    values["min-market-cap"] === undefined
      ? undefined
      : positive("--min-market-cap", values["min-market-cap"]);
  const top = values.top === undefined ? Infinity : positive("--top", values.top);
  const wanted = values.market.split(",").map(checkListed);

  const { store } = await openStore(values.out);
  const simulator = values.simulator ? await startKisSimulator({ now: simulatedEvening() }) : undefined;
  const options: DownloadMasterOptions = {
    store,
    logger: toStderr,
    signal: interruptSignal(),
    allowStale: values.stale,
    ...(values.date === undefined ? {} : { date: checkDay(values.date, "--date") }),
    ...(simulator === undefined ? {} : { baseUrl: simulator.masterUrl, clock: simulator.clock }),
  };
  try {
    const rows: Row[] = [];
    for (const market of wanted) {
      const master = await load(market, values.nxt, options);
      const { date, tradingDay = date, stale, provisional } = master;
      console.error(
        `${market}: ${master.instruments.size} instruments of ${tradingDay}` +
          `${stale ? " (an older day: the download failed)" : ""}${provisional ? " (provisional until 08:50 KST)" : ""}`,
      );
      const selected = selectInstruments<Instrument<Market> & { isNxtTradable?: boolean }>(master, {
        ...(values.common ? { commonStock: true } : {}),
        ...(values.etf ? { etf: true } : {}),
        ...(values.kospi200 ? { kospi200: true } : {}),
        ...(values.tradable ? { tradable: true } : {}),
        ...(billions === undefined ? {} : { minMarketCapKrw: billions * 1e9 }),
      });
      const found = new Map(selected.map((instrument) => [instrument.symbol, instrument]));
      const named = values.name === undefined ? selected : findByName({ instruments: found }, values.name);
      for (const instrument of named) {
        if (!values.nxt || instrument.isNxtTradable) rows.push({ ...instrument, market });
      }
    }
    if (top < rows.length) rows.sort((a, b) => (marketCapKrw(b) ?? 0) - (marketCapKrw(a) ?? 0)).splice(top);
    process.stdout.write(write(rows));
    return 0;
  } finally {
    await simulator?.close();
  }
}

/** A market's master; with `nxt`, its instruments say whether they trade on NXT. KONEX does not. */
async function load(market: Market, nxt: boolean, options: DownloadMasterOptions) {
  if (nxt && market === "kospi") {
    return joinNxt(await downloadMaster("kospi", options), await downloadMaster("nxt_kospi", options));
  }
  if (nxt && market === "kosdaq") {
    return joinNxt(await downloadMaster("kosdaq", options), await downloadMaster("nxt_kosdaq", options));
  }
  return downloadMaster(market, options);
}

function checkListed(market: string): Market {
  if (market === "kospi" || market === "kosdaq" || market === "konex") return market;
  throw new ConfigError("--market", "kospi, kosdaq, konex, or several of them, with commas", market);
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new ConfigError(option, "a positive number", text);
  return value;
}

/** Warnings go to stderr, so that stdout is the list alone. */
const toStderr: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: (_, message) => console.error(`warning: ${message}`),
  error: (_, message) => console.error(`error: ${message}`),
};

/** A cell of CSV: quoted where it has to be (RFC 4180). */
const cell = (value: string | number | boolean | undefined): string => {
  const text = value === undefined ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

const columns = [
  "symbol",
  "isin",
  "koreanName",
  "market",
  "securityGroup",
  "basePrice",
  "marketCap",
  "listingDate",
  "sector",
  "kospi200",
  "isPreferred",
  "isEtf",
  "isEtn",
  "isSpac",
  "isTradingHalted",
  "tradable",
] as const;

/** East Asian letters take two columns of a terminal. */
const widthOf = (text: string): number =>
  text.length + (text.match(/[\u1100-\u11FF\u3000-\u9FFF\uAC00-\uD7A3]/g)?.length ?? 0);

const formats: Readonly<Record<string, (rows: readonly Row[]) => string>> = {
  symbols: (rows) => rows.map(({ symbol }) => `${symbol}\n`).join(""),
  json: (rows) => `${JSON.stringify(rows, undefined, 2)}\n`,
  csv: (rows) =>
    [columns.join(","), ...rows.map((row) => columns.map((name) => cell(row[name])).join(","))]
      .map((line) => `${line}\r\n`)
      .join(""),
  table: (rows) =>
    rows
      .map((row) => {
        const name = row.koreanName + " ".repeat(Math.max(1, 42 - widthOf(row.koreanName)));
        const price = (row.basePrice ?? 0).toLocaleString("en-US").padStart(11);
        const cap =
          row.marketCap === undefined
            ? ""
            : (row.marketCap / 10).toLocaleString("en-US", { maximumFractionDigits: 0 });
        const flags = [
          row.isEtf && "ETF",
          row.isEtn && "ETN",
          row.isSpac && "SPAC",
          row.isPreferred && "preferred",
          row.kospi200 && "KOSPI200",
          row.isNxtTradable && "NXT",
          row.isTradingHalted && "halted",
        ];
        return (
          `${row.symbol.padEnd(10)}${name}${row.market.padEnd(7)}${price} KRW ${cap.padStart(11)} bn  ${flags.filter(Boolean).join(" ")}`.trimEnd() +
          "\n"
        );
      })
      .join(""),
};

await main(listSymbols);
