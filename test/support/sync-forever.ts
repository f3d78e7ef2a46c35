/**
 * Run by a test and killed in the middle: brings one day after another up to date, newest first, in small uploads; then all
 * over again.
 *
 *   sync-forever.ts <simulator> <token folder> <symbols> <from> <to> files <folder>
 *   sync-forever.ts <simulator> <token folder> <symbols> <from> <to> s3 <options of S3Store as JSON>
 */
import {
  FileStore,
  HantooKlineLogger,
  KisClient,
  S3Store,
  createFileTokenStore,
  krx,
  systemClock,
} from "hantoo";
import { unpaced } from "../kis/unpaced.js";

const [baseUrl = "", tokens = "", symbols = "", from = "", to = "", kind = "", where = ""] =
  process.argv.slice(2);
const store = kind === "s3" ? new S3Store(JSON.parse(where)) : new FileStore(where);
const now = Number(process.env["NOW"]);
const clock = { ...systemClock, now: () => now + systemClock.monotonic() };
const client = new KisClient({
  appKey: "test",
  appSecret: "test",
  baseUrl,
  clock,
  limiter: unpaced(),
  tokenStore: createFileTokenStore({ folder: tokens }),
});
const logger = new HantooKlineLogger({
  client,
  store,
  clock,
  symbols: symbols.split(","),
  checkpoint: { symbols: 2 },
});
for (;;) {
  for (const tradingDay of krx.tradingDays(from, to).reverse()) {
    process.stdout.write(`${tradingDay}\n`);
    await logger.sync({ tradingDay });
  }
}
