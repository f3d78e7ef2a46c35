// Follows today's session and logs every minute as it becomes final, with a live status line. See --help.
import { parseArgs } from "node:util";
import {
  type Clock,
  ConfigError,
  FileStore,
  HantooKlineLogger,
  type Logger,
  type SyncReport,
  checkSymbols,
  checkVenue,
  formatKstStamp,
  krx,
  kstTime,
} from "hantoo";
import { formatSpan, interruptSignal, interrupted, main, openClient, openStore } from "./setup.js";

const help = `Follows the session of today and logs 1-minute bars to ./data, or to S3, until its reconciliation after the close.

  npm run log-live -- [options]

  --symbols 005930,000660   what to log (default: five large names)
  --venue KRX               KRX, NXT or UN (both)
  --out ./data              the folder to write to
  --spool ./spool           where minutes wait while S3 is out
  --lag 60                  seconds a minute may be old when it is fetched (default: as few as the rate allows)
  --days 1                  how many sessions to follow; "all" never ends
  --speed 120               without a key: a simulated session from 09:00, so many times as fast
  --live                    refuse to run against the simulator
  --help

Ctrl-C and SIGTERM store what was fetched and end; run the same command again to go on from there.
KIS_APP_KEY, KIS_APP_SECRET, KIS_ENVIRONMENT, S3_BUCKET, ...: as for log-today.
`;

/** Says on its own line what needs somebody's attention. */
const complaints: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: (_, message) => console.error(`\n${message}`),
  error: (facts, message) =>
    console.error(`\n${message}${"error" in facts ? `: ${String(facts.error)}` : ""}`),
};

await main(async () => {
  const { values } = parseArgs({
    options: {
      symbols: { type: "string", default: "005930,000660,005380,035420,247540" },
      venue: { type: "string", default: "KRX" },
      out: { type: "string", default: "./data" },
      spool: { type: "string" },
      lag: { type: "string" },
      days: { type: "string", default: "1" },
      speed: { type: "string", default: "120" },
      live: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const symbols = checkSymbols(values.symbols.split(","), "--symbols");
  const venue = checkVenue(values.venue, "--venue");
  const days = values.days === "all" ? Infinity : positive("--days", values.days);
  const lagMs = values.lag === undefined ? undefined : positive("--lag", values.lag) * 1000;
  const speed = positive("--speed", values.speed);

  const { store, where } = await openStore(values.out);
  const open = krx.session(krx.lastTradingDay())?.open;
  const connection = await openClient({
    live: values.live,
    symbols,
    speed,
    ...(open === undefined ? {} : { simulatedAt: open - 30_000 }),
  });
  const { client, clock, mode } = connection;
  try {
    if (mode === "simulator")
      console.log(`No key is set: a simulated session, ${speed} times as fast. The bars are invented.`);
    await using logger = new HantooKlineLogger({
      client,
      store,
      symbols,
      venue,
      clock,
      logger: complaints,
      ...(lagMs === undefined ? {} : { lagMs }),
      ...(values.spool === undefined ? {} : { spool: new FileStore(values.spool) }),
    });
    const { everyMinutes, lagMs: lag, feasible } = logger.cadence;
    console.log(
      `${symbols.length} symbols into ${where}: each every ${everyMinutes} min, at most ${formatSpan(lag)} behind`,
    );
    if (!feasible) console.warn("The rate does not allow that lag: following as fast as it does.");

    let last: SyncReport | undefined;
    const status = statusLine();
    const failures = new Map<string, string>();
    try {
      for await (const report of logger.run({ days, signal: interruptSignal() })) {
        last = report;
        for (const { symbol, error } of report.failures) {
          const message = (error as Error).message;
          if (failures.get(symbol) !== message) status.note(`${symbol}: ${message}`);
          failures.set(symbol, message);
        }
        status.show(describe(report, clock));
      }
    } catch (error) {
      if (error === interrupted) status.note("Stopped. What was fetched is stored.");
      throw error;
    } finally {
      status.end();
    }
    if (last === undefined) return 1;
    const { total } = last.coverage;
    const revised = last.revised.reduce((sum, { minutes }) => sum + minutes.length, 0);
    console.log(
      `${last.tradingDay}: ${total.have} of ${total.expected} minutes, ${revised} revised by the reconciliation`,
    );
    if (last.compaction?.object) console.log(`  all in ${last.compaction.object.key}`);
    return last.failures.length === 0 && last.storeError === undefined ? 0 : 1;
  } finally {
    await connection.close();
  }
});

function describe(report: SyncReport, clock: Clock): string {
  const { total } = report.coverage;
  const time = (ms: number | undefined): string =>
    ms === undefined ? "--:--" : kstTime(ms).replace(/(..)(..)(..)/, "$1:$2");
  const parts = [
    `${formatKstStamp(clock.now())
      .slice(8)
      .replace(/(..)(..)(..)/, "$1:$2:$3")} KST`,
    `to ${time(total.last)}`,
    `${total.have}/${total.expected} minutes`,
    `${report.fetched.calls} calls`,
    `${report.uploaded.length} objects`,
  ];
  if (report.failures.length > 0) parts.push(`${report.failures.length} symbols failing`);
  if (report.storeError !== undefined) parts.push(`store fails: ${(report.storeError as Error).message}`);
  return parts.join("  ");
}

/** A line that is rewritten on a terminal; elsewhere, one line in thirty. */
function statusLine(output: NodeJS.WriteStream = process.stderr) {
  let shown = 0;
  const clear = (): void => void (output.isTTY && output.write("\r\u001B[2K"));
  return {
    show(text: string): void {
      if (output.isTTY) output.write(`\r\u001B[2K${text.slice(0, output.columns - 1)}`);
      else if (shown++ % 30 === 0) output.write(`${text}\n`);
    },
    note(text: string): void {
      clear();
      output.write(`${text}\n`);
    },
    end: clear,
  };
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new ConfigError(option, "a number above 0", text);
  return value;
}
