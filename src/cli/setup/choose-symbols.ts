import {
  ConfigError,
  type DownloadMasterOptions,
  type EquityMarket,
  type Instrument,
  type ListedInstrument,
  type ObjectStore,
  downloadMaster,
  findByName,
  isSymbol,
  marketCapKrw,
  selectInstruments,
} from "hantoo";
import type { Shell } from "../shell/index.js";
import type { SymbolValues } from "./symbols-option.js";

/** Where master files come from when names have to be looked up. */
export interface MasterPlace extends Pick<
  DownloadMasterOptions,
  "store" | "clock" | "baseUrl" | "fetch" | "allowStale"
> {
  readonly store: ObjectStore;
}

/** What `--simulate` logs where nothing is chosen: five large names. */
export const SAMPLE_SYMBOLS: readonly string[] = ["005930", "000660", "005380", "035420", "247540"];

const MARKETS: readonly EquityMarket[] = ["kospi", "kosdaq", "konex"];
const NARROWING = ["top", "minMarketCap", "kospi200", "etf"] as const;
const TYPED = {
  top: "--top",
  minMarketCap: "--min-market-cap",
  kospi200: "--kospi200",
  etf: "--etf",
} as const;

/**
 * The codes and names of `--symbols`, or the codes of `--symbols-file`. No master file is read.
 *
 * @returns `undefined` where nothing is chosen, or by `--master`.
 * @throws ConfigError if two ways to choose are used together, or a code is wrong.
 */
export async function typedSymbols(
  shell: Shell,
  values: SymbolValues,
): Promise<readonly string[] | undefined> {
  const { symbols, symbolsFile, master } = values;
  const ways = [
    symbols !== undefined && "--symbols",
    symbolsFile !== undefined && "--symbols-file",
    master !== undefined && "--master",
  ].filter((way) => way !== false);
  if (ways.length > 1)
    throw new ConfigError(ways[1] as string, `given without ${ways[0]}`, ways.join(" and "));
  for (const name of NARROWING) {
    if (values[name] !== undefined && master === undefined)
      throw new ConfigError(TYPED[name], "given together with --master", "without it");
  }
  if (master !== undefined) checkMarkets(master);
  if (symbols !== undefined) return listed(symbols);
  return symbolsFile === undefined ? undefined : codesOfFile(shell, symbolsFile);
}

/** What was typed, if it is codes alone: a simulator can then have these symbols. Else `undefined`. */
export function onlyCodes(typed: readonly string[] | undefined): readonly string[] | undefined {
  return typed?.every((one) => isSymbol(one)) === true ? typed : undefined;
}

/**
 * The instruments chosen, with listing days and market caps where they come from a master file.
 *
 * @returns `undefined` where nothing is chosen.
 * @throws ConfigError if a name is unknown, or nothing is left of a market.
 */
export async function chooseSymbols(
  shell: Shell,
  values: SymbolValues,
  place: MasterPlace,
): Promise<readonly ListedInstrument[] | undefined> {
  const typed = await typedSymbols(shell, values);
  if (typed !== undefined) return named(shell, typed, place);
  return values.master === undefined
    ? undefined
    : ofMarkets(shell, values, checkMarkets(values.master), place);
}

/**
 * The same, where something must be chosen; with `--simulate` and nothing chosen, {@link SAMPLE_SYMBOLS}.
 *
 * @throws ConfigError naming the ways to choose.
 */
export async function needSymbols(
  shell: Shell,
  values: SymbolValues,
  place: MasterPlace,
): Promise<readonly ListedInstrument[]> {
  const chosen = await chooseSymbols(shell, values, place);
  if (chosen !== undefined) return chosen;
  if (shell.global.simulate) return SAMPLE_SYMBOLS.map((symbol) => ({ symbol }));
  throw new ConfigError(
    "--symbols",
    "given, or --symbols-file, or --master such as `--master kospi --top 50`",
    "none",
  );
}

/** The markets whose masters list the chosen symbols: those of `--master`, else KOSPI and KOSDAQ. */
export function marketsOf({ master }: SymbolValues): readonly EquityMarket[] {
  return master === undefined ? MARKETS.slice(0, 2) : checkMarkets(master);
}

