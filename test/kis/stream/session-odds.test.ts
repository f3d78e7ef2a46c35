import { expect, test } from "vitest";
import { type StreamConnector, type StreamEvent, krx } from "hantoo";
import { createManualClock } from "hantoo/testing";
import { MuteWatch } from "../../../src/kis/stream/session/mute-session.js";
import { at, checkComplete, collect, openMarket } from "./stream-market.js";

const MINUTE = 60_000;
const DAY_MS = 86_400_000;
const MANY = ["005930", "000660", "005380", "035420", "035720"];
const kinds = (events: readonly StreamEvent[], ...wanted: StreamEvent["kind"][]): StreamEvent[] =>
  events.filter(({ kind }) => wanted.includes(kind));

/** What was sent to KIS: `1 005930` registers, `2 005930` ends. */
const asked = (sent: readonly string[]): string[] =>
  sent.flatMap((text) => {
    const { header, body } = JSON.parse(text) as {
      header: { tr_type?: string };
      body?: { input: { tr_key: string } };
    };
    return header.tr_type === undefined ? [] : [`${header.tr_type} ${body?.input.tr_key}`];
  });

/** A line to which a test answers itself. */
function openLine(market: ReturnType<typeof openMarket>) {
  const sent: string[] = [];
  const lines: { say(data: string): void; close(code: number): void }[] = [];
  const webSocket: StreamConnector = (_, events) => {
    lines.push({
      say: (data) => events.message(Buffer.from(data, "latin1")),
      close: (code) => events.close(code),
    });
    queueMicrotask(() => events.open());
    return {
      send: (text) => void sent.push(text),
      close: () => queueMicrotask(() => events.close(1000)),
      terminate: () => undefined,
    };
  };
  const answer = (key: string, code = "OPSP0000", trId = "H0STCNT0"): void =>
    lines
      .at(-1)!
      .say(JSON.stringify({ header: { tr_id: trId, tr_key: key }, body: { rt_cd: "0", msg_cd: code } }));
  return { client: market.open({ webSocket }), sent, lines, answer };
}

const record = (symbol: string, time: string, accVolume: number, width = 47): string => {
  const fields = Array.from({ length: width }, () => "0");
  [fields[0], fields[1], fields[2], fields[12]] = [symbol, time, "100", "1"];
  [fields[13], fields[14], fields[21], fields[33]] = [
    String(accVolume),
    String(accVolume * 100),
    "1",
    "20261120",
  ];
  return fields.join("^");
};
const frame = (...records: readonly string[]): string =>
  `0|H0STCNT0|${String(records.length).padStart(3, "0")}|${records.join("^")}`;

test("an end is sent with a key that is good: of two consumers of an old session one leaves, and the other hears nothing of it", async () => {
  const market = openMarket({
    symbols: MANY,
    start: at("10:00", "2026-11-18"),
    stream: { fridayRestart: false },
  });
  const { clock, client, sockets } = market;
  const leaver = client.stream({ symbols: ["005930"] });
  const first = collect(leaver);
  const second = collect(client.stream({ symbols: ["000660"] }));
  await clock.advance(25 * 60 * MINUTE);
  await clock.runUntil(leaver.return());
  await clock.advance(MINUTE);
  expect(asked(sockets.sent)).toEqual(["1 005930", "1 000660", "2 005930"]);
  expect(sockets.connects.length).toBe(1);
  expect(kinds(second.events, "disconnected")).toEqual([]);
  expect(await first.done).toBeUndefined();
  await clock.runUntil(client.close());
});

test("an approval key that KIS takes no more costs a running session nothing: another one, and the same socket", async () => {
  const market = openMarket({ symbols: MANY });
  const { clock, client, core, sockets } = market;
  const running = collect(client.stream({ symbols: ["005930"] }));
  const leaver = client.stream({ symbols: ["035420"] });
  const left = collect(leaver);
  await clock.advance(MINUTE);
  const old = /"approval_key":"([^"]+)"/.exec(sockets.sent[0]!)![1];
  const approves = core.approves.bind(core);
  core.approves = (key) => key !== old && approves(key);
  await clock.runUntil(leaver.return());
  const later = collect(client.stream({ symbols: ["000660"] }));
  await clock.advance(MINUTE);
  expect(sockets.connects.length).toBe(1);
  expect(kinds(later.events, "subscribed", "trade").length).toBeGreaterThan(1);
  expect(kinds(running.events, "disconnected", "gap")).toEqual([]);
  expect(asked(sockets.sent).filter((one) => one === "2 035420").length).toBe(2);
  await left.done;
  await clock.runUntil(client.close());
});

