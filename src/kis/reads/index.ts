export { applySchema, checkRequest, type KisRequest } from "./any-request.js";
export { type DailyBar, type DailyBarsRequest, fetchDailyBars } from "./daily-bars.js";
export { fetchPages } from "./follow-pages.js";
export { HolidayReader, type HolidaysOptions } from "./holidays.js";
export { MinuteReader } from "./minutes/index.js";
export { fetchQuote, fetchQuotes } from "./quotes.js";
export { type Trade, fetchTrades } from "./trades.js";
export { TradingDayReader } from "./trading-day.js";
export { unknownSymbol } from "./unknown-symbol.js";
export {
  fetchIndexBars,
  fetchIndexMinutes,
  type IndexBar,
  type IndexBarsRequest,
  type IndexMinuteBar,
  type IndexMinuteBars,
  type IndexMinutesRequest,
} from "./indices.js";
export { type CorporateActionsRequest, fetchCorporateActions } from "./corporate-actions.js";
export { fetchInvestorFlows, type InvestorFlowsRequest } from "./investor-flows.js";
