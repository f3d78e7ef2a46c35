export { issueApprovalKey, issueToken, revokeToken, type AuthCall, type IssuedToken } from "./auth.js";
export { dailyRows, type DailyPage, type DailyRow, type OddDay, type Period } from "./daily-bars.js";
export { DAY_PAGE_ROWS, dayMinutes } from "./day-minutes.js";
export { BASE_URLS, WEBSOCKET_URLS, checkOffered, type KisEnvironment } from "./environment.js";
export { refusalKindOf, mayRetry, refusalError } from "./error-codes.js";
export { placeIn } from "./field.js";
export { holidayRows, type Holiday } from "./holidays.js";
export { INDEX_PAGE_ROWS, indexDays } from "./index-days.js";
export { instrumentInfo, type KisInstrument } from "./instrument.js";
export type { KisCall } from "./kis-call.js";
export { latestTrades, type TradeRow } from "./latest-trades.js";
export type { MinutePage, MinuteRow } from "./minute-rows.js";
export { QUOTE_BATCH, quoteBatch } from "./quote-batch.js";
export { symbolQuote, type Quote } from "./quote.js";
export { TODAY_PAGE_ROWS, todayMinutes } from "./today-minutes.js";
export * from "./feeds/index.js";
export { type IndexRow, indexBars, indexMinutes } from "./indices/index.js";
export {
  ACTION_KINDS,
  type CorporateAction,
  type CorporateActionKind,
  corporateActions,
  type InvestorFlow,
  investorFlows,
  type NetFlow,
} from "./issuers/index.js";