function checkMarkets(text: string): readonly EquityMarket[] {
  return text.split(",").map((name) => {
    const market = MARKETS.find((one) => one === name.trim());
    if (market === undefined)
      throw new ConfigError("--master", "kospi, kosdaq, konex, or several with commas", text);
    return market;
  });
}

/** The parts of `--symbols`. Latin letters with a digit that are no code are a mistyped code, not a name. */
function listed(text: string): readonly string[] {
  const parts = text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  if (parts.length === 0) throw new ConfigError("--symbols", "codes or Korean names, with commas", text);
  for (const part of parts) {
    if (!isSymbol(part) && /^[0-9A-Za-z]*\d[0-9A-Za-z]*$/.test(part))
      throw new ConfigError("--symbols", 'codes of 6 to 9 such as "005930", or exact Korean names', part);
  }
  return [...new Set(parts)];
}

async function codesOfFile(shell: Shell, file: string): Promise<readonly string[]> {
  const text = await shell.io.files.readText(shell.path(file)).catch((error: unknown) => {
    const why = (error as { code?: string }).code ?? "unreadable";
    throw new ConfigError("--symbols-file", "a file that can be read", `${file} (${why})`, { cause: error });
  });
  const codes = new Set<string>();
  for (const [at, line] of text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .entries()) {
    const code = line.replace(/#.*$/, "").trim();
    if (code === "") continue;
    if (!isSymbol(code))
      throw new ConfigError("--symbols-file", `one code a line; ${file}:${at + 1} has none`, code);
    codes.add(code);
  }
  if (codes.size === 0) throw new ConfigError("--symbols-file", "a file with at least one code", file);
  return [...codes];
}

/** Codes as they are; names are looked up in the master files, which are read only where a name was typed. */
async function named(
  { io }: Shell,
  typed: readonly string[],
  place: MasterPlace,
): Promise<readonly ListedInstrument[]> {
  if (typed.every((one) => isSymbol(one))) return typed.map((symbol) => ({ symbol }));
  const instruments = new Map<string, Instrument<EquityMarket>>();
  for (const market of MARKETS.slice(0, 2)) {
    const master = await downloadMaster(market, { ...place, signal: io.signal });
    for (const [symbol, instrument] of master.instruments) instruments.set(symbol, instrument);
  }
  return typed.map((one) => {
    if (isSymbol(one)) return { symbol: one };
    const found = findByName({ instruments }, one);
    const exact = found.filter(({ koreanName }) => bare(koreanName) === bare(one));
    if (exact.length === 1 && exact[0] !== undefined) return exact[0];
    const like = found.slice(0, 3).map(({ symbol, koreanName }) => `${koreanName} (${symbol})`);
    const hint = like.length === 0 ? "" : `; did you mean ${like.join(", ")}?`;
    throw new ConfigError(
      "--symbols",
      `a code or the exact name of one instrument of KOSPI or KOSDAQ${hint}`,
      one,
    );
  });
}

const bare = (name: string): string => name.normalize("NFC").toLowerCase().replaceAll(" ", "");

async function ofMarkets(
  { io }: Shell,
  values: SymbolValues,
  markets: readonly EquityMarket[],
  place: MasterPlace,
): Promise<readonly ListedInstrument[]> {
  const chosen: Instrument<EquityMarket>[] = [];
  for (const market of markets) {
    const master = await downloadMaster(market, { ...place, signal: io.signal });
    chosen.push(
      ...selectInstruments<Instrument<EquityMarket>>(master, {
        tradable: true,
        ...(values.etf === true ? { etf: true } : { commonStock: true }),
        ...(values.kospi200 === true ? { kospi200: true } : {}),
        ...(values.minMarketCap === undefined ? {} : { minMarketCapKrw: values.minMarketCap * 1e9 }),
      }),
    );
  }
  if (values.top !== undefined) {
    chosen.sort((a, b) => (marketCapKrw(b) ?? 0) - (marketCapKrw(a) ?? 0));
    chosen.splice(values.top);
  }
  if (chosen.length === 0)
    throw new ConfigError(
      "--master",
      "given with options that at least one instrument meets",
      markets.join(","),
    );
  return chosen;
}
