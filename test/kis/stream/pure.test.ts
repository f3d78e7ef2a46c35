import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EventQueue } from "../../../src/kis/stream/event-queue.js";
import { Registrations } from "../../../src/kis/stream/registrations.js";
import { ReconnectPace } from "../../../src/kis/stream/reconnect-pace.js";
import type { StreamEvent } from "../../../src/kis/stream/stream-events.js";
import { HOLD_MS, TradeSequence } from "../../../src/kis/stream/trade-sequence.js";
import type { TradeRecord } from "../../../src/kis/wire/index.js";
import { at } from "./stream-market.js";

const START = at("10:00");
function tape(volumes: readonly number[], before = 1000): TradeRecord[] {
  let [accVolume, accTurnover] = [before, before * 100];
  return volumes.map((volume, index) => {
    accVolume += volume;
    accTurnover += volume * (100 + index);
    return {
      symbol: "005930",
      time: START + index * 1000,
      price: 100 + index,
      volume,
      accVolume,
      accTurnover,
      side: undefined,
    };
  });
}
const shares = (events: readonly StreamEvent[]): number =>
  events.reduce(
    (sum, event) => sum + (event.kind === "trade" ? event.volume : event.kind === "gap" ? event.shares : 0),
    0,
  );

describe("the sequence of a symbol's trades", () => {
  const arrivals = fc.array(
    fc.record({
      volume: fc.integer({ min: 1, max: 50 }),
      fate: fc.constantFrom("come", "come", "come", "lose", "twice", "late"),
      ms: fc.integer({ min: 0, max: 400 }),
    }),
    { minLength: 3, maxLength: 40 },
  );

  test("gives each once and in order, and counts exactly what it does not give", () => {
    fc.assert(
      fc.property(arrivals, (plan) => {
        const all = tape([5, ...plan.map(({ volume }) => volume), 7]);
        const sequence = new TradeSequence();
        const out: StreamEvent[] = [];
        const emit = (event: StreamEvent): void => void out.push(event);
        let now = 0;
        let late: TradeRecord | undefined;
        const come = (record: TradeRecord): void => sequence.take(record, now, true, emit);
        come(all[0]!);
        for (const [index, { fate, ms }] of plan.entries()) {
          now += ms;
          sequence.expire(now, emit);
          const record = all[index + 1]!;
          if (fate === "late" && late === undefined) late = record;
          else if (fate !== "lose") {
            come(record);
            if (fate === "twice") come(record);
            if (late !== undefined) come(late);
            late = undefined;
          }
        }
        come(all.at(-1)!);
        sequence.expire(now + HOLD_MS, emit);
        expect(sequence.isWaiting).toBe(false);
        expect(shares(out)).toBe(all.reduce((sum, { volume }) => sum + volume, 0));
        const given = out.filter((event) => event.kind === "trade").map(({ accVolume }) => accVolume);
        expect(given).toEqual([...new Set(given)].sort((a, b) => a - b));
        const won = out.reduce(
          (sum, event) =>
            sum +
            (event.kind === "trade" ? event.volume * event.price : event.kind === "gap" ? event.turnover : 0),
          0,
        );
        expect(won).toBe(all.reduce((sum, { volume, price }) => sum + volume * price, 0));
      }),
    );
  });

  test("a record out of order costs nothing within the time it is waited for, and is in the gap afterwards", () => {
    const [first, second, third] = tape([1, 2, 3]);
    for (const afterMs of [HOLD_MS - 1, HOLD_MS]) {
      const out: StreamEvent[] = [];
      const sequence = new TradeSequence();
      const emit = (event: StreamEvent): void => void out.push(event);
      sequence.take(first!, 0, true, emit);
      sequence.take(third!, 0, true, emit);
      sequence.expire(afterMs, emit);
      sequence.take(second!, afterMs, true, emit);
      expect(out.map(({ kind }) => kind)).toEqual(
        afterMs < HOLD_MS ? ["trade", "trade", "trade"] : ["trade", "gap", "trade"],
      );
      expect(shares(out)).toBe(6);
    }
  });

  test("what lies before a connection is not waited for", () => {
    const [first, , third] = tape([1, 2, 3]);
    const out: StreamEvent[] = [];
    const sequence = new TradeSequence();
    sequence.take(first!, 0, true, (event) => out.push(event));
    sequence.take(third!, 0, false, (event) => out.push(event));
    expect(out[1]).toEqual({
      kind: "gap",
      symbol: "005930",
      shares: 2,
      turnover: 202,
      from: first!.time,
      to: third!.time,
    });
  });

  test("a new day begins anew, and so does a count that two later records agree on", () => {
    const out: StreamEvent[] = [];
    const sequence = new TradeSequence();
    const emit = (event: StreamEvent): void => void out.push(event);
    const [today] = tape([5]);
    sequence.take(today!, 0, true, emit);
    sequence.take({ ...today!, time: today!.time + 86_400_000, accVolume: 9, volume: 4 }, 0, true, emit);
    expect(out.map(({ kind }) => kind)).toEqual(["trade", "trade"]);
    const later = today!.time + 86_400_000 + 60_000;
    sequence.take({ ...today!, time: later, accVolume: 3, volume: 1 }, 0, true, emit);
    expect(out.length).toBe(2);
    sequence.take({ ...today!, time: later + 1000, accVolume: 5, volume: 2 }, 0, true, emit);
    expect(out.slice(2).map((event) => (event.kind === "trade" ? event.accVolume : 0))).toEqual([3, 5]);
  });
});

