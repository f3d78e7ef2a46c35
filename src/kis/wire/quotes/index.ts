export { latestTrades, type TradeRow } from "./latest-trades.js";
export { QUOTE_BATCH, quoteBatch } from "./quote-batch.js";
export { type Quote, symbolQuote } from "./quote.js";
