import { afterEach, describe, expect, test } from "vitest";
import { KisClient, type StreamEvent, createMemoryTokenStore } from "hantoo";
import { startKisSimulator } from "hantoo/testing";
import { createSimulatorCore } from "../../../src/testing/server/index.js";
import { createInProcessSockets } from "../../../src/testing/stream/index.js";
import { unpaced } from "../unpaced.js";
import { DAY, at, checkComplete, collect, openMarket } from "./stream-market.js";

const MINUTE = 60_000;
const MANY = ["005930", "000660", "005380", "035420", "035720"];
const kinds = (events: readonly StreamEvent[], ...wanted: StreamEvent["kind"][]): StreamEvent[] =>
  events.filter(({ kind }) => wanted.includes(kind));
const state = (events: readonly StreamEvent[]): StreamEvent[] =>
  kinds(events, "connected", "disconnected", "subscribed", "refused");

describe("a stream", () => {
  test("sends nothing before its first event is asked for, then all trades, and a close frame when the loop is left", async () => {
    const market = openMarket({ symbols: MANY });
    const { clock, client, sockets } = market;
    const stream = client.stream({ symbols: ["005930", "000660"] });
    expect(sockets.connects.length).toBe(0);
    const events: StreamEvent[] = [];
    const reading = (async () => {
      for await (const event of stream) {
        events.push(event);
        if (events.length >= 40) break;
      }
    })();
    await clock.runUntil(reading);
    expect(events.slice(0, 3)).toEqual([
      { kind: "connected" },
      { kind: "subscribed", symbol: "005930", feed: "trade" },
      { kind: "subscribed", symbol: "000660", feed: "trade" },
    ]);
    expect(checkComplete(market, "005930", events).given).toBeGreaterThan(5);
    expect(kinds(events, "gap")).toEqual([]);
    expect(sockets.connects).toEqual([{ at: 0, endedBy: "close-frame" }]);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  test("rejects with the signal's reason, untouched, after its close frame", async () => {
    const { clock, client, sockets } = openMarket({ symbols: MANY });
    const controller = new AbortController();
    const reading = collect(client.stream({ symbols: MANY, signal: controller.signal }));
    await clock.advance(10_000);
    const reason = { my: "reason" };
    controller.abort(reason);
    expect(await clock.runUntil(reading.done)).toBe(reason);
    expect(sockets.connects.map(({ endedBy }) => endedBy)).toEqual(["close-frame"]);
    const early = client.stream({ symbols: MANY, signal: AbortSignal.abort(reason) });
    await expect(early.next()).rejects.toBe(reason);
    expect(sockets.connects.length).toBe(1);
  });

  test("ends with the client's close(), which waits for the close frame; a closed client opens none", async () => {
    const { clock, client, sockets } = openMarket({ symbols: MANY });
    const reading = collect(client.stream({ symbols: MANY }));
    await clock.advance(10_000);
    await clock.runUntil(client.close());
    expect(sockets.connects.map(({ endedBy }) => endedBy)).toEqual(["close-frame"]);
    expect(await reading.done).toBeUndefined();
    expect(() => client.stream({ symbols: MANY })).toThrow("open");
  });

  test("shares one socket; whoever leaves takes its own registrations alone, and the first trade of a late one opens no gap", async () => {
    const market = openMarket({ symbols: MANY });
    const { clock, client, sockets } = market;
    const one = client.stream({ symbols: ["005930", "000660"] });
    const first = collect(one);
    await clock.advance(2 * MINUTE);
    const second = collect(client.stream({ symbols: ["000660", "005380"] }));
    await clock.advance(2 * MINUTE);
    expect(second.events[0]).toEqual({ kind: "connected" });
    await clock.runUntil(one.return());
    await clock.advance(2 * MINUTE);
    await clock.runUntil(client.close());
    expect(sockets.connects.length).toBe(1);
    const types = sockets.sent.map((text) => {
      const { header, body } = JSON.parse(text) as {
        header: { tr_type?: string };
        body?: { input: { tr_key: string } };
      };
      return `${header.tr_type} ${body?.input.tr_key}`;
    });
    expect(types.filter((text) => !text.startsWith("undefined"))).toEqual([
      "1 005930",
      "1 000660",
      "1 005380",
      "2 005930",
    ]);
    for (const symbol of ["000660", "005380"]) {
      expect(checkComplete(market, symbol, second.events)).toMatchObject({ gaps: 0 });
    }
    expect(checkComplete(market, "000660", first.events).given).toBeGreaterThan(3);
  });

  test("beyond the cap symbols are refused, never sent; one that is let go makes room", async () => {
    const symbols = Array.from({ length: 45 }, (_, index) => `${100_000 + index * 10}`);
    const { clock, client, sockets } = openMarket({ symbols });
    const one = client.stream({ symbols: symbols.slice(0, 40) });
    const first = collect(one);
    await clock.advance(1000);
    const second = collect(client.stream({ symbols: symbols.slice(40) }));
    await clock.advance(1000);
    expect(kinds(first.events, "subscribed").length).toBe(40);
    expect(state(second.events).slice(1)).toEqual([
      { kind: "subscribed", symbol: symbols[40], feed: "trade" },
      ...symbols.slice(41).map((symbol) => ({ kind: "refused", symbol, feed: "trade", code: "OPSP0008" })),
    ]);
    expect(sockets.sent.filter((text) => text.includes('"tr_type":"1"')).length).toBe(41);
    await clock.runUntil(one.return());
    await clock.advance(1000);
    expect(kinds(second.events, "subscribed").length).toBe(5);
    await clock.runUntil(client.close());
  });

  test("learns a smaller cap from OPSP0008, asks no further, and shows it", async () => {
    const { clock, client, sockets } = openMarket({ symbols: MANY, stream: { cap: 3 } });
    const stream = client.stream({ symbols: MANY });
    const reading = collect(stream);
    await clock.advance(1000);
    expect(kinds(reading.events, "refused").length).toBe(2);
    expect(sockets.sent.filter((text) => text.includes('"tr_type":"1"')).length).toBe(4);
    expect(stream.status).toMatchObject({ connected: true, cap: 3 });
    expect(stream.status.acknowledged.length).toBe(3);
    expect(stream.status.refused.length).toBe(2);
    await clock.runUntil(client.close());
  });

  test("asks a session that takes none again after 90 s, then less often, and goes on once one is taken", async () => {
    const { clock, core, sockets, open } = openMarket({ symbols: MANY, stream: { cap: 0 } });
    const roomy = createSimulatorCore({ limits: false, clock, market: core.market });
    const freed = createInProcessSockets({ ...roomy, approves: (key) => core.approves(key) });
    let isFull = true;
    const client = open({ webSocket: (url, events) => (isFull ? sockets : freed).connect(url, events) });
    const stream = client.stream({ symbols: MANY });
    const { events } = collect(stream);
    await clock.advance(30 * MINUTE);
    // One registration a session, and 90 s, 180 s, 360 s, 600 s between two.
    expect(sockets.connects.map(({ at: when }) => when)).toEqual([0, 90_000, 270_000, 630_000, 1_230_000]);
    expect(sockets.connects.every(({ endedBy }) => endedBy === "close-frame")).toBe(true);
    expect(sockets.sent.filter((text) => text.includes('"tr_type":"1"')).length).toBe(5);
    expect(state(events).slice(0, 3)).toEqual([
      { kind: "connected" },
      { kind: "refused", symbol: "005930", feed: "trade", code: "OPSP0008" },
      { kind: "disconnected", code: "OPSP0008" },
    ]);
    isFull = false;
    await clock.advance(10 * MINUTE);
    expect(stream.status).toMatchObject({ connected: true, cap: 41 });
    expect(stream.status.acknowledged.length).toBe(MANY.length);
    await clock.runUntil(client.close());
  });

  test("says which feeds deliver: what Nextrade does not trade is acknowledged and silent", async () => {
    const { clock, client } = openMarket({ symbols: ["005930", "069500"] });
    const stream = client.stream({ symbols: ["005930", "069500"], venue: "UN" });
    const reading = collect(stream);
    await clock.advance(2 * MINUTE);
    const { acknowledged, delivering, desired } = stream.status;
    expect(desired).toEqual(acknowledged);
    expect(delivering).toEqual(["H0UNCNT0/005930"]);
    await clock.runUntil(client.close());
    await reading.done;
  });

  test("gives books and expected prices where asked for, apart from trades", async () => {
    const { clock, client } = openMarket({ symbols: MANY, start: at("15:19:00") });
    const reading = collect(
      client.stream({ symbols: ["005930"], feeds: ["trade", "book", "expected"], indices: ["0001"] }),
    );
    await clock.advance(3 * MINUTE);
    const book = reading.events.find((event) => event.kind === "book");
    expect(book?.kind === "book" && [book.asks.length, book.bids.length]).toEqual([10, 10]);
    expect(reading.events.some((event) => event.kind === "expected" && event.time >= at("15:20"))).toBe(true);
    expect(kinds(reading.events, "subscribed").length).toBe(4);
    await clock.runUntil(client.close());
  });

  test("gives an index as it moves and each symbol's market operations, halts among them", async () => {
    const { clock, client, core } = openMarket({ symbols: ["005930", "001080"], start: at("15:18:05") });
    const reading = collect(
      client.stream({ symbols: ["005930", "001080"], feeds: ["operation"], indices: ["0001"] }),
    );
    await clock.advance(3 * MINUTE);
    await clock.runUntil(client.close());
    const levels = reading.events.filter((event) => event.kind === "index");
    expect(levels.length).toBe(18); // every ten seconds, 15:18:10 to 15:21:00
    const day = core.market.indexDay("0001", DAY)!;
    const ended = day.minutes.indexOf(at("15:18")) + 1;
    expect(levels.find(({ time }) => time === at("15:19"))?.level).toBe(day.points[ended]);
    const sums = levels.map(({ accVolume = 0 }) => accVolume);
    expect(sums).toEqual(sums.toSorted((a, b) => a - b));
    expect(sums.at(-1)).toBeGreaterThan(sums[0]!);
    const operations = reading.events.filter((event) => event.kind === "operation");
    expect(operations.map(({ symbol, operation, halted }) => [symbol, operation, halted])).toEqual([
      ["005930", "121", false],
      ["001080", "121", true],
    ]);
  });

  test("an index that there is not is refused", async () => {
    const { clock, client } = openMarket({ symbols: ["005930"], start: at("10:00") });
    const reading = collect(client.stream({ symbols: ["005930"], indices: ["9999"] }));
    await clock.advance(MINUTE);
    await clock.runUntil(client.close());
    expect(kinds(reading.events, "refused").length).toBe(1);
  });

  test("wrong options are refused before anything is sent", () => {
    const { client, open, sockets } = openMarket({ symbols: MANY });
    expect(() => client.stream({ symbols: [] })).toThrow("at least one symbol");
    expect(() => client.stream({ symbols: ["x"] })).toThrow("short code");
    expect(() => client.stream({ symbols: MANY, maxQueued: 0 })).toThrow("maxQueued");
    expect(() => client.stream({ symbols: MANY, venue: "J" as "KRX" })).toThrow("venue");
    expect(() => client.stream({ symbols: MANY, speed: 1 } as never)).toThrow("speed");
    expect(() => client.stream({ symbols: MANY, feeds: ["news" as "book"] })).toThrow("feeds");
    const paper = open({ environment: "paper" });
    expect(() => paper.stream({ symbols: MANY, venue: "UN" })).toThrow("live only");
    expect(() => paper.stream({ indices: ["0001"] })).toThrow("live only");
    expect(() => open({ websocketUrl: "http://x" })).toThrow("websocketUrl");
    const elsewhere = new KisClient({ appKey: "a", appSecret: "b", baseUrl: "http://127.0.0.1:1" });
    expect(() => elsewhere.stream({ symbols: MANY })).toThrow("websocketUrl");
    expect(sockets.connects.length).toBe(0);
  });
});

describe("a connection that goes wrong", () => {
  test("after OPSP8996 the next connect comes 90 s later at the earliest", async () => {
    const market = openMarket({ symbols: MANY, stream: { slotHoldMs: 60_000 } });
    const { clock, client, sockets } = market;
    const first = collect(client.stream({ symbols: MANY }));
    await clock.advance(5000);
    await clock.runUntil(client.close());
    expect(first.events.length).toBeGreaterThan(5);
    // Another program takes the key and dies without a close frame.
    const cut = sockets.connect("", { open() {}, message() {}, close() {} });
    await clock.advance(10);
    cut.send(sockets.sent[0]!);
    await clock.advance(10);
    cut.terminate();
    const second = collect(market.open().stream({ symbols: MANY }));
    await clock.advance(95_000);
    const own = sockets.connects.slice(2);
    expect(own.length).toBe(2);
    expect(own[1]!.at - own[0]!.at).toBeGreaterThanOrEqual(90_000);
    expect(kinds(second.events, "disconnected")).toEqual([{ kind: "disconnected", code: "OPSP8996" }]);
  });

  test("no message of any kind for 120 s is a dead socket; what was missed is a gap", async () => {
    const market = openMarket({
      symbols: MANY,
      stream: { faults: [{ do: "half-open", from: at("10:01"), times: 1 }], slotHoldMs: 0 },
    });
    const { clock, client, sockets } = market;
    const reading = collect(client.stream({ symbols: MANY }));
    await clock.advance(10 * MINUTE);
    expect(sockets.connects.length).toBe(2);
    expect(sockets.connects[1]!.at).toBeGreaterThanOrEqual(MINUTE + 105_000);
    expect(sockets.connects[1]!.at).toBeLessThan(MINUTE + 150_000);
    const back = reading.events.findLast((event) => event.kind === "connected");
    expect(back?.kind === "connected" && back.downMs).toBeGreaterThan(0);
    expect(kinds(reading.events, "gap").length).toBe(5);
    for (const symbol of MANY) expect(checkComplete(market, symbol, reading.events).gaps).toBe(1);
    await clock.runUntil(client.close());
  });

  test("an approval key that KIS does not take is replaced, whether it says so or is silent", async () => {
    for (const badApproval of ["OPSP0011", "silence"] as const) {
      const market = openMarket({ symbols: MANY, stream: { badApproval } });
      const { clock, client, core, sockets } = market;
      const approves = core.approves.bind(core);
      let isFirst = true;
      let bad: string | undefined;
      core.approves = (key) => {
        if (isFirst) bad = key;
        isFirst = false;
        return key !== bad && approves(key);
      };
      const reading = collect(client.stream({ symbols: ["005930"] }));
      await clock.advance(MINUTE);
      expect(kinds(reading.events, "subscribed").length, badApproval).toBe(1);
      expect(sockets.connects.length).toBe(2);
      expect(
        new Set(sockets.sent.map((text) => /"approval_key":"([^"]+)"/.exec(text)?.[1]).filter(Boolean)).size,
      ).toBe(2);
      await clock.runUntil(client.close());
    }
  });

  test("an approval key is good for a day: what is registered later is registered with a new one, on the same socket", async () => {
    const market = openMarket({
      symbols: MANY,
      start: at("10:00", "2026-11-18"),
      stream: { fridayRestart: false },
    });
    const { clock, client, sockets } = market;
    const first = collect(client.stream({ symbols: ["005930"] }));
    await clock.advance(25 * 60 * MINUTE);
    const second = collect(client.stream({ symbols: ["000660"] }));
    await clock.advance(MINUTE);
    expect(kinds(second.events, "subscribed").length).toBe(1);
    expect(sockets.connects.length).toBe(1);
    expect(first.events.length).toBeGreaterThan(100);
    await clock.runUntil(client.close());
  });

  test("keys that KIS does not know are an error to every loop, and there is no second try", async () => {
    const { clock, open, sockets, core } = openMarket({ symbols: MANY });
    const client = open({ appSecret: "wrong", fetch: core.fetch });
    const error = await clock.runUntil(collect(client.stream({ symbols: MANY })).done);
    expect(error).toMatchObject({ code: "kis_auth" });
    expect(JSON.stringify(error)).not.toContain("wrong");
    expect(sockets.connects.length).toBe(0);
  });

  test("a host that is not there is tried again with doubling pauses", async () => {
    const { clock, client, sockets } = openMarket({
      symbols: MANY,
      stream: { outages: [{ from: at("09:00"), to: at("10:05") }] },
    });
    const reading = collect(client.stream({ symbols: MANY }));
    await clock.advance(6 * MINUTE);
    const waits = sockets.connects
      .map(({ at: when }, index) => when - (sockets.connects[index - 1]?.at ?? 0))
      .slice(1);
    expect(waits.slice(0, 6)).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000]);
    expect(kinds(reading.events, "disconnected").length).toBe(1);
    expect(kinds(reading.events, "subscribed").length).toBe(5);
    await clock.runUntil(client.close());
  });
});

