export { fetchDailyBars, type DailyBar, type DailyBarsRequest } from "./daily-bars.js";
export { HolidayBook } from "./holiday-book.js";
export { checkMinuteRequest, fetchMinutes } from "./minutes/index.js";
export { MOST_PAGES, fetchPages } from "./pages.js";
export { fetchQuotes } from "./quotes.js";
export { applySchema, checkRequest, type KisRequest } from "./raw-request.js";
export { datedTrades, type Trade } from "./trades.js";
export { unknownSymbol } from "./unknown-symbol.js";
