export { issueApprovalKey, issueToken, revokeToken, type AuthCall, type IssuedToken } from "./auth.js";
export {
  ACTION_KINDS,
  type CorporateAction,
  type CorporateActionKind,
  corporateActions,
} from "./corporate-actions.js";
export { dailyRows, type DailyPage, type DailyRow, type OddDay, type Period } from "./daily-bars.js";
export { DAY_PAGE_ROWS, dayMinutes } from "./day-minutes.js";
export { BASE_URLS, WEBSOCKET_URLS, checkOffered, type KisEnvironment } from "./environment.js";
export { refusalKindOf, mayRetry, refusalError } from "./error-codes.js";
export { placeIn } from "./field.js";
export { holidayRows, type Holiday } from "./holidays.js";
export { instrumentInfo, type KisInstrument } from "./instrument.js";
export type { KisCall } from "./kis-call.js";
export { type MinutePage, type MinuteRow, hasRowsOf } from "./minute-rows.js";
export { TODAY_PAGE_ROWS, todayMinutes } from "./today-minutes.js";
export * from "./feeds/index.js";
export { INDEX_PAGE_ROWS, type IndexRow, indexBars, indexDays, indexMinutes } from "./indices/index.js";
export { type InvestorFlow, type NetFlow, investorFlows } from "./investor-flows.js";
export {
  QUOTE_BATCH,
  type Quote,
  type TradeRow,
  latestTrades,
  quoteBatch,
  symbolQuote,
} from "./quotes/index.js";
