import { checkOptions, checkSymbol } from "../../core/index.js";
import { type CallOptions, type KisCaller, callOptionsOf } from "../calls/index.js";
import { type InvestorFlow, investorFlows } from "../wire/index.js";

/** Which symbol's net purchases to ask for. */
export interface InvestorFlowsRequest extends CallOptions {
  /** Short code as KRX prints it. */
  readonly symbol: string;
}

/** Net purchases of the days that KIS has, about 30, ascending. */
export async function fetchInvestorFlows(
  request: InvestorFlowsRequest,
  call: KisCaller,
): Promise<InvestorFlow[]> {
  checkOptions(request, "an object with `symbol`", "request");
  const { value } = await call(investorFlows(checkSymbol(request.symbol)), callOptionsOf(request));
  const days = new Map(value.map((flow) => [flow.tradingDay, flow]));
  return [...days.keys()].sort().flatMap((day) => days.get(day) ?? []);
}
