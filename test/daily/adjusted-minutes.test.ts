import { expect, test } from "vitest";
import { krx } from "../../src/calendar/index.js";
import { createKlineStore } from "../../src/archive/kline-store.js";
import { createDayTable } from "../../src/archive/day-table.js";
import { createFactorLog } from "../../src/factors/index.js";
import { readBars } from "../../src/kline/read/read-bars.js";
import { MemoryStore } from "../../src/storage/index.js";

const DAYS = ["2026-11-19", "2026-11-20"];

test("minutes and days share the factors: prices and volumes of days before are scaled, turnover is not", async () => {
  const store = new MemoryStore();
  const klines = createKlineStore({
    store,
    fields: ["open", "high", "low", "close", "volume", "acc_vol", "turnover"],
  });
  for (const tradingDay of DAYS) {
    const table = createDayTable({ tradingDay, venue: "KRX", minutes: krx.minutes(tradingDay).slice(0, 1) });
    const price = tradingDay < "2026-11-20" ? 2_500_000 : 50_000;
    const cell = {
      open: price,
      high: price,
      low: price,
      close: price,
      volume: 3,
      accVolume: 3,
      turnover: 3 * price,
    };
    table.set("005930", 0, cell);
    await klines.write(table);
  }
  const factor = {
    symbol: "005930",
    effectiveDate: "2026-11-20",
    priceFactor: 0.02,
    volumeFactor: 50,
    kind: "split",
    evidence: [],
    observedAt: 1000,
  } as const;
  await createFactorLog({ store }).append([factor, { ...factor, symbol: "000660", priceFactor: 0.5 }]);
  const read = async (options: { adjusted?: boolean; asOf?: number }) => {
    const bars = [];
    for await (const bar of readBars({ store, symbol: "005930", from: DAYS[0]!, to: DAYS[1]!, ...options }))
      bars.push([bar.close, bar.volume, bar.accVolume, bar.turnover]);
    return bars;
  };
  expect(await read({ adjusted: true })).toEqual([
    [50_000, 150, 150, 7_500_000],
    [50_000, 3, 3, 150_000],
  ]);
  const asTraded = [
    [2_500_000, 3, 3, 7_500_000],
    [50_000, 3, 3, 150_000],
  ];
  expect(await read({})).toEqual(asTraded);
  expect(await read({ adjusted: true, asOf: 999 })).toEqual(asTraded);
});
