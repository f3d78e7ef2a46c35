import { ConfigError, checkNames, isTradingDayText } from "../../core/index.js";
import type { Fault, FaultAction } from "./fault.js";
import { ROW_FAULTS, isPageFault, isRowFault } from "./row-fault.js";

const WIRE_FAULTS = [
  "reset",
  "half-body",
  "html-502",
  "wrong-content-type",
  "rate-limit",
  "http-429",
  "passing-error",
  "no-container",
  "foreign-json",
  "filler-row",
  "token-revoked",
  "relabel-previous-day",
] as const satisfies readonly Extract<FaultAction, string>[];
const NAMES: readonly string[] = [...WIRE_FAULTS, ...Object.keys(ROW_FAULTS)];
const SETTINGS = new Set(["code", "latencyMs", "slowLorisMs", "driftField", "clockSkewMs"]);
const TERMS: readonly string[] = Object.keys({
  do: true,
  endpoint: true,
  symbols: true,
  nth: true,
  times: true,
  probability: true,
  when: true,
  from: true,
  until: true,
  per: true,
  tradingDays: true,
  minutes: true,
  rows: true,
  healsAfterDays: true,
} satisfies Record<keyof Fault, true>);

/** @throws {@link ConfigError} for a fault that does not exist, or one that could never strike as it is described. */
export function checkFault(fault: Fault): Fault {
  const known =
    typeof fault?.do === "string"
      ? NAMES.includes(fault.do)
      : Object.keys(fault?.do ?? {}).some((name) => SETTINGS.has(name));
  if (!known) throw new ConfigError("faults", `made of ${NAMES.join(", ")} or an object`, fault?.do);
  checkNames(fault, TERMS, "faults");
  const { probability = 1 } = fault;
  if (!(probability >= 0 && probability <= 1))
    throw new ConfigError("faults", "of probability 0..1", probability);
  for (const name of ["nth", "times", "rows", "healsAfterDays"] as const) {
    const count = fault[name];
    if (count !== undefined && !(Number.isInteger(count) && count >= 1))
      throw new ConfigError(`faults.${name}`, "an integer from 1", count);
  }
  checkRowTerms(fault);
  return fault;
}

function checkRowTerms(fault: Fault): void {
  const ofRows = ["tradingDays", "minutes", "rows", "healsAfterDays"] as const;
  const given = ofRows.find((name) => fault[name] !== undefined);
  if (!isRowFault(fault.do)) {
    if (given !== undefined || fault.per === "symbol-day") {
      throw new ConfigError(
        `faults.${given ?? "per"}`,
        `of a row fault (${Object.keys(ROW_FAULTS).join(", ")})`,
        fault.do,
      );
    }
    return;
  }
  const { per = ROW_FAULTS[fault.do] } = fault;
  if (per !== "request" && per !== "symbol-day")
    throw new ConfigError("faults.per", '"request" or "symbol-day"', per);
  if (per === "request" && !isPageFault(fault.do))
    throw new ConfigError("faults.per", '"symbol-day": it is in KIS\'s record', `"request" for ${fault.do}`);
  const elsewhere = (["tradingDays", "healsAfterDays"] as const).find((name) => fault[name] !== undefined);
  if (per === "request" && elsewhere !== undefined)
    throw new ConfigError(`faults.${elsewhere}`, 'with `per: "symbol-day"` alone', fault.do);
  const counted = (["nth", "times", "when"] as const).find((name) => fault[name] !== undefined);
  if (per === "symbol-day" && counted !== undefined)
    throw new ConfigError(`faults.${counted}`, 'with `per: "request"` alone', fault.do);
  const day = fault.tradingDays?.find((text) => !isTradingDayText(text));
  if (day !== undefined) throw new ConfigError("faults.tradingDays", "days as YYYY-MM-DD", day);
  const minute = fault.minutes?.find((text) => !/^([01]\d|2[0-3]):[0-5]\d$/.test(text));
  if (minute !== undefined) throw new ConfigError("faults.minutes", "KST minutes as HH:MM", minute);
}
