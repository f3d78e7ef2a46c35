export { dailyIndexChartPrice } from "./daily-indexchartprice.js";
export { timeIndexChartPrice } from "./time-indexchartprice.js";
