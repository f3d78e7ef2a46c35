// Which symbols an example works on: named ones, or a selection from the master files.
import {
  ConfigError,
  type ListedInstrument,
  type ObjectStore,
  checkSymbols,
  downloadMaster,
  selectInstruments,
} from "hantoo";
import type { Connection } from "./setup.js";

/** The options of {@link chooseInstruments}, for `parseArgs`. */
export const selectionOptions = {
  symbols: { type: "string" },
  master: { type: "string" },
  "min-market-cap": { type: "string" },
  kospi200: { type: "boolean", default: false },
  etf: { type: "boolean", default: false },
} as const;

/** What they mean, for `--help`. */
export const selectionHelp = `  --symbols 005930,000660   these symbols
  --master kospi,kosdaq     or the instruments of these markets that can be traded, of them only
    --min-market-cap 100      those of at least so many billion KRW
    --kospi200                those in the KOSPI200
    --etf                     ETFs instead of common stock`;

/** Values of {@link selectionOptions}. */
export interface Selection {
  readonly symbols?: string | undefined;
  readonly master?: string | undefined;
  readonly "min-market-cap"?: string | undefined;
  readonly kospi200: boolean;
  readonly etf: boolean;
}

/** The symbols named, if any were. */
export function namedSymbols(selection: Selection): readonly string[] | undefined {
  if (selection.symbols !== undefined && selection.master !== undefined) {
    throw new ConfigError("--symbols", "given without --master", selection.symbols);
  }
  return selection.symbols === undefined
    ? undefined
    : checkSymbols(selection.symbols.split(","), "--symbols");
}

/** The instruments to work on; from the master files with their listing days and market caps. */
export async function chooseInstruments(
  selection: Selection,
  store: ObjectStore,
  { clock, masterUrl }: Connection,
): Promise<readonly ListedInstrument[]> {
  const named = namedSymbols(selection);
  if (named !== undefined) return named.map((symbol) => ({ symbol }));
  if (selection.master === undefined) throw new ConfigError("--symbols", "given, or --master", "neither");
  const chosen: ListedInstrument[] = [];
  for (const market of selection.master.split(",")) {
    const master = await downloadMaster(market as "kospi", {
      store,
      clock,
      ...(masterUrl && { baseUrl: masterUrl }),
    });
    const billions = selection["min-market-cap"];
    chosen.push(
      ...selectInstruments(master, {
        tradable: true,
        ...(selection.etf ? { etf: true } : { commonStock: true }),
        ...(selection.kospi200 && { kospi200: true }),
        ...(billions !== undefined && { minMarketCapKrw: Number(billions) * 1e9 }),
      }),
    );
  }
  return chosen;
}
