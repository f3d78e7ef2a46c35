// Logs one trading day of minute bars: today, or the last day that traded. See --help.
import { parseArgs } from "node:util";
import {
  HantooKlineLogger,
  type ObjectStore,
  checkDay,
  checkSymbols,
  checkVenue,
  downloadMaster,
  kstTime,
  readBars,
} from "hantoo";
import {
  formatSpan,
  interrupted,
  interruptSignal,
  main,
  openClient,
  openStore,
  progressLine,
} from "./setup.js";

const help = `Logs one trading day of 1-minute bars to ./data, or to S3.

  npm run log-today -- [options]

  --symbols 005930,000660   what to log (default: five large names)
  --master kospi --top 50   instead: the largest of a market by market cap (kospi, kosdaq, konex)
  --date 2026-11-20         a past trading day (default: today, or the last trading day)
  --venue KRX               KRX, NXT or UN (both)
  --out ./data              the folder to write to
  --live                    refuse to run against the simulator
  --help

  KIS_APP_KEY, KIS_APP_SECRET   your key; without them a bundled simulator answers
  KIS_ENVIRONMENT               live (default) or paper
  S3_BUCKET                     write to this bucket instead of --out
  S3_ENDPOINT, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY   any S3-compatible server
`;

await main(async () => {
  const { values } = parseArgs({
    options: {
      symbols: { type: "string" },
      master: { type: "string" },
      top: { type: "string" },
      date: { type: "string" },
      venue: { type: "string", default: "KRX" },
      out: { type: "string", default: "./data" },
      live: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const venue = checkVenue(values.venue, "--venue");
  const date = values.date === undefined ? undefined : checkDay(values.date, "--date");
  const named =
    values.symbols === undefined ? undefined : checkSymbols(values.symbols.split(","), "--symbols");

  const { store, where } = await openStore(values.out);
  const connection = await openClient({ live: values.live });
  const { client, clock, mode } = connection;
  try {
    if (mode === "simulator") {
      console.log(
        "KIS_APP_KEY and KIS_APP_SECRET are not set: running against the bundled simulator. The bars are invented.",
      );
    }
    const symbols =
      named ??
      (values.master === undefined
        ? ["005930", "000660", "005380", "035420", "247540"]
        : await largest(values.master, Number(values.top ?? 50), store, connection));
    await using logger = new HantooKlineLogger({ client, store, symbols, venue, clock });
    const signal = interruptSignal();
    const progress = progressLine();
    const startedAt = clock.monotonic();
    const report = await logger
      .sync({
        ...(date === undefined ? {} : { tradingDay: date }),
        signal,
        onProgress: ({ done, total, calls }) => {
          const elapsed = clock.monotonic() - startedAt;
          const left = done === 0 ? "" : `, ${formatSpan((elapsed / done) * (total - done))} left`;
          progress.show(done, total, `symbols, ${calls} calls${left}`);
        },
      })
      .finally(() => progress.end())
      .catch((error: unknown) => {
        if (error === interrupted) {
          console.error(
            `Stopped. What was fetched is stored in ${where}; run the same command again to go on from there.`,
          );
        }
        throw error;
      });

    const { total } = report.coverage;
    console.log(`${report.tradingDay} ${venue}, ${symbols.length} symbols, in ${where}`);
    for (const object of report.uploaded) {
      console.log(
        `  wrote ${object.key}: ${object.minutes} minutes, ${object.bars} bars, ${object.bytes} bytes`,
      );
    }
    if (report.uploaded.length === 0) console.log("  nothing new to upload: what is stored is up to date");
    console.log(
      `  ${report.fetched.bars} bars fetched in ${report.fetched.calls} calls; ` +
        `${total.have} of ${total.expected} minutes stored (${(total.rate * 100).toFixed(1)}%)`,
    );
    for (const { symbol, error } of report.failures)
      console.error(`  ${symbol}: ${(error as Error).message}`);
    await showDay(store, symbols[0] as string, venue, report.tradingDay);
    return report.failures.length === 0 ? 0 : 1;
  } finally {
    await connection.close();
  }
});

/** The `top` symbols of a market by market capitalisation, largest first. */
async function largest(
  market: string,
  top: number,
  store: ObjectStore,
  connection: Awaited<ReturnType<typeof openClient>>,
): Promise<readonly string[]> {
  const master = await downloadMaster(market as "kospi", {
    store,
    clock: connection.clock,
    ...(connection.masterUrl === undefined ? {} : { baseUrl: connection.masterUrl }),
  });
  return [...master.instruments.values()]
    .filter((instrument) => instrument.securityGroup === "ST")
    .sort((a, b) => (b.marketCap ?? 0) - (a.marketCap ?? 0))
    .slice(0, top)
    .map((instrument) => instrument.symbol);
}

/** One symbol's day as half-hour rows with a sparkline of the closes. */
async function showDay(
  store: ObjectStore,
  symbol: string,
  venue: "KRX" | "NXT" | "UN",
  day: string,
): Promise<void> {
  const bars = [];
  for await (const bar of readBars({ store, symbol, venue, from: day, to: day })) bars.push(bar);
  if (bars.length === 0) {
    console.log(`${symbol} did not trade`);
    return;
  }
  const closes = bars.map((bar) => bar.close);
  const [low, high] = [Math.min(...closes), Math.max(...closes)];
  const blocks = "▁▂▃▄▅▆▇█";
  const block = (close: number): string =>
    blocks[high === low ? 3 : Math.round(((close - low) / (high - low)) * 7)] as string;
  const step = Math.max(1, Math.ceil(closes.length / 64));
  console.log(
    `\n${symbol}  ${closes
      .filter((_, i) => i % step === 0)
      .map(block)
      .join("")}  ${low.toLocaleString("en-US")} to ${high.toLocaleString("en-US")} KRW`,
  );
  console.log("  time      open      high       low     close       volume");
  for (const bar of [bars[0], bars[Math.floor(bars.length / 2)], bars.at(-1)]) {
    if (bar === undefined) continue;
    const price = (value: number): string => value.toLocaleString("en-US").padStart(9);
    const time = kstTime(bar.time);
    console.log(
      `  ${time.slice(0, 2)}:${time.slice(2, 4)} ${price(bar.open)} ${price(bar.high)} ${price(bar.low)} ${price(bar.close)} ${bar.volume.toLocaleString("en-US").padStart(12)}`,
    );
  }
}
