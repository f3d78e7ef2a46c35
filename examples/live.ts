// A table of symbols as they trade: last price, the minute so far, gaps and lag. --record keeps raw frames, --replay plays them.
import { parseArgs } from "node:util";
import {
  type BarSource,
  ConfigError,
  KisClient,
  type KisClientOptions,
  type TradeSourceEvent,
  checkSymbols,
  createMemoryTokenStore,
  kstTime,
  liveBars,
} from "hantoo";
import { createManualClock, startKisSimulator } from "hantoo/testing";
import { simulatedEvening } from "../src/cli/index.js";
import { playFrames, readFrames, recordFrames } from "./live-recording.js";
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
  const recorder =
    values.record === undefined
      ? undefined
      : recordFrames(values.record, { onError: (error) => console.error(`not recorded: ${String(error)}`) });
  const over = new AbortController();
  const frames = values.replay === undefined ? undefined : await readFrames(values.replay);
  if (frames?.length === 0) throw new ConfigError("--replay", "a folder with recorded frames", values.replay);
  // A replay runs by the time of its frames, as fast as it goes.
  const replayed = frames === undefined ? undefined : createManualClock(frames[0]?.wall);
  const clock = replayed ?? simulator?.clock;
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
    frames !== undefined && replayed !== undefined
      ? new KisClient({
          ...made,
          clock: replayed,
          fetch: () => Promise.resolve(Response.json({ approval_key: "replay" })),
          webSocket: playFrames(frames, symbols.length, replayed, () => over.abort(interrupted)),
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
        row.lagMs = (clock ?? Date).now() - event.time;
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
        row.lagMs,
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
      ...(clock === undefined ? {} : { clock }),
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
    await recorder?.close();
    await simulator?.close();
  }
  show();
  return 0;
});
