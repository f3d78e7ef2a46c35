// Known weaknesses of what a user installs with the package. Findings fail. Not every registry answers this
// question, and none always: where there is no answer, that is said and nothing is claimed.
//
//   npx tsx scripts/audit.ts
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

interface AuditReport {
  readonly metadata?: { readonly vulnerabilities?: Readonly<Record<string, number>> };
  readonly vulnerabilities?: Readonly<Record<string, { readonly severity: string; readonly range: string }>>;
  readonly statusCode?: number;
  readonly message?: string;
}

/** What `npm audit --json` said. */
export interface AuditVerdict {
  readonly outcome: "clean" | "refused" | "found" | "failed";
  readonly message: string;
}

/** A registry without the endpoint. */
const REFUSALS: ReadonlySet<unknown> = new Set([404, 405, 501]);

export function auditVerdict(output: string): AuditVerdict {
  let report: AuditReport;
  try {
    report = JSON.parse(output) as AuditReport;
  } catch {
    return { outcome: "failed", message: "npm audit printed no JSON" };
  }
  const total = report?.metadata?.vulnerabilities?.["total"];
  if (total === 0) return { outcome: "clean", message: "no known weakness" };
  if (typeof total === "number") {
    const named = Object.entries(report.vulnerabilities ?? {}).map(
      ([name, { severity, range }]) => `${name} ${range} (${severity})`,
    );
    return { outcome: "found", message: `${total} known weaknesses: ${named.join(", ")}` };
  }
  if (REFUSALS.has(report?.statusCode))
    return { outcome: "refused", message: `not answered by this registry (HTTP ${report.statusCode})` };
  return { outcome: "failed", message: report?.message ?? "npm audit gave no answer" };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { stdout } = spawnSync("npm", ["audit", "--omit=dev", "--json"], { encoding: "utf8" });
  const { outcome, message } = auditVerdict(stdout);
  console.log(`npm audit: ${message}`);
  if (outcome === "found") process.exitCode = 1;
}
