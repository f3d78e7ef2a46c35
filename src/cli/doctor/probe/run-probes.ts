import { type Finding, notSeen } from "../finding.js";
import { whatFailed } from "../what-failed.js";
import { DAILY_PROBES } from "./daily.js";
import type { RawKis } from "./raw-kis.js";
import { HOLIDAY_PROBES } from "./holidays.js";
import { INDEX_PROBES } from "./indices.js";
import { MASTER_PROBES } from "./masters.js";
import { PAST_PROBES } from "./past.js";
import type { Probe } from "./probe.js";
import { REQUEST_PROBES } from "./requests.js";
import { TODAY_PROBES } from "./today.js";

/** Every probe; those that need a running session come before the many that can wait. */
export const PROBES: readonly Probe[] = [
  ...REQUEST_PROBES,
  ...TODAY_PROBES,
  ...PAST_PROBES,
  ...DAILY_PROBES,
  ...HOLIDAY_PROBES,
  ...INDEX_PROBES,
  ...MASTER_PROBES,
];

/**
 * Tries the behaviours one after the other. A probe that fails or has no calls left is `not seen`; the others go on.
 *
 * @param onFinding - called with each finding as it is made.
 */
export async function runProbes(
  kis: RawKis,
  onFinding: (finding: Finding) => void,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { id, restsOn, look } of PROBES) {
    const sight = await look(kis).catch((error: unknown) => notSeen(whatFailed(error)));
    const finding = { id, ...sight, ...(restsOn === undefined ? {} : { restsOn }) };
    findings.push(finding);
    onFinding(finding);
  }
  return findings;
}
