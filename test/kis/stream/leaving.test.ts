import { expect, test } from "vitest";
import type { StreamConnector } from "hantoo";
import { at, collect, openMarket } from "./stream-market.js";

const SYMBOLS = ["005930", "000660"];

test("one that comes while the last one leaves holds nobody up: each leaves when its own socket is closed", async () => {
  const { clock, client, sockets } = openMarket({ symbols: SYMBOLS });
  const first = client.stream({ symbols: ["005930"] });
  const reading = collect(first);
  await clock.advance(5000);
  let hasLeft = false;
  const leaving = first.return().then(() => (hasLeft = true));
  const second = client.stream({ symbols: ["000660"] });
  const other = collect(second);
  await clock.advance(5000);
  expect(hasLeft).toBe(true);
  await leaving;
  expect(await reading.done).toBeUndefined();
  expect(sockets.connects.map(({ endedBy }) => endedBy)).toEqual(["close-frame", undefined]);
  expect(other.events.slice(0, 2)).toEqual([
    { kind: "connected" },
    { kind: "subscribed", symbol: "000660", feed: "trade" },
  ]);
  await clock.runUntil(client.close());
});

test("one that comes and goes while the socket of the one before closes has left, too, when that is closed", async () => {
  for (const isFollowed of [false, true]) {
    const { clock, open } = openMarket({ symbols: SYMBOLS });
    let connects = 0;
    // It never answers a close frame: the line is cut after 2 s.
    const webSocket: StreamConnector = (_, events) => {
      connects++;
      queueMicrotask(() => events.open());
      return { send: () => undefined, close: () => undefined, terminate: () => undefined };
    };
    const client = open({ webSocket });
    const left: string[] = [];
    const leave = (name: string, stream: { return(): Promise<unknown> }): void =>
      void stream.return().then(() => left.push(name));
    const first = client.stream({ symbols: ["005930"] });
    collect(first);
    await clock.advance(100);
    leave("first", first);
    const second = client.stream({ symbols: ["000660"] });
    collect(second);
    await clock.advance(100);
    leave("second", second);
    if (isFollowed) collect(client.stream({ symbols: ["005930"] }));
    await clock.advance(1000);
    expect(left).toEqual([]);
    await clock.advance(4000);
    expect(left).toEqual(["first", "second"]);
    expect(connects).toBe(isFollowed ? 2 : 1);
    await clock.runUntil(client.close());
    expect(clock.sleeping).toBe(0);
  }
});

test("one that comes while the socket is being opened for nobody hears of the next socket alone", async () => {
  const { clock, open } = openMarket({ symbols: SYMBOLS });
  const sockets: { opened(): void; closed(): void }[] = [];
  const webSocket: StreamConnector = (_, events) => {
    sockets.push({ opened: () => events.open(), closed: () => events.close(1000) });
    return { send: () => undefined, close: () => undefined, terminate: () => undefined };
  };
  const client = open({ webSocket });
  const first = client.stream({ symbols: ["005930"] });
  collect(first);
  await clock.advance(100);
  const leaving = first.return();
  const second = collect(client.stream({ symbols: ["005930"] }));
  // The handshake ends although nobody wants it any more.
  sockets[0]!.opened();
  await clock.advance(100);
  expect(second.events).toEqual([]);
  sockets[0]!.closed();
  await clock.runUntil(leaving);
  await clock.advance(2000);
  sockets[1]!.opened();
  await clock.advance(100);
  expect(second.events).toEqual([{ kind: "connected" }]);
  const closing = client.close();
  sockets[1]!.closed();
  await clock.runUntil(closing);
});

test("a loop is left at any moment: while the approval key is asked for, in a pause, in a handshake", async () => {
  for (const moment of ["approval", "pause", "handshake"] as const) {
    const { clock, core, open, sockets } = openMarket({
      symbols: SYMBOLS,
      stream: { outages: moment === "pause" ? [{ from: at("09:00"), to: at("16:00") }] : [] },
    });
    const never: StreamConnector = (_, events) => ({
      send: () => undefined,
      close: () => events.close(1006),
      terminate: () => undefined,
    });
    const client = open({
      ...(moment === "handshake" ? { webSocket: never } : {}),
      fetch:
        moment === "approval"
          ? (_, init) =>
              new Promise((_resolve, reject) =>
                init?.signal?.addEventListener("abort", () => reject(init.signal?.reason)),
              )
          : core.fetch,
    });
    const controller = new AbortController();
    const { done } = collect(client.stream({ symbols: SYMBOLS, signal: controller.signal }));
    await clock.advance(5000);
    const reason = { my: moment };
    controller.abort(reason);
    expect(await clock.runUntil(done), moment).toBe(reason);
    expect(clock.now(), moment).toBeLessThanOrEqual(at("10:00:05"));
    expect(sockets.connects.length > 0).toBe(moment === "pause");
    await clock.runUntil(client.close());
    expect(clock.sleeping, moment).toBe(0);
  }
});

test("a socket of one's own that never says it is closed does not stop the stream", async () => {
  const { clock, open } = openMarket({ symbols: SYMBOLS });
  let connects = 0;
  const late: ((code: number) => void)[] = [];
  const webSocket: StreamConnector = (_, events) => {
    connects++;
    late.push((code) => events.close(code));
    return { send: () => undefined, close: () => undefined, terminate: () => undefined };
  };
  const client = open({ webSocket });
  const { events, done } = collect(client.stream({ symbols: SYMBOLS }));
  // 15 s for the handshake, 2 s for the close frame, and a pause.
  await clock.advance(20_000);
  expect(connects).toBe(2);
  expect(events).toEqual([{ kind: "disconnected", code: 1006 }]);
  // What the first one says at last is about no socket that is still there.
  late[0]!(1000);
  await clock.advance(1000);
  expect(connects).toBe(2);
  await clock.runUntil(client.close());
  expect(await done).toBeUndefined();
});

test("messages of a socket that is gone are not heard", async () => {
  const { clock, open } = openMarket({ symbols: SYMBOLS });
  const lines: { say(text: string): void; open(): void; close(): void }[] = [];
  const webSocket: StreamConnector = (_, events) => {
    lines.push({
      say: (text) => events.message(Buffer.from(text)),
      open: () => events.open(),
      close: () => events.close(1006),
    });
    return { send: () => undefined, close: () => events.close(1000), terminate: () => undefined };
  };
  const client = open({ webSocket });
  const stream = client.stream({ symbols: SYMBOLS });
  const { done } = collect(stream);
  await clock.advance(100);
  lines[0]!.open();
  lines[0]!.close();
  await clock.advance(1500);
  lines[1]!.open();
  const refusal =
    '{"header":{"tr_id":"H0STCNT0","tr_key":"005930"},"body":{"rt_cd":"1","msg_cd":"OPSP8992"}}';
  lines[0]!.say(refusal);
  lines[0]!.open();
  expect(stream.status.refused).toEqual([]);
  lines[1]!.say(refusal);
  expect(stream.status.refused).toEqual(["H0STCNT0/005930"]);
  await clock.runUntil(client.close());
  await done;
});
