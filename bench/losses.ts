import { markdownTable } from "./markdown.js";
import { tablesOf } from "./report.js";

/** One way in which somebody else may be better. */
interface Loss {
  readonly where: string;
  readonly hantoo: string;
  readonly theirs: string;
  readonly who: string;
  /** @defaultValue less is better */
  readonly isMoreBetter?: true;
}

const EXPORT = "`exportParquet` by symbol, ";

/** Where others are faster, lighter or more used, from the tables of one run. @throws where a row is not in them. */
export function lossesTable(parts: ReadonlyMap<string, string>): string {
  const rowsOf = (part: string, at = 0): ReturnType<typeof tablesOf>[number] =>
    tablesOf(parts.get(part) ?? "")[at] ?? [];
  const cell = (part: string, row: string, column: string, at = 0): string => {
    const found = rowsOf(part, at).find((one) => Object.values(one)[0] === row)?.[column];
    if (found === undefined) throw new Error(`the bench "${part}" has no "${column}" of "${row}"`);
    return found;
  };
  /** Beside whoever else is best in a column of the pacing. */
  const pace = (where: string, column: string, isMoreBetter?: true): Loss => {
    const [best = {}] = rowsOf("pacing")
      .filter(({ contestant = "" }) => !contestant.startsWith("hantoo"))
      .toSorted((a, b) => (isMoreBetter ? -1 : 1) * (numberOf(a[column] ?? "") - numberOf(b[column] ?? "")));
    const [theirs = "", who = ""] = [best[column], best["contestant"]];
    return {
      where,
      hantoo: cell("pacing", "hantoo", column),
      theirs,
      who,
      ...(isMoreBetter && { isMoreBetter }),
    };
  };
  const against = (
    where: string,
    part: string,
    column: string,
    unit: string,
    [ours, who]: readonly [string, string],
  ): Loss => ({
    where,
    hantoo: `${cell(part, ours, column)}${unit}`,
    theirs: `${cell(part, who, column)}${unit}`,
    who,
  });
  // The row says of how many days, which a short run has fewer of.
  const exported =
    rowsOf("archive")
      .map((one) => Object.values(one)[0] ?? "")
      .find((name) => name.startsWith(EXPORT)) ?? EXPORT;
  const losses: readonly Loss[] = [
    pace("the first 18 calls after a rest", "first 18 calls"),
    pace("18 a second used where the host stalls", "with stalls", true),
    pace("a lone call waits", "a lone call waits"),
    {
      where: "refused, where the network scatters by more than the margin",
      hantoo: cell("pacing", "hantoo", "refused", 1),
      theirs: cell("pacing", "hantoo, marginMs 60", "refused", 1),
      who: "hantoo with `marginMs: 60`",
    },
    against("CPU a call", "client", "µs of CPU a call", " µs", ["KisClient", "bare fetch"]),
    against("CPU of writing a day", "kline", "CPU s", " s", ["hantoo write", "JSON.stringify write"]),
    against("CPU of reading a day", "kline", "CPU s", " s", ["hantoo read", "DuckDB read of our object"]),
    {
      where: "a master file read without a check",
      hantoo: "1 x",
      theirs: cell("master", "kospi", "floor").replace(/ \(.*/, ""),
      who: "the same rows without checks",
    },
    {
      where: "`isTradingDay`, calls a second",
      hantoo: cell("calendar", "krx", "isTradingDay"),
      theirs: cell("calendar", "a Set of trading days", "isTradingDay"),
      who: "a Set you keep yourself",
      isMoreBetter: true,
    },
    against("import, wall", "import", "import", " ms", ["`hantoo`", "`p-throttle`"]),
    against("CPU of all daily bars, adjusted", "daily", "CPU s", " s", [
      "`readDailyTable`, all days and symbols, adjusted",
      "DuckDB, the same, closes summed",
    ]),
    against("CPU of Parquet by symbol", "archive", "CPU s", " s", [
      exported,
      "DuckDB's COPY by symbol of the same",
    ]),
  ];
  const lost = losses.filter(
    ({ hantoo, theirs, isMoreBetter }) => (isMoreBetter ? 1 : -1) * (numberOf(theirs) - numberOf(hantoo)) > 0,
  );
  return markdownTable(
    lost.map(({ where, hantoo, theirs, who }) => ({ where, hantoo, "who is ahead": `${theirs}, ${who}` })),
  );
}

const numberOf = (cell: string): number => Number.parseFloat(cell.replaceAll(",", ""));
