import {
  ConfigError,
  type TradingDay,
  addDays,
  checkDay,
  checkOptions,
  checkSymbol,
  daysBetween,
} from "../../core/index.js";
import { type CallOptions, type KisCaller, callOptionsOf } from "../calls/index.js";
import {
  ACTION_KINDS,
  type CorporateAction,
  type CorporateActionKind,
  type InvestorFlow,
  corporateActions,
  investorFlows,
} from "../wire/index.js";

/** Which calendar of the securities depository to read. */
export interface CorporateActionsRequest extends CallOptions {
  /** Which list of KIS to read. */
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

/** Whose net purchases to ask for. */
export interface InvestorFlowsRequest extends CallOptions {
  /** Short code as KRX prints it. */
  readonly symbol: string;
}

/** How many rows an answer holds, and whether it has pages, is not known: a longer span is read month by month. */
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
  const from = checkDay(request.from, "from");
  const to = checkDay(request.to, "to");
  if (to < from) throw new ConfigError("from", `no later than \`to\` (${to})`, from);
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

/** The days that KIS has, about 30, ascending. */
export async function fetchInvestorFlows(
  request: InvestorFlowsRequest,
  call: KisCaller,
): Promise<InvestorFlow[]> {
  checkOptions(request, "an object with `symbol`", "request");
  const { value } = await call(investorFlows(checkSymbol(request.symbol)), callOptionsOf(request));
  const days = new Map(value.map((flow) => [flow.tradingDay, flow]));
  return [...days.keys()].sort().flatMap((day) => days.get(day) ?? []);
}
