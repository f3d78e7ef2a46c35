import { FileStore, HantooKlineLogger, KisClient } from "hantoo";

const client = KisClient.fromEnv(process.env); // KIS_APP_KEY, KIS_APP_SECRET
await using logger = new HantooKlineLogger({
  client,
  store: new FileStore("./data"),
  symbols: ["005930", "000660"],
});
for await (const report of logger.run()) console.log(report.tradingDay, report.coverage.total.rate);
