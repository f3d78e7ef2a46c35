import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import {
  FileStore,
  HantooKlineLogger,
  KisClient,
  compact,
  createMemoryTokenStore,
  kstInstant,
  kstTime,
  systemClock,
} from "hantoo";
import { startKisSimulator } from "hantoo/testing";
import { collect, openMarket } from "../../test/kis/stream/stream-market.js";

const DAY = "2026-11-20";
const at = (time: number): string => kstTime(time).replace(/(..)(..)(..)/, "$1:$2:$3");

/** Four minutes of a stream that drops one record in seven. */
async function live(): Promise<string> {
  const from = kstInstant(DAY, "09:05:00");
  const market = openMarket({ start: from, stream: { faults: [{ do: "lose", probability: 0.15 }] } });
  const controller = new AbortController();
  const stream = market.client.stream({ symbols: ["005930"], signal: controller.signal });
  const { events, done } = collect(stream);
  await market.clock.advance(240_000);
  controller.abort();
  await market.clock.runUntil(done);
  await market.clock.runUntil(market.client.close());
  const lines = events.map((event) => {
    if (event.kind === "trade")
      return `trade         ${event.symbol}  ${at(event.time)}  ${event.price} KRW x ${event.volume}, ${event.accVolume} so far`;
    if (event.kind === "gap")
      return `gap           ${event.symbol}  ${at(event.from)} to ${at(event.to)}  ${event.shares} shares, ${event.turnover} KRW did not come`;
    if (event.kind === "connected" || event.kind === "disconnected")
      return `${event.kind.padEnd(13)} ${event.downMs === undefined ? "" : `after ${event.downMs} ms`}`;
    return `${event.kind.padEnd(13)} ${"symbol" in event ? event.symbol : ""}`;
  });
  const gap = lines.findIndex((line) => line.startsWith("gap"));
  return [...lines.slice(0, 6), "…", ...lines.slice(Math.max(6, gap - 3), gap + 3)].join("\n");
}

/** What the program on the page prints, and what the simulator counted. */
async function test(): Promise<string> {
  await using kis = await startKisSimulator({
    seed: 42,
    now: kstInstant(DAY, "18:00"),
    faults: [{ do: "reset", endpoint: "FHKST03010230", probability: 0.2 }],
  });
  const { baseUrl, clock } = kis;
  const tokenStore = createMemoryTokenStore();
  await using client = new KisClient({ appKey: "test", appSecret: "test", baseUrl, clock, tokenStore });
  const { bars } = await client.minuteBars({ symbol: "005930", tradingDay: DAY });
  return `${bars.length === kis.truth("005930", DAY).length} ${kis.stats.refusals}`;
}

/** The query on the page, run over a simulated day. */
async function duckdb(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "hantoo-duckdb-"));
  try {
    await using kis = await startKisSimulator({ now: kstInstant(DAY, "19:00"), limits: false });
    const clock = { ...systemClock, now: () => kis.clock.now() };
    await using client = new KisClient({
      appKey: "test",
      appSecret: "test",
      baseUrl: kis.baseUrl,
      clock,
      tokenStore: createMemoryTokenStore(),
    });
    const store = new FileStore(folder);
    await using logger = new HantooKlineLogger({ client, store, symbols: ["005930", "000660"], clock });
    await logger.sync();
    await compact({ store, tradingDay: DAY });
    const instance = await DuckDBInstance.create();
    const connection = await instance.connect();
    const [, query = ""] = /```sql\n([\s\S]*?)```/.exec(readFileSync("site/guide/read.md", "utf8")) ?? [];
    const reader = await connection.runAndReadAll(query.replace("'data/", `'${folder}/`));
    const rows = [reader.columnNames(), ...reader.getRowsJson().map((row) => row.map(String))];
    const widths = reader.columnNames().map((_, index) => Math.max(...rows.map((row) => row[index].length)));
    connection.closeSync();
    return rows.map((row) => row.map((cell, index) => cell.padEnd(widths[index])).join("  ")).join("\n");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Recordings of the library, which no command shows, by name. */
export const LIBRARY_RECORDINGS: Readonly<Record<string, () => Promise<string>>> = { live, test, duckdb };
