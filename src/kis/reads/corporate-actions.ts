import {
  ConfigError,
  type TradingDay,
  addDays,
  checkOptions,
  checkSymbol,
  daysBetween,
} from "../../core/index.js";
import { type CallOptions, type KisCaller, callOptionsOf } from "../calls/index.js";
import {
  ACTION_KINDS,
  type CorporateAction,
  type CorporateActionKind,
  corporateActions,
} from "../wire/index.js";
import { checkDaySpan } from "./daily-windows.js";

/** Which corporate actions to ask for. */
export interface CorporateActionsRequest extends CallOptions {
  /** Kind of action: each has a list of its own at KIS. */
  readonly kind: CorporateActionKind;
  /** First KST date, inclusive. */
  readonly from: TradingDay;
  /** Last KST date, inclusive. */
  readonly to: TradingDay;
  /** @defaultValue the whole market */
  readonly symbol?: string;
  /** Called before each request, retries included. If it throws, the call fails with that error. */
  readonly onCall?: () => void;
}

/** It is not known how many rows an answer can hold, so a longer span is read month by month. */
const WINDOW_DAYS = 31;

/** One call for each month of the span. A row that comes twice is returned once. */
export async function fetchCorporateActions(
  request: CorporateActionsRequest,
  call: KisCaller,
): Promise<CorporateAction[]> {
  checkOptions(request, "an object with `kind`, `from` and `to`", "request");
  const { kind } = request;
  if (typeof kind !== "string" || !ACTION_KINDS.includes(kind))
    throw new ConfigError("kind", `one of ${ACTION_KINDS.join(", ")}`, kind);
  const { from, to } = checkDaySpan(request);
  const symbol = request.symbol === undefined ? "" : checkSymbol(request.symbol);
  const found = new Map<string, CorporateAction>();
  const days = daysBetween(from, to);
  for (let begin = 0; begin <= days; begin += WINDOW_DAYS) {
    const span = { from: addDays(from, begin), to: addDays(from, Math.min(begin + WINDOW_DAYS - 1, days)) };
    const { value } = await call(corporateActions(kind, span, symbol), {
      ...callOptionsOf(request),
      onSend: request.onCall,
    });
    for (const action of value) found.set(JSON.stringify(action.raw), action);
  }
  return [...found.values()];
}
