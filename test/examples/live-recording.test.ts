import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import {
  type SocketEvents,
  KisClient,
  type StreamConnector,
  type StreamEvent,
  createMemoryTokenStore,
} from "hantoo";
import { createManualClock } from "hantoo/testing";
import { playFrames, readFrames, recordFrames } from "../../examples/live-recording.js";
import { at, checkComplete, collect, openMarket } from "../kis/stream/stream-market.js";
import { unpaced } from "../kis/unpaced.js";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "hantoo-frames-"));
  folders.push(folder);
  return folder;
};
const SYMBOLS = ["005930", "000660", "005380"];
const MINUTE = 60_000;
const told = (events: readonly StreamEvent[]): StreamEvent[] =>
  events.filter(({ kind }) => kind === "trade" || kind === "gap");

/** Streams a market for some minutes, with its frames recorded into a new folder. */
async function record(market: ReturnType<typeof openMarket>, minutes: number) {
  const { clock, core, sockets } = market;
  const folder = newFolder();
  const recorder = recordFrames(folder, {
    connect: (url, events) => sockets.connect(url, events),
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
  });
  const client = market.open({ fetch: core.fetch, webSocket: recorder.connect });
  const live = collect(client.stream({ symbols: SYMBOLS }));
  await clock.advance(minutes * MINUTE);
  await clock.runUntil(client.close());
  await recorder.close();
  return { folder, live };
}

test("a recording is by the hour, holds no key, and plays back to the same trades and gaps", async () => {
  const market = openMarket({
    symbols: SYMBOLS,
    start: at("10:58"),
    stream: {
      faults: [
        { do: "lose", probability: 0.1 },
        { do: "reorder", probability: 0.1 },
        { do: "broken-utf8", probability: 0.1 },
      ],
    },
  });
  const { folder, live } = await record(market, 5);
  for (const symbol of SYMBOLS) checkComplete(market, symbol, live.events);
  expect(readdirSync(folder).map((name) => name.slice(0, 10))).toEqual(["2026112010", "2026112011"]);

  const frames = await readFrames(folder);
  expect(frames.map(({ wall }) => wall)).toEqual(frames.map(({ wall }) => wall).toSorted((a, b) => a - b));
  expect(frames[0]).toEqual({
    wall: expect.any(Number),
    mono: expect.any(Number),
    frame: expect.any(String),
  });
  // Neither what KIS acknowledges with, nor what is sent to it.
  expect(frames.every(({ frame }) => frame.startsWith("0|H0STCNT0|"))).toBe(true);
  expect(JSON.stringify(frames)).not.toMatch(/approval|"iv"|"key"/);

  const replay = createManualClock(frames[0]!.wall);
  const again = new KisClient({
    appKey: "test",
    appSecret: "test",
    websocketUrl: "ws://replay.invalid/",
    clock: replay,
    limiter: unpaced(),
    tokenStore: createMemoryTokenStore(),
    fetch: () => Promise.resolve(Response.json({ approval_key: "replay" })),
    webSocket: playFrames(frames, SYMBOLS.length, replay, () => void again.close()),
  });
  const played = collect(again.stream({ symbols: SYMBOLS }));
  await played.done;
  expect(told(played.events)).toEqual(told(live.events));
  expect(told(live.events).some(({ kind }) => kind === "gap")).toBe(true);
});

test("a recording with minutes without a frame is played once, though the client connects again meanwhile", async () => {
  const market = openMarket({ symbols: SYMBOLS, start: at("10:00") });
  const { folder, live } = await record(market, 2);
  const frames = await readFrames(folder);
  const middle = Math.floor(frames.length / 2);

  for (const [quietMs, connections] of [
    [4 * MINUTE, 1],
    // So long that the silence itself, of all symbols, has the client connect again.
    [20 * MINUTE, 2],
  ] as const) {
    const late = frames.map((one, index) =>
      index < middle ? one : { ...one, wall: one.wall + quietMs, mono: one.mono + quietMs },
    );
    const replay = createManualClock(late[0]!.wall);
    let dones = 0;
    let connected = 0;
    const said: string[] = [];
    const player = playFrames(late, SYMBOLS.length, replay, () => {
      dones++;
      void again.close();
    });
    const again = new KisClient({
      appKey: "test",
      appSecret: "test",
      websocketUrl: `ws://quiet-${quietMs}.invalid/`,
      clock: replay,
      limiter: unpaced(),
      tokenStore: createMemoryTokenStore(),
      fetch: () => Promise.resolve(Response.json({ approval_key: "replay" })),
      webSocket: (url, events) => {
        connected++;
        return player(url, {
          ...events,
          message(data) {
            const text = Buffer.from(data).toString("latin1");
            if (text.startsWith("0|")) said.push(text);
            events.message(data);
          },
        });
      },
    });
    const played = collect(again.stream({ symbols: SYMBOLS }));
    await played.done;
    expect(told(played.events), `${quietMs}`).toEqual(told(live.events));
    expect(said).toEqual(frames.map(({ frame }) => frame));
    expect({ dones, isAgain: connected > 1 }).toEqual({ dones: 1, isAgain: connections > 1 });
  }
});

test("parts of a file are read as one, and a disk that takes nothing does not end the stream", async () => {
  let [wall, mono] = [at("10:00"), 0];
  let say: SocketEvents | undefined;
  const connect: StreamConnector = (_, events) => {
    say = events;
    return { send: () => undefined, close: () => undefined, terminate: () => undefined };
  };
  const folder = newFolder();
  const errors: unknown[] = [];
  const make = (where: string) =>
    recordFrames(where, {
      connect,
      now: () => wall,
      monotonic: () => mono,
      onError: (error) => errors.push(error),
    });
  const heard: string[] = [];
  const listen = (recorder: ReturnType<typeof make>): void =>
    void recorder.connect("", {
      open: () => undefined,
      message: (data) => void heard.push(Buffer.from(data).toString("latin1")),
      close: () => undefined,
    });
  const recorder = make(folder);
  listen(recorder);
  for (let second = 0; second < 65; second++) {
    say!.message(Buffer.from(`0|H0STCNT0|001|${second}`));
    say!.message(Buffer.from('{"header":{},"body":{"output":{"iv":"a","key":"b"}}}'));
    wall += 1000;
    mono += 1000;
  }
  await recorder.close();
  expect((await readFrames(folder)).map(({ frame }) => frame.split("|")[3])).toEqual(
    Array.from({ length: 65 }, (_, second) => String(second)),
  );
  expect(heard.length).toBe(130);

  const broken = make(join(folder, "inner"));
  listen(broken);
  rmSync(join(folder, "inner"), { recursive: true });
  writeFileSync(join(folder, "inner"), "a file");
  say!.message(Buffer.from("0|H0STCNT0|001|x"));
  await broken.close();
  expect(errors.length).toBe(1);
});
