import { compress } from "@mongodb-js/zstd";
import { expect, test } from "vitest";
import { krx } from "../../../src/calendar/index.js";
import { MINUTE_MS, formatKstStamp } from "../../../src/core/index.js";
import { compact } from "../../../src/kline/index.js";
import { MemoryStore } from "../../../src/storage/index.js";
import { DAY, at, expectRows, setUp, storedRows, wholeDay } from "../logger-setup.js";
import { truthOf } from "../sample-market.js";

const SYMBOL = "0001A0";
const minutes = krx.minutes(DAY);

/**
 * A day as an older logger stored it: values as texts, no trailer, placeholders from 15:20 to 15:29, and one minute
 * that was still forming when it was read.
 */
async function olderDay(forming: number): Promise<MemoryStore> {
  const truth = new Map(truthOf(1, SYMBOL, DAY).map((bar) => [bar.time, bar]));
  const lines: string[] = [];
  let last: number | undefined;
  for (let time = at("09:00"); time <= at("15:30"); time += MINUTE_MS) {
    const bar = truth.get(time);
    last = bar?.close ?? last;
    if (last === undefined) continue;
    const whole = bar ? [bar.open, bar.high, bar.low, bar.close, bar.volume] : [last, last, last, last, 0];
    const values = time === forming && bar ? [bar.open, bar.open, bar.open, bar.open, 1] : whole;
    lines.push(
      JSON.stringify({
        timestamp: formatKstStamp(time).slice(0, 12),
        fields: ["open", "high", "low", "close", "volume"],
        data: { [SYMBOL]: values.map(String) },
      }),
    );
  }
  const store = new MemoryStore();
  const key = "hantoo-stock-kline-1m/20261120090000_20261120153000_20261120160000.jsonl.zstd";
  await store.put(key, await compress(Buffer.from(`${lines.join("\n")}\n`)));
  return store;
}

test("what an older logger stored is read once more: a forming minute is put right, and then it is known", async () => {
  const forming = truthOf(1, SYMBOL, DAY)[40]?.time ?? 0;
  const store = await olderDay(forming);
  const { logger, source } = setUp(at("18:00"), { symbols: [SYMBOL], store });
  const first = await logger.sync();
  expect(first.fetched.calls).toBeGreaterThan(0);
  expect(first.failures).toEqual([]);
  expectRows(await storedRows(store), wholeDay([SYMBOL]));
  const asked = source.calls;
  expect(await logger.sync()).toMatchObject({ uploaded: [], fetched: { calls: 0 } });
  expect(source.calls).toBe(asked);
  // Its placeholders at minutes without a session keep nobody from compacting the day.
  expect(await compact({ store, tradingDay: DAY })).not.toMatchObject({ outcome: "refused" });
  expectRows(await storedRows(store), wholeDay([SYMBOL]));
  expect(minutes).not.toContain(at("15:25"));
});
