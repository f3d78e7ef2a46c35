// A stream of 41 symbols at 2,000 records a second on the loopback: CPU of the client beside the plain way, in one run.
//   node bench/run.mjs live [seconds]
import { once } from "node:events";
import { fork } from "node:child_process";
import { stdout } from "node:process";
import {
  type MinuteBar,
  type TradeSourceEvent,
  KisClient,
  createMemoryTokenStore,
  kstInstant,
  liveBars,
} from "hantoo";
import { FIELDS, SYMBOLS, createFrames } from "./live-frames.js";
import { markdownTable } from "./markdown.js";

const PER_SECOND = 2000;
const TICK_MS = 20;
const SECONDS = Number(process.argv[2] ?? 20);

async function serve(): Promise<void> {
  const { WebSocketServer } = await import("ws");
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(server, "listening");
  server.on("connection", (socket) => {
    let registered = 0;
    socket.on("message", (data: Buffer) => {
      const { body } = JSON.parse(data.toString()) as { body: { input: { tr_id: string; tr_key: string } } };
      socket.send(
        JSON.stringify({
          header: { tr_id: body.input.tr_id, tr_key: body.input.tr_key, encrypt: "N" },
          body: { rt_cd: "0", msg_cd: "OPSP0000", msg1: "SUBSCRIBE SUCCESS" },
        }),
      );
      if (++registered < SYMBOLS.length) return;
      const frames = createFrames(kstInstant("2026-11-20", "10:00"));
      const from = performance.now();
      let sent = 0;
      const timer = setInterval(() => {
        const at = performance.now() - from;
        const due = Math.floor((at * PER_SECOND) / 1000) - sent;
        sent += due;
        for (const frame of frames(due, at)) socket.send(frame);
      }, TICK_MS);
      socket.on("close", () => clearInterval(timer));
    });
  });
  process.send!((server.address() as { port: number }).port);
}

/** Records that came, the share of a core that this process spent on them (the server is another one), its heap. */
interface Measured {
  readonly records: number;
  readonly cpu: number;
  readonly heapMb: number;
}

function measure(records: () => number): () => Measured {
  const [cpu, from, before] = [process.cpuUsage(), performance.now(), records()];
  return () => {
    const now = process.cpuUsage();
    const spent = (now.user - cpu.user + now.system - cpu.system) / 1000;
    return {
      records: records() - before,
      cpu: spent / (performance.now() - from),
      heapMb: process.memoryUsage().heapUsed / 1e6,
    };
  };
}

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function ours(url: string): Promise<Measured> {
  let [records, gaps] = [0, 0];
  const client = new KisClient({
    appKey: "bench",
    appSecret: "bench",
    websocketUrl: url,
    tokenStore: createMemoryTokenStore(),
    fetch: () => Promise.resolve(Response.json({ approval_key: "bench" })),
  });
  async function* counted(source: AsyncIterable<TradeSourceEvent>): AsyncGenerator<TradeSourceEvent> {
    for await (const event of source) {
      if (event.kind === "trade") records++;
      if (event.kind === "gap") gaps++;
      yield event;
    }
  }
  const controller = new AbortController();
  const none = { minuteBars: (): Promise<never> => Promise.reject(new Error("no REST here")) };
  const reading = (async () => {
    const trades = counted(client.stream({ symbols: SYMBOLS }));
    const bars = liveBars({ trades, source: none, symbols: SYMBOLS, signal: controller.signal });
    for await (const _ of bars);
  })().catch(() => undefined);
  // The first second is the warming up.
  await later(2000);
  const end = measure(() => records);
  await later(SECONDS * 1000);
  const measured = end();
  controller.abort();
  await reading;
  await client.close();
  if (gaps > 0) throw new Error(`${gaps} gaps in a stream that has none`);
  return measured;
}

/** What one writes first: text, split, an object with every field by its name, bars by summing volumes. */
async function plain(url: string): Promise<Measured> {
  const { WebSocket } = await import("ws");
  const names = Array.from({ length: FIELDS }, (_, index) => `FIELD_${index}`);
  const bars = new Map<string, MinuteBar>();
  let records = 0;
  const socket = new WebSocket(url);
  await once(socket, "open");
  socket.on("message", (data: Buffer) => {
    const text = data.toString("utf8");
    if (text.startsWith("{")) return;
    const [, , count, body] = text.split("|");
    const fields = body!.split("^");
    for (let record = 0; record < Number(count); record++) {
      const row = Object.fromEntries(names.map((name, index) => [name, fields[record * FIELDS + index]!]));
      const key = `${row["FIELD_0"]}/${row["FIELD_1"]!.slice(0, 4)}`;
      const price = Number(row["FIELD_2"]);
      const bar = bars.get(key);
      const volume = (bar?.volume ?? 0) + Number(row["FIELD_12"]);
      bars.set(key, {
        time: 0,
        open: bar?.open ?? price,
        high: Math.max(bar?.high ?? price, price),
        low: Math.min(bar?.low ?? price, price),
        close: price,
        volume,
        accVolume: Number(row["FIELD_13"]),
      });
      records++;
    }
  });
  for (const symbol of SYMBOLS)
    socket.send(JSON.stringify({ header: {}, body: { input: { tr_id: "H0STCNT0", tr_key: symbol } } }));
  // The first second is the warming up.
  await later(2000);
  const end = measure(() => records);
  await later(SECONDS * 1000);
  const measured = end();
  socket.close();
  return measured;
}

if (process.argv[2] === "server") await serve();
else {
  const server = fork(process.argv[1]!, ["server"], { execArgv: process.execArgv });
  const [port] = (await once(server, "message")) as [number];
  const url = `ws://127.0.0.1:${port}/`;
  const row = (way: string, { records, cpu, heapMb }: Measured): Readonly<Record<string, string>> => ({
    way,
    "records/s": Math.round(records / SECONDS).toLocaleString("en"),
    "share of a core": `${(100 * cpu).toFixed(1)} %`,
    heap: `${heapMb.toFixed(0)} MB`,
  });
  const rows = [
    row("plain", await plain(url)),
    row("hantoo, `client.stream` and `liveBars`", await ours(url)),
  ];
  stdout.write(`${SECONDS} s each:\n\n${markdownTable(rows)}`);
  server.kill();
}