test("each message sent with a key that died is refused: that is one dead key, whenever the refusals come", async () => {
  for (const betweenMs of [0, 1000]) {
    const market = openMarket({ symbols: MANY });
    const { client, answer, lines, sent } = openLine(market);
    const running = collect(client.stream({ symbols: ["005930"] }));
    await market.clock.advance(100);
    answer("005930");
    const leavers: { return(): Promise<unknown> }[] = [];
    for (const symbol of ["000660", "035420"]) {
      const leaver = client.stream({ symbols: [symbol] });
      collect(leaver);
      leavers.push(leaver);
      await market.clock.advance(100);
      answer(symbol);
    }
    for (const leaver of leavers) void leaver.return();
    collect(client.stream({ symbols: ["005380"] }));
    const ends = ["2 000660", "2 035420"];
    await market.clock.advance(100);
    expect(asked(sent).slice(3)).toEqual([...ends, "1 005380"]);
    // KIS gives one key a second.
    for (const symbol of ["000660", "035420", "005380"]) {
      answer(symbol, "OPSP0011");
      await market.clock.advance(betweenMs);
    }
    await market.clock.advance(1000);
    expect(asked(sent).slice(6)).toEqual([...ends, "1 005380"]);
    for (const symbol of ["000660", "035420"]) answer(symbol, "OPSP0001");
    answer("005380");
    await market.clock.advance(1000);
    expect(kinds(running.events, "disconnected")).toEqual([]);
    expect(lines.length).toBe(1);
    // The next key that dies is another one.
    collect(client.stream({ symbols: ["035720"] }));
    await market.clock.advance(1000);
    answer("035720", "OPSP0011");
    await market.clock.advance(1000);
    expect(asked(sent).slice(9)).toEqual(["1 035720", "1 035720"]);
    // And one that KIS refuses though it is new ends the session.
    answer("035720", "OPSP0011");
    await market.clock.advance(1000);
    expect(kinds(running.events, "disconnected")).toEqual([{ kind: "disconnected", code: "OPSP0011" }]);
    await market.clock.runUntil(client.close());
  }
});

test("keys that KIS never takes end the session: no loop of approvals on it", async () => {
  const { clock, client, core, sockets } = openMarket({ symbols: MANY });
  const running = collect(client.stream({ symbols: ["005930"] }));
  await clock.advance(MINUTE);
  core.approves = () => false;
  collect(client.stream({ symbols: ["000660"] }));
  await clock.advance(500);
  expect(kinds(running.events, "disconnected")).toEqual([{ kind: "disconnected", code: "OPSP0011" }]);
  await clock.advance(5 * MINUTE);
  expect(sockets.connects.length).toBeLessThan(12);
  expect(core.stats.byEndpoint["/oauth2/Approval"]).toBeLessThan(14);
  await clock.runUntil(client.close());
});

test.each(["OPSP0007", "OPSP0009"])(
  "%s passes: the symbol is asked for again a minute later",
  async (code) => {
    const market = openMarket({ symbols: MANY });
    const { client, answer, sent } = openLine(market);
    const { events } = collect(client.stream({ symbols: ["005930"] }));
    await market.clock.advance(100);
    answer("005930", code);
    await market.clock.advance(55_000);
    expect(asked(sent)).toEqual(["1 005930"]);
    await market.clock.advance(15_000);
    expect(asked(sent)).toEqual(["1 005930", "1 005930"]);
    answer("005930");
    expect(kinds(events, "refused", "subscribed").length).toBe(1);
    await market.clock.advance(100);
    expect(kinds(events, "refused", "subscribed")).toEqual([
      { kind: "refused", symbol: "005930", feed: "trade", code },
      { kind: "subscribed", symbol: "005930", feed: "trade" },
    ]);
    await market.clock.runUntil(client.close());
  },
);

