import { chkHoliday } from "./chk-holiday.js";
import { dailyItemChartPrice } from "./daily-itemchartprice.js";
import type { Endpoint } from "./endpoint.js";
import { dailyIndexChartPrice, indexDailyPrice, timeIndexChartPrice } from "./indices/index.js";
import { inquirePrice } from "./inquire-price.js";
import { intstockMultprice } from "./intstock-multprice.js";
import { inquireInvestor } from "./inquire-investor.js";
import { KSD_ENDPOINTS } from "./ksdinfo.js";
import { searchStockInfo } from "./search-stock-info.js";
import { timeDailyChartPrice } from "./time-dailychartprice.js";
import { timeItemChartPrice } from "./time-itemchartprice.js";
import { inquireCcnl, timeItemConclusion } from "./trades.js";

/** Every GET endpoint of the simulator. */
export const ENDPOINTS: readonly Endpoint[] = [
  chkHoliday,
  dailyIndexChartPrice,
  dailyItemChartPrice,
  indexDailyPrice,
  inquireCcnl,
  inquireInvestor,
  inquirePrice,
  intstockMultprice,
  searchStockInfo,
  timeDailyChartPrice,
  timeIndexChartPrice,
  timeItemChartPrice,
  timeItemConclusion,
  ...KSD_ENDPOINTS,
];
export { changeFields, ratio, type Endpoint, type EndpointContext } from "./endpoint.js";
export { marketCap } from "./inquire-price.js";
export { servedDay } from "./quote.js";
export { tradesBetween, type Trade } from "./day-trades.js";
