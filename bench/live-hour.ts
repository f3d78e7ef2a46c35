/*
 * An hour of simulated time through the whole stream: frames of 41 symbols at 2,000 records a second, decoded, ordered, made
 * into bars and sealed. What is on the heap after each ten minutes, collected, must not grow.
 *
 *   node --expose-gc bench/run.mjs live-hour [minutes = 60]
 */
import { cpuUsage, memoryUsage, stdout } from "node:process";
import {
  type BarSource,
  KisClient,
  MINUTE_MS,
  type MinuteBar,
  type StreamConnector,
  createMemoryTokenStore,
  kstInstant,
  liveBars,
} from "hantoo";
import { createManualClock } from "hantoo/testing";
import { SYMBOLS, createFrames } from "./live-frames.js";
import { markdownTable } from "./markdown.js";

const MINUTES = Number(process.argv[2] ?? 60);
const PER_SECOND = 2000;
const START = kstInstant("2026-11-20", "10:00");
const clock = createManualClock(START);
const frames = createFrames(START);

let say: ((text: string) => void) | undefined;
const webSocket: StreamConnector = (_, events) => {
  const message = (text: string): void => events.message(Buffer.from(text, "latin1"));
  setImmediate(() => events.open());
  return {
    send(text) {
      const { body } = JSON.parse(text) as { body?: { input: { tr_id: string; tr_key: string } } };
      if (body === undefined) return;
      setImmediate(() =>
        message(JSON.stringify({ header: body.input, body: { rt_cd: "0", msg_cd: "OPSP0000" } })),
      );
      say = message;
    },
    close: () => setImmediate(() => events.close(1000)),
    terminate: () => events.close(1006),
  };
};
const client = new KisClient({
  appKey: "bench",
  appSecret: "bench",
  websocketUrl: "ws://bench.invalid/",
  webSocket,
  clock,
  tokenStore: createMemoryTokenStore(),
  fetch: () => Promise.resolve(Response.json({ approval_key: "bench" })),
});

/** The source that seals: the provisional bars themselves, as a REST that is always right. */
const given = new Map<string, Map<number, MinuteBar>>(SYMBOLS.map((symbol) => [symbol, new Map()]));
const source: BarSource = {
  minuteBars({ symbol, from = START }) {
    const own = given.get(symbol) ?? new Map<number, MinuteBar>();
    for (const time of own.keys()) if (time < from) own.delete(time);
    const through = Math.floor((clock.now() - 10_000) / MINUTE_MS) * MINUTE_MS - MINUTE_MS;
    const bars = [...own.values()].filter(({ time }) => time <= through).sort((a, b) => a.time - b.time);
    return Promise.resolve({
      symbol,
      venue: "KRX",
      tradingDay: "2026-11-20",
      bars,
      through,
      complete: false,
      calls: 1,
    });
  },
};

const counts = { bar: 0, sealed: 0 };
const over = new AbortController();
const reading = (async () => {
  const trades = client.stream({ symbols: SYMBOLS });
  for await (const { kind, symbol, bar } of liveBars({
    trades,
    source,
    symbols: SYMBOLS,
    clock,
    signal: over.signal,
  })) {
    counts[kind]++;
    if (kind === "bar") given.get(symbol)?.set(bar.time, bar);
  }
})().catch((error: unknown) => {
  if (!over.signal.aborted) throw error;
});

await clock.advance(5000);
const heapMb = (): number => {
  globalThis.gc?.();
  return memoryUsage().heapUsed / 1e6;
};
const cpu = cpuUsage();
let records = 0;
const heaps: Readonly<Record<string, string | number>>[] = [];
for (let minute = 0; minute < MINUTES; minute++) {
  for (let second = 0; second < 60; second++) {
    for (const frame of frames(PER_SECOND, clock.now() - START)) say?.(frame);
    records += PER_SECOND;
    await clock.advance(1000);
  }
  if (minute % 10 === 9 || minute === 0)
    heaps.push({
      "after minute": minute + 1,
      records: records.toLocaleString("en"),
      "heap, MB": heapMb().toFixed(1),
    });
}
const { user, system } = cpuUsage(cpu);
const spent = `${((user + system) / 1e6).toFixed(0)} s of CPU, ${((user + system) / 1e4 / (MINUTES * 60)).toFixed(1)} % of a core`;
stdout.write(
  `${MINUTES} minutes of simulated time took ${spent}. The heap, collected:\n\n${markdownTable(heaps)}`,
);
if (counts.sealed === 0) throw new Error("no minute was sealed");
over.abort();
await clock.runUntil(reading);
await clock.runUntil(client.close());
