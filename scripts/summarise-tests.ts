// Makes a small summary of vitest's JSON report, for the site's page of proof.
// Run: npx vitest run --reporter=json --outputFile=report.json; npx tsx scripts/summarise-tests.ts report.json summary.json
import { readFileSync, writeFileSync } from "node:fs";
import { relative } from "node:path";

/** How one run of the tests went, by room. */
export interface TestSummary {
  /** ISO instant at which the run began. */
  readonly ranAt: string;
  readonly node: string;
  readonly total: Counts;
  readonly rooms: readonly (Counts & {
    readonly room: string;
    readonly files: number;
    readonly ms: number;
  })[];
}

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

interface Report {
  readonly startTime: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly startTime: number;
    readonly endTime: number;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/** @returns the report in numbers, rooms ascending. */
export function summarise(report: Report, root: string, node: string): TestSummary {
  const rooms = new Map<
    string,
    { files: number; passed: number; failed: number; skipped: number; ms: number }
  >();
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const { name, startTime, endTime, assertionResults } of report.testResults) {
    const parts = relative(root, name).split("/");
    const room = parts[0] === "examples" ? "examples" : parts.length > 2 ? parts[1] : "house";
    const row = rooms.get(room) ?? { files: 0, passed: 0, failed: 0, skipped: 0, ms: 0 };
    rooms.set(room, row);
    row.files += 1;
    row.ms += Math.max(0, Math.round(endTime - startTime));
    for (const { status } of assertionResults) {
      const kind = status === "passed" || status === "failed" ? status : "skipped";
      row[kind] += 1;
      total[kind] += 1;
    }
  }
  return {
    ranAt: new Date(report.startTime).toISOString(),
    node,
    total,
    rooms: [...rooms]
      .map(([room, counts]) => ({ room, ...counts }))
      .sort((a, b) => (a.room < b.room ? -1 : 1)),
  };
}

const [from, to] = process.argv.slice(2);
if (process.argv[1]?.endsWith("summarise-tests.ts") && from !== undefined && to !== undefined) {
  const report = JSON.parse(readFileSync(from, "utf8")) as Report;
  writeFileSync(to, `${JSON.stringify(summarise(report, process.cwd(), process.versions.node), null, 2)}\n`);
}
