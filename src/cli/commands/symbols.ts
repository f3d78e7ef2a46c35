import {
  type EquityMarket,
  type Instrument,
  type TradingDay,
  downloadMaster,
  findByName,
  isCommonStock,
  marketCapKrw,
  selectInstruments,
} from "hantoo";
import {
  announceElsewhere,
  dateOption,
  marketsOf,
  masterUrlOf,
  openStore,
  simulatedMasters,
  withoutWriting,
} from "../setup/index.js";
import {
  type CliCommand,
  EXIT,
  type Shell,
  count,
  defineCommand,
  oneOf,
  positive,
  whole,
  widthOf,
} from "../shell/index.js";

type Format = "table" | "csv" | "codes";

interface Values {
  readonly master: string;
  readonly name?: string;
  readonly common?: boolean;
  readonly etf?: boolean;
  readonly kospi200?: boolean;
  readonly tradable?: boolean;
  readonly top?: number;
  readonly minMarketCap?: number;
  readonly date?: TradingDay;
  readonly format: Format;
}

type Row = Instrument<EquityMarket> & { readonly market: EquityMarket };

/** `hantoo symbols`: what is listed, from KIS's master files. No key is needed, and nothing is stored. */
export const symbols: CliCommand = defineCommand<Values>({
  name: "symbols",
  about: (say) =>
    say(
      "what is listed, from KIS's master files; needs no key",
      "상장 종목 목록(KIS 종목 마스터). 앱키 필요 없음",
    ),
  configure(command, say) {
    command
      .option(
        "--master <markets>",
        say("kospi, kosdaq, konex, with commas", "kospi, kosdaq, konex(쉼표로 여럿)"),
        "kospi,kosdaq",
      )
      .option("--name <text>", say("only names that contain this", "이 글자가 든 종목명만"))
      .option(
        "--common",
        say(
          "only common stock: no preferred, SPAC, ETF, ETN, REIT",
          "보통주만: 우선주, 스팩, ETF, ETN, 리츠 제외",
        ),
      )
      .option("--etf", say("only ETFs", "ETF만"))
      .option("--kospi200", say("only members of the KOSPI 200", "KOSPI200 구성 종목만"))
      .option("--tradable", say("only those that can be bought today", "오늘 매수할 수 있는 종목만"))
      .option("--top <n>", say("the largest by market cap", "시가총액 상위 n개"), whole("--top"))
      .option(
        "--min-market-cap <billion>",
        say("at least so many billion KRW", "시가총액 하한(십억 원)"),
        positive("--min-market-cap"),
      )
      .option(
        "--format <format>",
        say("table, csv, or codes (for --symbols-file)", "table, csv 또는 codes(--symbols-file용)"),
        oneOf("--format", ["table", "csv", "codes"]),
        "table",
      );
    dateOption(
      command,
      say,
      say("another day that is cached (default: today)", "보관된 다른 날(기본값: 오늘)"),
    );
  },
  async run(shell, values) {
    const rows = await listed(shell, values, marketsOf(values));
    if (values.top !== undefined) {
      rows.sort((a, b) => (marketCapKrw(b) ?? 0) - (marketCapKrw(a) ?? 0));
      rows.splice(values.top);
    }
    shell.answer(rows);
    if (!shell.global.json) shell.io.stdout.write(FORMATS[values.format](rows));
    if (rows.length === 0) shell.note(shell.say("No instrument matches.", "조건에 맞는 종목이 없습니다."));
    return rows.length === 0 ? EXIT.degraded : EXIT.whole;
  },
});

async function listed(shell: Shell, values: Values, markets: readonly EquityMarket[]): Promise<Row[]> {
  const { io, global } = shell;
  const simulated = global.simulate ? await simulatedMasters(shell) : undefined;
  if (simulated === undefined) announceElsewhere(shell);
  const baseUrl = simulated?.masterUrl ?? masterUrlOf(shell);
  const rows: Row[] = [];
  try {
    for (const market of markets) {
      const master = await downloadMaster(market, {
        store: withoutWriting(openStore(shell).store),
        clock: simulated?.clock ?? io.clock,
        signal: io.signal,
        logger: shell.logger,
        allowStale: true,
        ...(io.fetch === undefined || simulated !== undefined ? {} : { fetch: io.fetch }),
        ...(baseUrl === undefined ? {} : { baseUrl }),
        ...(values.date === undefined ? {} : { date: values.date }),
      });
      const { date, tradingDay = date, stale } = master;
      const old =
        stale === true
          ? shell.say(" (an older day: the download failed)", "(내려받지 못해 이전 날짜 사용)")
          : "";
      shell.note(
        shell.say(
          `${market}: ${master.instruments.size} instruments of ${tradingDay}${old}`,
          `${market}: ${tradingDay} 기준 ${master.instruments.size}종목${old}`,
        ),
      );
      const selected = selectInstruments<Instrument<EquityMarket>>(master, {
        ...(values.etf === true ? { etf: true } : {}),
        ...(values.kospi200 === true ? { kospi200: true } : {}),
        ...(values.tradable === true ? { tradable: true } : {}),
        ...(values.minMarketCap === undefined ? {} : { minMarketCapKrw: values.minMarketCap * 1e9 }),
      }).filter((instrument) => values.common !== true || isCommonStock(instrument));
      const instruments = new Map(selected.map((instrument) => [instrument.symbol, instrument]));
      const found = values.name === undefined ? selected : findByName({ instruments }, values.name);
      rows.push(...found.map((instrument) => ({ ...instrument, market })));
    }
  } finally {
    await simulated?.close();
  }
  return rows;
}

const COLUMNS = [
  "symbol",
  "isin",
  "koreanName",
  "market",
  "securityGroup",
  "basePrice",
  "marketCap",
  "listingDate",
  "kospi200",
  "isPreferred",
  "isEtf",
  "isEtn",
  "isSpac",
  "isTradingHalted",
  "tradable",
] as const;

/** A cell of CSV: quoted where it has to be (RFC 4180). */
function cell(value: string | number | boolean | undefined): string {
  const text = value === undefined ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const FORMATS: Readonly<Record<Format, (rows: readonly Row[]) => string>> = {
  codes: (rows) => rows.map(({ symbol }) => `${symbol}\n`).join(""),
  csv(rows) {
    const cells = rows.map((row) => COLUMNS.map((name) => cell(row[name])).join(","));
    return [COLUMNS.join(","), ...cells].map((line) => `${line}\r\n`).join("");
  },
  table: (rows) => rows.map((row) => `${tableLine(row)}\n`).join(""),
};

function tableLine(row: Row): string {
  const name = row.koreanName + " ".repeat(Math.max(1, 42 - widthOf(row.koreanName)));
  const cap = row.marketCap === undefined ? "" : count(row.marketCap / 10);
  const flags = [
    row.isEtf && "ETF",
    row.isEtn && "ETN",
    row.isSpac && "SPAC",
    row.isPreferred && "preferred",
    row.kospi200 && "KOSPI200",
    row.isTradingHalted && "halted",
  ].filter(Boolean);
  const price = count(row.basePrice ?? 0).padStart(11);
  return `${row.symbol.padEnd(10)}${name}${row.market.padEnd(7)}${price} KRW ${cap.padStart(11)} bn  ${flags.join(" ")}`.trimEnd();
}
