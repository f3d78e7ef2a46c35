import { FileStore, readBars } from "hantoo";

const store = new FileStore("./data");
for await (const bar of readBars({
  store,
  symbol: "005930",
  venue: "KRX",
  from: "2026-11-16",
  to: "2026-11-20",
})) {
  console.log(bar.time, bar.open, bar.high, bar.low, bar.close, bar.volume);
}
