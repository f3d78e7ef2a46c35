// A table of symbols as they trade: last price, the minute so far, gaps and lag. --record keeps raw frames, --replay plays them.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compress, decompress } from "@mongodb-js/zstd";
import {
  type BarSource,
  KisClient,
  type KisClientOptions,
  type StreamConnector,
  type TradeSourceEvent,
  checkSymbols,
  createMemoryTokenStore,
  formatKstStamp,
  kstTime,
  liveBars,
  openWebSocket,
} from "hantoo";
import { startKisSimulator } from "hantoo/testing";
import { simulatedEvening } from "../src/cli/index.js";
import { interruptSignal, interrupted, main } from "./setup.js";

const help = `Shows symbols live.

  npx tsx examples/live.ts [options]

  --symbols 005930,000660   at most 41 (default: ten large names)
  --record DIR              keep raw frames as zstd JSON lines by the hour: { wall, mono, frame }
  --replay DIR              play such frames through the same code, as fast as they go
  --simulate                a simulated KIS; the trades are invented
  --seconds 60              stop after so long
  --help

KIS_APP_KEY, KIS_APP_SECRET, KIS_ENVIRONMENT, KIS_WEBSOCKET_URL: as for the command.
`;
const TEN = "005930,000660,005380,035420,035720,068270,105560,373220,012450,247540";

/** Keeps every frame of data; answers to registrations, which hold keys, are not kept. */
function recording(folder: string): { readonly connect: StreamConnector; flush(): Promise<void> } {
  mkdirSync(folder, { recursive: true });
  let hour = "";
  const lines: string[] = [];
  const flush = async (): Promise<void> => {
    if (lines.length === 0) return;
    const [name, text] = [hour, `${lines.splice(0).join("\n")}\n`];
    writeFileSync(
      join(folder, `${name}-${process.pid}-${Math.round(performance.now())}.jsonl.zst`),
      await compress(Buffer.from(text), 10),
    );
  };
  const keep = (data: Uint8Array): void => {
    const frame = Buffer.from(data).toString("latin1");
    if (frame.startsWith("{")) return;
    const now = formatKstStamp(Date.now()).slice(0, 10);
    if (now !== hour) void flush();
    hour = now;
    lines.push(JSON.stringify({ wall: Date.now(), mono: performance.now(), frame }));
  };
  const connect: StreamConnector = (url, events) =>
    openWebSocket(url, {
      open: () => events.open(),
      close: (code) => events.close(code),
      message(data) {
        keep(data);
        events.message(data);
      },
    });
  return { connect, flush };
}

/** Plays frames to whoever connects, once everything is registered; then closes. */
function playing(frames: readonly string[], total: number, done: () => void): StreamConnector {
  return (_, events) => {
    let registered = 0;
    const say = (text: string): void => events.message(Buffer.from(text, "latin1"));
    setImmediate(() => events.open());
    return {
      send(text) {
        const { header, body } = JSON.parse(text) as {
          header: { tr_type?: string };
          body?: { input: { tr_id: string; tr_key: string } };
        };
        if (header.tr_type !== "1" || body === undefined) return;
        const { tr_id, tr_key } = body.input;
        setImmediate(() => {
          say(JSON.stringify({ header: { tr_id, tr_key }, body: { rt_cd: "0", msg_cd: "OPSP0000" } }));
          if (++registered < total) return;
          for (const frame of frames) say(frame);
          done();
        });
      },
      close: () => setImmediate(() => events.close(1000)),
      terminate: () => events.close(1006),
    };
  };
}

async function framesOf(folder: string): Promise<string[]> {
  const frames: string[] = [];
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith(".jsonl.zst"))
    .sort()) {
    const text = (await decompress(readFileSync(join(folder, file)))).toString("utf8");
    for (const line of text.trim().split("\n")) frames.push((JSON.parse(line) as { frame: string }).frame);
  }
  return frames;
}

interface Row {
  price: number;
  time: number;
  trades: number;
  gaps: number;
  missing: number;
  lagMs: number;
  bar: string;
}

