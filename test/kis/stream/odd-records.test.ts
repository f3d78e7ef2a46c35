import { expect, test } from "vitest";
import type { StreamEvent } from "../../../src/kis/stream/stream-events.js";
import { HOLD_MS, TradeSequence } from "../../../src/kis/stream/trade-sequence.js";
import type { TradeRecord } from "../../../src/kis/wire/index.js";
import { at } from "./stream-market.js";

const DAY_MS = 86_400_000;
const START = at("10:00");

/** Trades of `volumes`, one a second, at 100 won. */
function tape(volumes: readonly number[], start = START, before = 1000): TradeRecord[] {
  let accVolume = before;
  return volumes.map((volume, index) => {
    accVolume += volume;
    const time = start + index * 1000;
    const accTurnover = accVolume * 100;
    return { symbol: "005930", time, price: 100, volume, accVolume, accTurnover, side: undefined };
  });
}

/** What comes of records that arrive each at its own time, `HOLD_MS` and more apart. */
function listen(records: readonly TradeRecord[], everyMs = 1000) {
  const out: StreamEvent[] = [];
  const odd: TradeRecord[] = [];
  const sequence = new TradeSequence((record) => odd.push(record));
  const emit = (event: StreamEvent): void => void out.push(event);
  let now = 0;
  for (const record of records) {
    sequence.take(record, now, true, emit);
    for (let ms = 0; ms < everyMs; ms += 100) sequence.expire((now += 100), emit);
  }
  sequence.expire(now + HOLD_MS, emit);
  return { out, odd };
}

/** The same in short words. */
function play(records: readonly TradeRecord[], everyMs = 1000) {
  const { out, odd } = listen(records, everyMs);
  const told = out.map((event) =>
    event.kind === "gap"
      ? `gap ${event.shares}`
      : event.kind === "trade"
        ? `${event.accVolume}${event.time >= START + DAY_MS || event.time < START ? " other day" : ""}`
        : event.kind,
  );
  return { told, odd: odd.length };
}

test("a record of an earlier day is no trade of this one, and opens no gap", () => {
  const [a, b, c] = tape([1, 2, 3]);
  const [old] = tape([7], START - DAY_MS, 900_000);
  expect(play([a!, old!, b!, c!])).toEqual({ told: ["1001", "1003", "1006"], odd: 1 });
});

test("a record of a day to come costs no trade: where the next two are of this day, it goes on with nothing lost", () => {
  const [a, b, c, d, e] = tape([1, 2, 3, 4, 5]);
  const astray = { ...b!, time: b!.time + 400 * DAY_MS };
  expect(play([a!, astray, c!, d!, e!])).toEqual({
    told: ["1001", "1003 other day", "1006", "1010", "1015"],
    odd: 0,
  });
  const unlike = { ...tape([9], START + 400 * DAY_MS, 5_000_000)[0]! };
  expect(play([a!, b!, unlike, c!, d!, e!]).told).toEqual([
    "1001",
    "1003",
    "5000009 other day",
    "1006",
    "1010",
    "1015",
  ]);
});

test("a trade that has a day of its own is given and is in no gap: what is lost around it is, to the share", () => {
  for (const lost of [[], [1], [3], [4], [1, 3], [1, 4], [3, 4], [1, 3, 4]]) {
    let accTurnover = 100_000;
    const records = tape([1, 2, 3, 4, 5, 6, 7]).map((record, index) => {
      accTurnover += (100 + index) * record.volume;
      const time = record.time + (index === 2 ? DAY_MS : 0);
      return { ...record, time, price: 100 + index, accTurnover };
    });
    const { out } = listen(records.filter((_, index) => !lost.includes(index)));
    let [shares, turnover] = [0, 0];
    for (const event of out) {
      if (event.kind !== "trade" && event.kind !== "gap") continue;
      shares += event.kind === "trade" ? event.volume : event.shares;
      turnover += event.kind === "trade" ? event.volume * event.price : event.turnover;
    }
    expect({ lost, shares, turnover }).toEqual({ lost, shares: 28, turnover: accTurnover - 100_000 });
  }
});

test("a total that later trades contradict is no gap and no trade; it is named", () => {
  const [a, b, c, d] = tape([1, 2, 3, 4]);
  const odd = { ...b!, accVolume: 99_000_000 };
  // Two seconds within the time it is held: the second contradicts it.
  expect(play([a!, odd, b!, c!, d!], 200)).toEqual({ told: ["1001", "1003", "1006", "1010"], odd: 1 });
});

test("a jump that nothing confirms is taken back: what lies between is in a gap, to the share", () => {
  const [a, b, c, d, e, f] = tape([1, 2, 3, 4, 5, 6]);
  const odd = { ...b!, accVolume: 99_000_000 };
  // Held in vain, told as a gap, then two trades agree that it was never so: those of its second are in the gap.
  expect(play([a!, odd, b!, c!, d!, e!, f!]).told).toEqual([
    "1001",
    `gap ${99_000_000 - 2 - 1001}`,
    "99000000",
    "gap 2",
    "1006",
    "1010",
    "1015",
    "1021",
  ]);
});

test("a record of another count is named when it is dropped, by whatever follows, and never one that is given", () => {
  const [a, b, c, d] = tape([1, 2, 3, 4]);
  const [old, , older] = tape([7, 8, 9], START - DAY_MS, 900_000);
  const low = { ...tape([5], START + 60_000, 0)[0]! };
  expect(play([a!, b!, low, { ...c!, time: low.time + 1000 }])).toEqual({
    told: ["1001", "1003", "1006"],
    odd: 1,
  });
  // One takes another's place, and the last one is dropped by a trade.
  expect(play([a!, old!, older!, b!])).toEqual({ told: ["1001", "1003"], odd: 2 });
  // A repeated record is no second witness.
  expect(play([a!, b!, old!, b!, c!, d!])).toEqual({ told: ["1001", "1003", "1006", "1010"], odd: 1 });
  const again = tape([1, 2, 3], START + 60_000, 0);
  expect(play([a!, b!, ...again]).odd).toBe(0);
});

test("a count that begins again from nothing opens no gap", () => {
  const day = tape([5, 6]);
  const again = tape([1, 2, 3], START + 60_000, 0);
  expect(play([...day, ...again]).told).toEqual(["1005", "1011", "1", "3", "6"]);
});