test("ended and wanted again at once, a symbol is registered, whatever the order of the answers", async () => {
  for (const order of [
    ["OPSP0001", "OPSP0000"],
    ["OPSP0000", "OPSP0001"],
  ]) {
    const market = openMarket({ symbols: MANY });
    const { client, answer, sent } = openLine(market);
    const other = collect(client.stream({ symbols: ["000660"] }));
    await market.clock.advance(100);
    answer("000660");
    const one = client.stream({ symbols: ["005930"] });
    const { done } = collect(one);
    await market.clock.advance(100);
    answer("005930");
    await market.clock.runUntil(one.return());
    const again = client.stream({ symbols: ["005930"] });
    collect(again);
    await market.clock.advance(100);
    expect(asked(sent)).toEqual(["1 000660", "1 005930", "2 005930", "1 005930"]);
    for (const code of order) answer("005930", code);
    expect(again.status.acknowledged).toEqual(["H0STCNT0/005930"]);
    await done;
    await market.clock.runUntil(client.close());
    await other.done;
  }
});

test("records with fewer fields than documented are read as long as the day is where it was; others are named, and cost no neighbour", async () => {
  const market = openMarket({ symbols: MANY });
  const { client, answer, lines } = openLine(market);
  const { events } = collect(client.stream({ symbols: ["005930"] }));
  await market.clock.advance(100);
  answer("005930");
  const [line] = lines;
  line!.say(frame(record("005930", "100001", 10), record("999990", "100001", 7)));
  line!.say(frame(record("005930", "100002", 11, 45), record("005930", "100002", 12, 45)));
  // One field has gone before the day: nothing in it is where it was.
  const shifted = record("005930", "100003", 13).split("^");
  shifted.splice(5, 1);
  line!.say(frame(shifted.join("^"), record("005930", "100003", 14, 46)));
  line!.say("1|H0STCNI0|001|ZW5jcnlwdGVk");
  line!.say(`${frame(record("005930", "100004", 15))}^^`);
  await market.clock.advance(1000);
  const totals = events.flatMap((event) =>
    event.kind === "trade" ? [event.accVolume] : event.kind === "gap" ? [-event.shares] : [],
  );
  expect(totals).toEqual([10, 11, 12, -1, 14, 15]);
  const said = market.said.join("\n");
  for (const name of [
    'a record that was not asked for {"trId":"H0STCNT0","key":"999990"}',
    'records have another width than known {"trId":"H0STCNT0","width":45}',
    'a trade that cannot be read {"trId":"H0STCNT0","key":"005930"}',
    'a frame that cannot be read {"encrypted":true}',
  ])
    expect(said).toContain(name);
  await market.clock.runUntil(client.close());
});

test("a record that the others contradict is named once, and is no trade", async () => {
  const market = openMarket({ symbols: MANY });
  const { client, answer, lines } = openLine(market);
  const { events } = collect(client.stream({ symbols: ["005930"] }));
  await market.clock.advance(100);
  answer("005930");
  for (const odd of [1_000_000, 2_000_000]) {
    lines[0]!.say(frame(record("005930", "100001", odd === 1_000_000 ? 10 : 12)));
    lines[0]!.say(
      frame(record("005930", "100002", odd), record("005930", "100003", odd === 1_000_000 ? 11 : 13)),
    );
    await market.clock.advance(1000);
  }
  const totals = events.flatMap((event) =>
    event.kind === "trade" || event.kind === "gap" ? [event.kind] : [],
  );
  expect(totals).toEqual(["trade", "trade", "trade", "trade"]);
  expect(market.said.filter((line) => line.includes("contradict")).length).toBe(1);
  await market.clock.runUntil(client.close());
});