describe("the queue of a slow consumer", () => {
  test("loses nothing: what does not fit is in a gap of its very shares and won", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 120 }),
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 20 }),
        (volumes, reads, most) => {
          const all = tape(volumes);
          const queue = new EventQueue(most);
          const out: StreamEvent[] = [];
          const pull = (): boolean => {
            const event = queue.pull();
            if (event !== undefined) out.push(event);
            return event !== undefined;
          };
          for (const [index, record] of all.entries()) {
            queue.push({ kind: "trade", ...record });
            expect(queue.length).toBeLessThanOrEqual(most + 1);
            for (let count = reads[index % reads.length]!; count > 0; count--) pull();
          }
          while (pull());
          expect(shares(out)).toBe(volumes.reduce((sum, volume) => sum + volume, 0));
          const given = out.filter((event) => event.kind === "trade").map(({ accVolume }) => accVolume);
          expect(given).toEqual([...given].sort((a, b) => a - b));
        },
      ),
    );
  });

  test("says once that it lags, and again at twice as much", () => {
    const queue = new EventQueue(10);
    for (const record of tape([1, 1, 1, 1])) queue.push({ kind: "trade", ...record });
    expect(queue.pull()?.kind).toBe("trade");
    for (const record of tape([1, 1], 2000)) queue.push({ kind: "trade", ...record });
    expect(queue.pull()).toEqual({ kind: "lagging", queued: 5 });
    expect(queue.pull()?.kind).toBe("trade");
    // What is about the stream itself is always told.
    for (const record of tape(
      Array.from({ length: 30 }, () => 1),
      3000,
    ))
      queue.push({ kind: "trade", ...record });
    queue.push({ kind: "disconnected", code: 1006 });
    const rest: StreamEvent[] = [];
    for (let event = queue.pull(); event !== undefined; event = queue.pull()) rest.push(event);
    expect(rest.filter(({ kind }) => kind === "lagging").length).toBe(1);
    expect(rest.at(-2)).toEqual({ kind: "disconnected", code: 1006 });
    expect(rest.at(-1)?.kind).toBe("gap");
  });
});

describe("the pace of connects", () => {
  test("doubles to a minute, is reset by data alone, and waits 90 s and more after OPSP8996", () => {
    const pace = new ReconnectPace();
    const waits = Array.from({ length: 8 }, () => {
      pace.ended(0, "other", 0);
      return pace.notBefore;
    });
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
    pace.sawData();
    pace.ended(0, "other", 0.5);
    expect(pace.notBefore).toBe(1125);
    pace.ended(0, "in-use", 0);
    expect(pace.notBefore).toBe(90_000);
    pace.ended(0, "in-use", 0);
    expect(pace.notBefore).toBe(180_000);
  });

  test("is no storm even where each connection brings data and dies", () => {
    const pace = new ReconnectPace();
    let [now, connects] = [0, 0];
    while (now < 3_600_000) {
      now = Math.max(now, pace.notBefore);
      pace.connecting(now);
      connects++;
      pace.sawData();
      now += 100;
      pace.ended(now, "other", 0);
    }
    expect(connects).toBeLessThan(110);
  });
});

test("a registration that KIS may have taken without an answer is ended, too", () => {
  const registrations = new Registrations();
  const who = { take: () => undefined, registered: () => undefined };
  for (const key of ["000660", "005930"]) registrations.add({ feed: "trade", trId: "H0STCNT0", key }, who);
  registrations.next(0)!.state = "unanswered";
  // The other one was never sent: there is nothing to end.
  expect(registrations.drop(who).map(({ key }) => key)).toEqual(["000660"]);
});
