import { ConfigError } from "hantoo";

/** The library's name of an option, and how it is typed here. */
const TYPED: Readonly<Record<string, string>> = {
  tradingDay: "--date",
  date: "--date",
  from: "--from",
  to: "--to",
  days: "--days",
  symbols: "--symbols",
  symbol: "--symbols",
  instruments: "--symbols",
  market: "--master",
  minMarketCapKrw: "--min-market-cap",
  venue: "--venue",
  hours: "--hours",
  targets: "--targets",
  order: "--order",
  startFrom: "--start-from",
  maxCalls: "--max-calls",
  deadlineMs: "--deadline",
  staggerMs: "--stagger",
  lagMs: "--lag",
  shard: "--shard",
  prefix: "--prefix",
  by: "--by",
  bucket: "--store",
  dir: "--store",
  indices: "--indices",
  appKey: "KIS_APP_KEY",
  appSecret: "KIS_APP_SECRET",
  websocketUrl: "KIS_WEBSOCKET_URL",
};

/** The error, with the option as it was typed instead of the library's name. Other errors are returned as they are. */
export function asTyped(error: unknown): unknown {
  if (!(error instanceof ConfigError)) return error;
  const typed = TYPED[error.option];
  const named = `\`${error.option}\``;
  if (typed === undefined || !error.message.startsWith(named)) return error;
  error.message = `\`${typed}\`${error.message.slice(named.length)}`;
  return error;
}

/** @returns a parser of a whole number of at least `least`, for an option's value. @throws ConfigError naming it. */
export function whole(option: string, least = 1): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text.trim()) && Number.isSafeInteger(value) && value >= least) return value;
    throw new ConfigError(option, `a whole number of at least ${least}`, text);
  };
}

/** @returns a parser of a number above 0, for an option's value. @throws ConfigError naming it. */
export function positive(option: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isFinite(value) && value > 0) return value;
    throw new ConfigError(option, "a number above 0", text);
  };
}

/** @returns a parser of one of `choices`, for an option's value. @throws ConfigError naming it. */
export function oneOf<T extends string>(option: string, choices: readonly T[]): (text: string) => T {
  return (text) => {
    const found = choices.find((choice) => choice === text);
    if (found !== undefined) return found;
    throw new ConfigError(option, choices.map((choice) => JSON.stringify(choice)).join(" or "), text);
  };
}
