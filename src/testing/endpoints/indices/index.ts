export { dailyIndexChartPrice } from "./daily-indexchartprice.js";