await main(async () => {
  const { values } = parseArgs({
    options: {
      symbols: { type: "string", default: TEN },
      record: { type: "string" },
      replay: { type: "string" },
      simulate: { type: "boolean", default: false },
      seconds: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const symbols = checkSymbols(values.symbols.split(","), "--symbols");
  const simulator = values.simulate
    ? await startKisSimulator({
        symbols,
        now: simulatedEvening(Date.now()) - 8 * 3_600_000,
        clock: "running",
        limits: false,
      })
    : undefined;
  const recorder = values.record === undefined ? undefined : recording(values.record);
  const over = new AbortController();
  const frames = values.replay === undefined ? undefined : await framesOf(values.replay);
  const signals = [interruptSignal(), over.signal];
  if (values.seconds !== undefined) signals.push(AbortSignal.timeout(Number(values.seconds) * 1000));
  const signal = AbortSignal.any(signals);

  const more: Partial<KisClientOptions> = {
    ...(recorder === undefined ? {} : { webSocket: recorder.connect }),
    ...(simulator === undefined
      ? {}
      : { baseUrl: simulator.baseUrl, websocketUrl: simulator.websocketUrl, clock: simulator.clock }),
  };
  const made = { appKey: "test", appSecret: "test", tokenStore: createMemoryTokenStore() };
  const client =
    frames !== undefined
      ? new KisClient({
          ...made,
          fetch: () => Promise.resolve(Response.json({ approval_key: "replay" })),
          webSocket: playing(frames, symbols.length, () => setTimeout(() => over.abort(interrupted), 1500)),
        })
      : simulator !== undefined
        ? new KisClient({ ...made, ...more })
        : KisClient.fromEnv(process.env, more);
  const noRest: BarSource = { minuteBars: () => Promise.reject(new Error("a replay has no REST")) };

  const rows = new Map<string, Row>(
    symbols.map((symbol) => [
      symbol,
      { price: 0, time: 0, trades: 0, gaps: 0, missing: 0, lagMs: 0, bar: "" },
    ]),
  );
  async function* watched(source: AsyncIterable<TradeSourceEvent>): AsyncGenerator<TradeSourceEvent> {
    for await (const event of source) {
      const row = "symbol" in event ? rows.get(event.symbol) : undefined;
      if (row !== undefined && event.kind === "trade") {
        row.price = event.price;
        row.time = event.time;
        row.trades++;
        row.lagMs = (simulator?.clock ?? Date).now() - event.time;
      } else if (row !== undefined && event.kind === "gap") {
        row.gaps++;
        row.missing += event.shares;
      } else if (event.kind === "disconnected" || event.kind === "refused")
        console.error(JSON.stringify(event));
      yield event;
    }
  }
  const show = (): void => {
    const lines = [...rows].map(([symbol, row]) =>
      [
        symbol,
        row.time === 0 ? "--" : kstTime(row.time),
        row.price,
        row.trades,
        `${row.gaps} (${row.missing})`,
        frames ? "-" : row.lagMs,
        row.bar,
      ].join("\t"),
    );
    if (process.stdout.isTTY) process.stdout.write("\u001B[2J\u001B[H");
    console.log(`symbol\ttime\tprice\ttrades\tgaps\tlag ms\tbar\n${lines.join("\n")}`);
  };
  const timer = process.stdout.isTTY ? setInterval(show, 500) : undefined;
  try {
    const trades = watched(client.stream({ symbols, signal }));
    const source = frames === undefined ? client : noRest;
    for await (const { kind, symbol, bar } of liveBars({
      trades,
      source,
      symbols,
      signal,
      ...(simulator ? { clock: simulator.clock } : {}),
    })) {
      const row = rows.get(symbol);
      if (row)
        row.bar = `${kind} ${kstTime(bar.time)} ${bar.open} ${bar.high} ${bar.low} ${bar.close} ${bar.volume}`;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    clearInterval(timer);
    await client.close();
    await recorder?.flush();
    await simulator?.close();
  }
  show();
  return 0;
});
