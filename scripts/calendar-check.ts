/*
 * Compares the calendar with what a maintainer downloads, and proposes the rows of a year to come.
 *
 *   npx tsx scripts/calendar-check.ts FILE             closures of whole years (CSV of KRX's page: a date and a
 *                                                      name a line) or an answer of KIS's chk-holiday (JSON)
 *   npx tsx scripts/calendar-check.ts --propose 2028   rows for src/calendar/closures.data.ts by the rules
 *
 * Exit code 1 where something differs. What to do then: decisions/003-calendar.md.
 */
import { readFile } from "node:fs/promises";
import { argv, exit, stdout } from "node:process";
import { pathToFileURL } from "node:url";
import { closureTable } from "../src/calendar/closures.data.js";
import { type HolidayRow, krx } from "../src/calendar/index.js";
import { expandDay, isTradingDayText, weekdayOf } from "../src/core/index.js";
import { ruleClosures } from "../test/calendar/support/closure-rules.js";

/** What a file says: the closures of whole years, or open and closed day by day. */
export type Download =
  | { readonly kind: "closures"; readonly names: ReadonlyMap<string, string> }
  | { readonly kind: "answers"; readonly rows: readonly HolidayRow[] };

/** @param bytes - CSV in UTF-8 or EUC-KR, or JSON. */
export function parseDownload(bytes: Uint8Array): Download {
  const text = decode(bytes).replace(/^\uFEFF/, "");
  if (/^\s*[[{]/.test(text)) return { kind: "answers", rows: parseAnswers(JSON.parse(text)) };
  const names = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const [found, year, month, date] = /(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})/.exec(line) ?? [];
    const day = `${year}-${month}-${date}`;
    if (found === undefined || !isTradingDayText(day)) continue;
    // The name is the last column that is not the day of the week.
    const columns = line.split(/[,\t]/).map((column) => column.trim().replaceAll(/^"|"$/g, ""));
    const name = columns.findLast(
      (text) => text !== "" && !text.includes(found) && !/^[월화수목금토일](요일)?$/.test(text),
    );
    names.set(day, name ?? "");
  }
  if (names.size === 0)
    throw new Error("no line with a date: is this KRX's table of closures, saved as CSV?");
  return { kind: "closures", names };
}

/** @returns what differs, a line each; empty if the calendar agrees. */
export function report(download: Download): string[] {
  if (download.kind === "answers") {
    return krx
      .differences(download.rows)
      .map(({ day, calendar, kis }) => `${day}: calendar ${calendar}, KIS ${kis}`);
  }
  const { names } = download;
  const years = new Set([...names.keys()].map((day) => day.slice(0, 4)));
  const table = new Map(closureTable.map(([day, nameKo]) => [day, nameKo]));
  const lines: string[] = [];
  for (const [day, name] of names) {
    if (isWeekend(day) || table.has(day)) continue;
    lines.push(`${day}: closed there, not in the table. Add ${JSON.stringify([day, name, "?", "?", "N"])}`);
  }
  for (const [day, name] of table) {
    if (years.has(day.slice(0, 4)) && !names.has(day))
      lines.push(`${day}: ${name} in the table, not closed there`);
  }
  return lines.sort();
}

/** @returns rows for the table, by the rules alone; elections and days declared once are still to be added. */
export function propose(year: number): string[] {
  return ruleClosures(year).map(({ day, names, kind }) => {
    const nameKo = names.toSorted().join("; ");
    const nameEn = closureTable.findLast(([, ko]) => ko === nameKo)?.[2] ?? "?";
    return `  ${JSON.stringify([day, nameKo, nameEn, kind, "G"]).replaceAll('","', '", "')},`;
  });
}

const isWeekend = (day: string): boolean => weekdayOf(day) % 6 === 0;

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("euc-kr").decode(bytes);
  }
}

/** Rows of chk-holiday as KIS sends them, or as `KisClient.holidays()` gives them; bare or under `output`. */
function parseAnswers(json: unknown): HolidayRow[] {
  const list = Array.isArray(json) ? json : (json as { output?: unknown }).output;
  const rows = (Array.isArray(list) ? list : [list]) as Record<string, unknown>[];
  return rows.map((row, index) => {
    const day = typeof row?.["bass_dt"] === "string" ? expandDay(row["bass_dt"]) : row?.["day"];
    const open = row?.["opnd_yn"] ?? row?.["isOpen"];
    const isOpen = open === "Y" || open === true;
    if (!isTradingDayText(day) || !(isOpen || open === "N" || open === false)) {
      throw new Error(`row ${index} has no bass_dt and opnd_yn: is this an answer of chk-holiday?`);
    }
    return { day, isOpen };
  });
}

async function main([first, second]: readonly string[]): Promise<number> {
  if (first === "--propose" && second !== undefined) {
    stdout.write(`${propose(Number(second)).join("\n")}\n`);
    return 0;
  }
  if (first === undefined || first.startsWith("-")) {
    stdout.write("usage: calendar-check.ts FILE | --propose YEAR\n");
    return 2;
  }
  const download = parseDownload(await readFile(first));
  const lines = report(download);
  const size = download.kind === "closures" ? download.names.size : download.rows.length;
  stdout.write([...lines, `${size} days read, ${lines.length} differ`, ""].join("\n"));
  return lines.length === 0 ? 0 : 1;
}

if (argv[1] !== undefined && import.meta.url === pathToFileURL(argv[1]).href) exit(await main(argv.slice(2)));