describe("over the network", () => {
  const open: { close(): unknown }[] = [];
  afterEach(async () => {
    for (const thing of open.splice(0).reverse()) await thing.close();
  });

  test("`ws` and the simulator: trades, broken UTF-8, and a close frame at the end", async () => {
    const sim = await startKisSimulator({
      seed: 3,
      now: at("10:00"),
      symbols: MANY,
      limits: false,
      stream: { faults: [{ do: "broken-utf8", probability: 0.3 }] },
    });
    open.push(sim);
    const client = new KisClient({
      appKey: "test",
      appSecret: "test",
      baseUrl: sim.baseUrl,
      websocketUrl: sim.websocketUrl,
      clock: sim.clock,
      limiter: unpaced(),
      tokenStore: createMemoryTokenStore(),
    });
    open.push(client);
    const events: StreamEvent[] = [];
    for await (const event of client.stream({ symbols: MANY })) {
      events.push(event);
      if (kinds(events, "subscribed").length === MANY.length) sim.clock.advance(10_000);
      if (kinds(events, "trade").length >= 60) break;
    }
    expect(kinds(events, "gap", "disconnected")).toEqual([]);
    // The slot is free at once: the end was a clean one.
    for await (const event of client.stream({ symbols: ["005930"] })) {
      if (event.kind === "subscribed") break;
      expect(event.kind).toBe("connected");
    }
  });
});
