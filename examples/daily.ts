// Keeps the daily bars of every stock above a market cap: the first evening 300 days, then one row a night. See --help.
import { parseArgs } from "node:util";
import {
  HantooDailyLogger,
  type Logger,
  type Master,
  downloadMaster,
  isHantooError,
  krx,
  kstDay,
  marketCapKrw,
  selectInstruments,
} from "hantoo";
import { type Connection, connect } from "./connection.js";
import { interruptSignal, interrupted, main, sharedOptions } from "./setup.js";

const help = `Keeps the daily bars of many stocks, with every split found and dated.

  npx tsx examples/daily.ts [options]

  --markets kospi,kosdaq    whose master files to choose from
  --min-market-cap 100      common stocks of at least so many billion KRW, the largest first
  --days 300                trading days to keep
  --indices 0001,1001,2001  KIS's codes: KOSPI, KOSDAQ, KOSPI 200
  --max-calls 5000          make no more calls than this
  --deadline 50             end within this many minutes
  --shard 1/3               the part of this host
  --out DIR                 the folder to write to (default: ./data, simulated bars ./data-simulated)
  --live                    refuse to run against the simulator
  --help

The first run loads all days: about 3 calls a stock and 100 days, raw and adjusted, 1,500 stocks in ten minutes. Each
later run asks only for what is new, one call a stock. A row is final at 06:00 KST of the next trading day, so run it
in the morning. In a crontab:

  CRON_TZ=Asia/Seoul
  30 6 * * 1-5  cd /srv/bars && npx tsx examples/daily.ts --live

Stop it as you like: what is stored is never asked for again. Exit code: 0 all well, 1 a stock failed or calls ran out,
2 wrong options. KIS_APP_KEY, KIS_APP_SECRET, KIS_ENVIRONMENT, S3_BUCKET, ...: as for the command.
`;

/** Says what needs somebody's attention. */
const complaints: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: (_, message) => console.error(message),
  error: (_, message) => console.error(message),
};

type Equities = "kospi" | "kosdaq";

await main(async () => {
  const { values } = parseArgs({
    options: {
      markets: { type: "string", default: "kospi,kosdaq" },
      "min-market-cap": { type: "string", default: "100" },
      days: { type: "string", default: "300" },
      indices: { type: "string", default: "0001,1001,2001" },
      "max-calls": { type: "string" },
      deadline: { type: "string" },
      shard: { type: "string" },
      ...sharedOptions,
    },
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const connection = await connect(values);
  try {
    const { client, clock, store, where } = connection;
    const masters: Master<Equities>[] = [];
    for (const market of values.markets.split(","))
      masters.push(await masterOf(market as Equities, connection));
    const stocks = masters
      .flatMap((master) => largeStocks(master, Number(values["min-market-cap"]) * 1e9))
      .sort((a, b) => b.cap - a.cap);
    const [index = 1, count = 1] = (values.shard ?? "1/1").split("/").map(Number);
    await using daily = new HantooDailyLogger({
      client,
      store,
      clock,
      symbols: stocks.map(({ symbol }) => symbol),
      indices: values.indices.split(",").filter((code) => code !== ""),
      days: Number(values.days),
      shard: { index: index - 1, count },
      logger: complaints,
      ...(values["max-calls"] !== undefined && { maxCalls: Number(values["max-calls"]) }),
      ...(values.deadline !== undefined && { deadlineMs: Number(values.deadline) * 60_000 }),
    });

    // What the masters say of splits and rights since the last run costs no call; a weekly look at prices is the net.
    for (const newer of masters) {
      const older = await masterBefore(newer, connection);
      const found = older === undefined ? [] : await daily.detect({ masters: [older, newer] });
      if (found.length > 0) console.log(`${newer.market}: prices may be on a new scale: ${found.join(", ")}`);
    }

    let tenth = 0;
    const report = await daily
      .sync({
        signal: interruptSignal(),
        onProgress({ done, total, calls, etaMs }) {
          if (total === 0 || Math.floor((10 * done) / total) <= tenth) return;
          tenth = Math.floor((10 * done) / total);
          console.error(`${done} of ${total}, ${calls} calls, ${Math.ceil(etaMs / 60_000)} min left`);
        },
      })
      .catch((error: unknown) => {
        if (error === interrupted) console.error("Stopped. What was fetched is stored.");
        throw error;
      });

    const rows = report.uploaded.reduce((sum, object) => sum + object.rows, 0);
    console.log(
      `${report.from} to ${report.to}: ${stocks.length} stocks into ${where}, ${rows} rows in ${report.fetched.calls} calls, ` +
        `${report.provisional} not final yet, ${report.unchanged} with nothing new`,
    );
    for (const { symbol, effectiveDate, kind, priceFactor } of report.factors)
      console.log(`  ${symbol} ${effectiveDate} ${kind}: prices before times ${priceFactor}`);
    for (const { symbol, error } of report.failures)
      console.error(`  ${symbol}: ${(error as Error).message}`);
    if (report.stopped !== undefined) console.error(`Stopped by ${report.stopped}; run it again to go on.`);
    return report.failures.length === 0 && report.stopped === undefined ? 0 : 1;
  } finally {
    await connection.close();
  }
});

function masterOf(
  market: Equities,
  { store, clock, masterUrl }: Connection,
  date?: string,
): Promise<Master<Equities>> {
  return downloadMaster(market, {
    store,
    clock,
    ...(masterUrl && { baseUrl: masterUrl }),
    ...(date !== undefined && { date }),
  });
}

/** The last master that an earlier run cached, at most two weeks old; the host itself has today's alone. */
async function masterBefore(
  newer: Master<Equities>,
  connection: Connection,
): Promise<Master<Equities> | undefined> {
  const today = kstDay(connection.clock.now());
  for (let at = 1; at <= 10; at++) {
    const date = krx.addTradingDays(krx.lastTradingDay(connection.clock.now()), -at + 1);
    if (date >= today) continue;
    const key = `hantoo_master/${date.replaceAll("-", "")}_${newer.market}.json`;
    if ((await connection.store.get(key)) === undefined) continue;
    try {
      return await masterOf(newer.market, connection, date);
    } catch (error) {
      if (!isHantooError(error)) throw error; // that day's is of no use: try the one before
    }
  }
  return undefined;
}

function largeStocks(
  master: Master<Equities>,
  minMarketCapKrw: number,
): readonly { readonly symbol: string; readonly cap: number }[] {
  return selectInstruments(master, { commonStock: true, minMarketCapKrw }).map((instrument) => ({
    symbol: instrument.symbol,
    cap: marketCapKrw(instrument) ?? 0,
  }));
}
