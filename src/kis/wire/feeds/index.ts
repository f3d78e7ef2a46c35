export { CONTROL_CODES, readControl, registration } from "./control.js";
export { EXPECTED_FEEDS, EXPECTED_FIELDS, type ExpectedRecord, expectedIn } from "./expected-price.js";
export { type Frame, readFrame } from "./frame.js";
export { INDEX_FEED, INDEX_FIELDS, type IndexRecord, indexIn } from "./index-level.js";
export { OPERATION_FEEDS, OPERATION_FIELDS, type OperationRecord, operationIn } from "./market-operation.js";
export { BOOK_FEEDS, BOOK_FIELDS, type BookLevel, type BookRecord, bookIn } from "./order-book.js";
export { TRADE_FEEDS, TRADE_FIELDS, type TradeRecord, tradeIn } from "./trades.js";
