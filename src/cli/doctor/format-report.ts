import { VERSION, formatKstStamp } from "hantoo";
import type { BEHAVIOURS } from "hantoo/testing";
import { type Finding, formatFinding } from "./finding.js";
import { PROBES } from "./probe/index.js";
import type { DoctorReport } from "./run-doctor.js";

/** The report of a probe as text and as JSON; neither holds a key, secret, token or account number. */
export interface WrittenReport {
  readonly text: string;
  readonly json: string;
}

/**
 * @param behaviours - all of BEHAVIOURS.md: the report names the behaviour of each finding, and those that were not tried.
 */
export function formatReport(report: DoctorReport, behaviours: typeof BEHAVIOURS): WrittenReport {
  const texts = new Map(PROBES.map(({ id, behaviour }) => [id, behaviour]));
  const known = new Map(behaviours.map((each) => [each.behaviour, each]));
  const detailed = report.behaviours.map((finding) => {
    const behaviour = texts.get(finding.id) ?? "";
    const { area = "", grade } = known.get(behaviour) ?? {};
    return { ...finding, behaviour, area, grade };
  });
  const tried = new Set(texts.values());
  const untried = behaviours.filter(
    ({ behaviour, grade }) => grade !== "documented" && !tried.has(behaviour),
  );
  const { environment, provenance, calls } = report;
  const at = formatKstStamp(report.at);
  const head = `hantoo ${VERSION} doctor --probe, ${at} KST, ${provenance} (${environment}), ${calls} calls`;
  const lines = [
    head,
    "",
    ...report.subjects.map((finding) => formatFinding(finding)),
    "",
    ...detailed.flatMap((finding) => [formatFinding(finding), `    ${finding.behaviour} (${finding.grade})`]),
    "",
    `${untried.length} more behaviours are observed or assumed; calls that only read cannot show them.`,
    "",
  ];
  const json = {
    version: VERSION,
    at,
    environment,
    provenance,
    calls,
    ok: report.ok,
    subjects: report.subjects,
    behaviours: detailed,
    untried: untried.map(({ area, behaviour, grade }) => ({ area, behaviour, grade })),
  };
  return { text: lines.join("\n"), json: `${JSON.stringify(json, null, 2)}\n` };
}

/** How many findings have each result. */
export function countFound(findings: readonly Finding[]): Readonly<Record<Finding["found"], number>> {
  const counts = { "as assumed": 0, differs: 0, "not seen": 0 };
  for (const { found } of findings) counts[found]++;
  return counts;
}
