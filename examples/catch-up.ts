// Heals what is stored: finds the last whole trading day and fills from there to now. For cron. See --help.
import { parseArgs } from "node:util";
import { ConfigError, catchUp, kstTime } from "hantoo";
import { chooseInstruments, namedSymbols, selectionHelp, selectionOptions } from "./choose-instruments.js";
import { interruptSignal, main, openClient, openStore, progressLine } from "./setup.js";

const help = `Finds the last trading day that is whole, by what is stored, and fills from there to now.

  npx tsx examples/catch-up.ts [options]

${selectionHelp}
  --days 20                 look back so many trading days at the most
  --deadline 50             have ended after so many minutes
  --out ./data              the folder it is stored in
  --live                    refuse to run against the simulator
  --help

  Exit code: 0 healthy or healed, 1 degraded (something is still missing), 2 wrong options.
  The environment is that of log-today: KIS_APP_KEY, KIS_APP_SECRET, KIS_ENVIRONMENT, S3_BUCKET.
`;

await main(async () => {
  const { values } = parseArgs({
    options: {
      ...selectionOptions,
      days: { type: "string", default: "20" },
      deadline: { type: "string" },
      out: { type: "string", default: "./data" },
      live: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const days = Number(values.days);
  const deadline = values.deadline === undefined ? undefined : Number(values.deadline);
  if (Number.isNaN(deadline)) throw new ConfigError("--deadline", "a number of minutes", values.deadline);

  const symbols = namedSymbols(values);
  const { store, where } = await openStore(values.out);
  const connection = await openClient({ live: values.live, ...(symbols && { symbols }) });
  const { client, clock, mode } = connection;
  try {
    if (mode === "simulator")
      console.log("No KIS_APP_KEY: running against the bundled simulator. The bars are invented.");
    const progress = progressLine();
    const report = await catchUp({
      client,
      store,
      clock,
      days,
      instruments: await chooseInstruments(values, store, connection),
      signal: interruptSignal(),
      ...(deadline !== undefined && { deadlineMs: deadline * 60_000 }),
      onProgress: ({ done, total, calls }) => progress.show(done, total, `targets, ${calls} calls`),
    }).finally(() => progress.end());

    const { status, lastGoodDay, healed, degraded, calls, resumeAt } = report;
    console.log(
      `${status} in ${where}: ${lastGoodDay ?? `no day of the last ${days}`} was whole; ${calls} calls`,
    );
    const byDay = new Map<string, { symbols: number; bars: number }>();
    for (const { tradingDay, bars } of healed) {
      const day = byDay.get(tradingDay) ?? { symbols: 0, bars: 0 };
      byDay.set(tradingDay, { symbols: day.symbols + 1, bars: day.bars + bars });
    }
    for (const [day, { symbols: count, bars }] of byDay)
      console.log(`  healed ${day}: ${count} symbols, ${bars} bars`);
    for (const { tradingDay, symbol, reason } of degraded)
      console.error(`  missing ${tradingDay} ${symbol}: ${reason}`);
    if (resumeAt !== undefined) console.error(`  KIS is to be left alone until ${kstTime(resumeAt)} KST`);
    return status === "degraded" ? 1 : 0;
  } finally {
    await connection.close();
  }
});