test("two consumers of one socket: the slow one has gaps, the fast one none, and both know every share", async () => {
  const market = openMarket({ symbols: MANY });
  const { clock, client, sockets } = market;
  const fast = collect(client.stream({ symbols: ["005930", "000660"] }));
  const slow = client.stream({ symbols: ["005930", "035420"], maxQueued: 4 });
  const events: StreamEvent[] = [];
  const reading = (async () => {
    for await (const event of slow) {
      events.push(event);
      if (event.kind === "trade") await clock.sleep(MINUTE);
    }
  })();
  await clock.advance(20 * MINUTE);
  await clock.runUntil(client.close());
  await clock.runUntil(reading);
  expect(sockets.connects.length).toBe(1);
  expect(checkComplete(market, "005930", fast.events)).toMatchObject({ gaps: 0, missing: 0 });
  const behind = checkComplete(market, "005930", events);
  expect(behind.gaps).toBeGreaterThan(2);
  expect(kinds(events, "lagging").length).toBeGreaterThan(0);
  expect(behind.given + behind.missing).toBeGreaterThan(20);
});

test("a session that has gone mute is opened anew after three minutes, in vain after six; on a later day after three", () => {
  const clock = createManualClock(at("10:00"));
  const mute = new MuteWatch();
  const ports = { calendar: krx, clock };
  const isMute = (quietMs: number, symbols = MANY.length): boolean => mute.isMute(ports, symbols, quietMs);
  expect([isMute(3 * MINUTE - 1), isMute(3 * MINUTE)]).toEqual([false, true]);
  // Fewer symbols may well be silent for longer, and none proves nothing.
  expect([isMute(15 * MINUTE - 1, 1), isMute(15 * MINUTE, 1), isMute(DAY_MS, 0)]).toEqual([
    false,
    true,
    false,
  ]);
  mute.ended(clock.now());
  expect([isMute(6 * MINUTE - 1), isMute(6 * MINUTE)]).toEqual([false, true]);
  mute.ended(clock.now());
  expect(isMute(12 * MINUTE - 1)).toBe(false);
  clock.set(at("10:00", "2026-11-23"));
  expect(isMute(3 * MINUTE)).toBe(true);
  // Neither before the open nor between the last continuous minute and the closing auction.
  for (const time of ["08:30", "09:02", "15:25", "16:30"]) {
    clock.set(at(time));
    expect(isMute(5 * MINUTE), time).toBe(false);
  }
});

test("a new connection that helped, which is one that delivers as long as its silence is borne, is watched as the first one was", () => {
  const clock = createManualClock(at("10:00"));
  const ports = { calendar: krx, clock };
  const isMute = (mute: MuteWatch, quietMs: number): boolean => mute.isMute(ports, MANY.length, quietMs);
  for (const [flowMs, everyMs, helped] of [
    [6 * MINUTE, MINUTE, true],
    [6 * MINUTE - 1000, 1000, false],
    // Now and then a record: that was so before, too.
    [60 * MINUTE, MINUTE + 1000, false],
  ] as const) {
    const mute = new MuteWatch();
    mute.sawData(0);
    mute.ended(clock.now());
    for (let ms = 0; ms <= flowMs; ms += everyMs) mute.sawData(5 * MINUTE + ms);
    expect([isMute(mute, 3 * MINUTE), isMute(mute, 6 * MINUTE)]).toEqual([helped, true]);
  }
});

test("a session that goes mute again after it was healed is noticed after three minutes again", async () => {
  const market = openMarket({ symbols: MANY });
  const { client, answer, lines } = openLine(market);
  const { events } = collect(client.stream({ symbols: MANY }));
  let [total, acknowledged] = [0, 0];
  const pass = async (minutes: number, delivers: boolean): Promise<void> => {
    for (let step = 0; step < minutes * 15; step++) {
      await market.clock.advance(4000);
      if (acknowledged < lines.length) for (const symbol of MANY) answer(symbol);
      acknowledged = lines.length;
      lines
        .at(-1)!
        .say(delivers ? frame(record(MANY[0]!, "100001", ++total)) : '{"header":{"tr_id":"PINGPONG"}}');
    }
  };
  const muteEnds = (): number => kinds(events, "disconnected").length;
  for (const ends of [1, 2]) {
    await pass(8, true);
    expect(muteEnds()).toBe(ends - 1);
    await pass(4, false);
    expect(muteEnds()).toBe(ends);
  }
  // This one delivers nothing at all, and is given six minutes.
  await pass(4, false);
  expect(muteEnds()).toBe(2);
  await pass(4, false);
  expect(muteEnds()).toBe(3);
  await market.clock.runUntil(client.close());
});
