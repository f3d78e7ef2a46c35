import { ConfigError } from "../../core/index.js";
import { createRandom } from "../random.js";
import type { WireRequest } from "../wire/index.js";

/** Something that goes wrong with one answer. */
export type FaultAction =
  /** The connection is reset before the answer. */
  | "reset"
  /** Status and headers arrive, then half of the body, then a reset. */
  | "half-body"
  /** A gateway's HTML page with status 502. */
  | "html-502"
  /** The right JSON as `text/html`. */
  | "wrong-content-type"
  /** EGW00201, whatever the rate. */
  | "rate-limit"
  /** Every token becomes invalid, then the request is answered: EGW00121. */
  | "token-revoked"
  /** FHKST03010230 gives the rows of the trading day before under the date asked for. */
  | "relabel-previous-day"
  /** One row's `cntg_vol` is the smallest int64. */
  | "int64-min-row"
  /** One row's label is off the minute's grid. */
  | "odd-second-label"
  /** The answer starts that much later. */
  | { readonly latencyMs: number; readonly jitterMs?: number }
  /** The body arrives in ten pieces, one every so many ms. */
  | { readonly slowLorisMs: number }
  /** A field of every row is renamed, or gone where `to` is absent. */
  | { readonly driftField: string; readonly to?: string }
  /** The server's clock is ahead (or behind, if negative) by that much for this answer. */
  | { readonly clockSkewMs: number };

/** When a fault strikes. All that is given must hold. */
export interface Fault {
  readonly do: FaultAction;
  /** A path's end, or a TR id, such as `tokenP` or `FHKST03010230`. */
  readonly endpoint?: string;
  /** The nth request that the other conditions hold for, from 1. */
  readonly nth?: number;
  /** At most that many times. @defaultValue no bound */
  readonly times?: number;
  /** 0..1, drawn from the seed. @defaultValue 1 */
  readonly probability?: number;
  /** Only requests for which it is true. @defaultValue every one */
  readonly when?: (request: WireRequest) => boolean;
}

/** Faults by script, or shares of requests by the name of a fault. */
export type FaultPlan = readonly Fault[] | { readonly [Name in Extract<FaultAction, string>]?: number };

const NAMES = new Set<string>([
  "reset",
  "half-body",
  "html-502",
  "wrong-content-type",
  "rate-limit",
  "token-revoked",
  "relabel-previous-day",
  "int64-min-row",
  "odd-second-label",
] satisfies Extract<FaultAction, string>[]);
const SETTINGS = new Set(["latencyMs", "slowLorisMs", "driftField", "clockSkewMs"]);

/** @throws {@link ConfigError} for a fault that does not exist, a share outside 0..1, a count below 1: it would never strike. */
function checkFault(fault: Fault): Fault {
  const known =
    typeof fault?.do === "string"
      ? NAMES.has(fault.do)
      : Object.keys(fault?.do ?? {}).some((name) => SETTINGS.has(name));
  if (!known) throw new ConfigError("faults", `made of ${[...NAMES].join(", ")} or an object`, fault?.do);
  const { probability = 1 } = fault;
  if (!(probability >= 0 && probability <= 1))
    throw new ConfigError("faults", "of probability 0..1", probability);
  for (const name of ["nth", "times"] as const) {
    const count = fault[name];
    if (count !== undefined && !(Number.isInteger(count) && count >= 1))
      throw new ConfigError(`faults.${name}`, "an integer from 1", count);
  }
  return fault;
}

/** @returns for each request the faults that strike it, in the order of the plan. */
export function createFaultDraw(
  plan: FaultPlan,
  seed: number,
): (request: WireRequest) => readonly FaultAction[] {
  const random = createRandom(seed ^ 0x5eed);
  const given: readonly Fault[] = Array.isArray(plan)
    ? (plan as readonly Fault[])
    : Object.entries(plan).map(([name, probability]) => ({
        do: name as Extract<FaultAction, string>,
        probability: Number(probability),
      }));
  const faults = given.map(checkFault);
  const seen = faults.map(() => ({ matched: 0, struck: 0 }));
  return (request) => {
    const actions: FaultAction[] = [];
    for (const [index, fault] of faults.entries()) {
      const count = seen[index];
      if (count === undefined || !applies(fault, request)) continue;
      count.matched++;
      const drawn = random() < (fault.probability ?? 1);
      if (!drawn || (fault.nth !== undefined && fault.nth !== count.matched)) continue;
      if (count.struck >= (fault.times ?? Number.POSITIVE_INFINITY)) continue;
      count.struck++;
      actions.push(fault.do);
    }
    return actions;
  };
}

function applies(fault: Fault, request: WireRequest): boolean {
  const { endpoint } = fault;
  if (
    endpoint !== undefined &&
    !request.path.endsWith(endpoint) &&
    request.headers.get("tr_id") !== endpoint
  ) {
    return false;
  }
  return fault.when === undefined || fault.when(request);
}
