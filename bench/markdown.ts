/** What the benches print: tables that can be pasted into `bench/README.md` as they are. */
export function markdownTable(rows: readonly Readonly<Record<string, string | number>>[]): string {
  const names = Object.keys(rows[0] ?? {});
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |\n`;
  return `${line(names)}|${"---|".repeat(names.length)}\n${rows
    .map((row) => line(names.map((name) => row[name] ?? "")))
    .join("")}`;
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
