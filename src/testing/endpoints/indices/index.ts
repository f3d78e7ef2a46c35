export { dailyIndexChartPrice } from "./daily-indexchartprice.js";
export { indexDailyPrice } from "./index-daily-price.js";
export { timeIndexChartPrice } from "./time-indexchartprice.js";
