import { checkSymbol, checkSymbols, checkVenue } from "../../core/index.js";
import type { QuoteOptions, Fetched, KisCaller } from "../calls/index.js";
import { type KisEnvironment, QUOTE_BATCH, quoteBatch, type Quote, symbolQuote } from "../wire/index.js";
import { unknownSymbol } from "./unknown-symbol.js";

/** @throws {@link KisApiError} if KIS does not know the symbol. */
export async function fetchQuote(symbol: string, call: KisCaller, options: QuoteOptions): Promise<Quote> {
  const venue = checkVenue(options.venue ?? "KRX");
  const { value } = await call(symbolQuote(checkSymbol(symbol), venue), options);
  if (value === undefined) throw unknownSymbol(symbol, venue, "FHKST01010100");
  return value;
}

/** Quotes of many symbols in the order asked for: in batches on live, one by one on paper, which has no batches. */
export async function fetchQuotes(
  symbols: Iterable<string>,
  environment: KisEnvironment,
  call: KisCaller,
  options: QuoteOptions,
): Promise<Quote[]> {
  const asked = checkSymbols(symbols);
  const venue = checkVenue(options.venue ?? "KRX");
  const calls =
    environment === "paper"
      ? asked.map((symbol) => call(symbolQuote(symbol, venue), options))
      : batches(asked, QUOTE_BATCH).map((batch) => call(quoteBatch(batch, venue), options));
  const found = new Map<string, Quote>();
  for (const { value } of await Promise.all<Fetched<Quote | undefined | readonly Quote[]>>(calls)) {
    for (const quote of [value ?? []].flat()) found.set(quote.symbol, quote);
  }
  return asked.flatMap((symbol) => found.get(symbol) ?? []);
}

function batches<T>(items: readonly T[], size: number): (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
    items.slice(at * size, (at + 1) * size),
  );
}
