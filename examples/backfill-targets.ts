// Fills the past from a list of targets, or from symbols and days. Stop it and start it as you like. See --help.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import {
  type BackfillOrder,
  type BackfillTarget,
  ConfigError,
  backfill,
  planBackfill,
  readTargets,
} from "hantoo";
import { chooseInstruments, namedSymbols, selectionHelp, selectionOptions } from "./choose-instruments.js";
import { formatSpan, interruptSignal, main, openClient, openStore, progressLine } from "./setup.js";

const help = `Fills ./data, or an S3 bucket, with 1-minute bars of past days. What is there already is not asked for again.

  npx tsx examples/backfill-targets.ts [options]

  --targets list.csv        pairs of symbol and date; headers in English or Korean
${selectionHelp}
  --days 20                 with symbols: so many trading days, up to the last one that is over

  --dry-run                 say what would be done and what it costs; call nothing
  --test                    the first 10 targets only
  --order newest-first      or oldest-first, or market-cap (with --master)
  --start-from 2026-10-01   leave out what comes before this day, or this symbol, in the order
  --max-calls 5000          make no more calls than this
  --deadline 50             have ended after so many minutes: for cron
  --stagger 2               begin a target no sooner than so many seconds after the one before
  --shard 1/3               the part of this host
  --failures failed.csv     where to write the targets that failed, to be handed back with --targets
  --out ./data              the folder to write to
  --live                    refuse to run against the simulator
  --help

  Exit code: 0 all well, 1 a target failed or a line of the list was no target, 2 wrong options.
  The environment is that of log-today: KIS_APP_KEY, KIS_APP_SECRET, KIS_ENVIRONMENT, S3_BUCKET.
`;

await main(async () => {
  const { values } = parseArgs({
    options: {
      ...selectionOptions,
      targets: { type: "string" },
      days: { type: "string", default: "20" },
      "dry-run": { type: "boolean", default: false },
      test: { type: "boolean", default: false },
      order: { type: "string", default: "newest-first" },
      "start-from": { type: "string" },
      "max-calls": { type: "string" },
      deadline: { type: "string" },
      stagger: { type: "string" },
      shard: { type: "string" },
      failures: { type: "string" },
      out: { type: "string", default: "./data" },
      live: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const list = values.targets === undefined ? undefined : await readTargets(values.targets);
  for (const { line, message } of list?.problems ?? [])
    console.error(`${values.targets}:${line}: ${message}`);
  if (list?.targets.length === 0)
    throw new ConfigError("--targets", "a file with at least one target", values.targets);
  const symbols = list?.targets.map(({ symbol }) => symbol) ?? namedSymbols(values);

  const { store, where } = await openStore(values.out);
  const connection = await openClient({
    live: values.live,
    ...(symbols && { symbols: [...new Set(symbols)] }),
  });
  const { client, clock, mode } = connection;
  try {
    if (mode === "simulator") {
      console.log(
        "KIS_APP_KEY and KIS_APP_SECRET are not set: running against the bundled simulator. The bars are invented.",
      );
    }
    const signal = interruptSignal();
    const shared = {
      store,
      clock,
      signal,
      order: values.order as BackfillOrder,
      ...(list === undefined || values.master !== undefined
        ? { instruments: await chooseInstruments(values, store, connection) }
        : {}),
    };
    const plan = await planBackfill({
      ...shared,
      ...client.capacity,
      ...(list === undefined ? { days: number("--days", values.days) } : { targets: list.targets }),
      ...(values["start-from"] !== undefined && { startFrom: values["start-from"] }),
      ...(values.shard !== undefined && { shard: parseShard(values.shard) }),
    });
    const { totals } = plan;
    console.log(
      `${plan.targets.length} targets: ${totals.fetch} to fetch, ${totals.skip} to skip. ` +
        `At most ${totals.calls} calls, ${formatSpan(totals.minutes * 60_000)} at ${client.capacity.ratePerSecond}/s, ` +
        `${totals.objects} objects, about ${(totals.bytes / 1e6).toFixed(1)} MB in ${where}`,
    );
    if (values["dry-run"]) {
      for (const { symbol, tradingDay, action, reason, calls } of plan.targets) {
        console.log(
          `  ${tradingDay} ${symbol.padEnd(9)} ${action === "fetch" ? `${calls} calls` : `skip: ${reason}`}`,
        );
      }
      return list === undefined || list.problems.length === 0 ? 0 : 1;
    }

    const fetched = plan.targets.filter(({ action }) => action === "fetch");
    const chosen = values.test ? fetched.slice(0, 10) : fetched;
    if (chosen.length === 0) return list === undefined || list.problems.length === 0 ? 0 : 1;
    const progress = progressLine();
    const failures: BackfillTarget[] = [];
    let [done, bars] = [0, 0];
    const run = backfill({
      ...shared,
      client,
      targets: chosen,
      ...(values["max-calls"] !== undefined && { maxCalls: number("--max-calls", values["max-calls"]) }),
      ...(values.deadline !== undefined && { deadlineMs: number("--deadline", values.deadline) * 60_000 }),
      ...(values.stagger !== undefined && { staggerMs: number("--stagger", values.stagger) * 1000 }),
      onProgress: ({ done, total, failed, ratePerSecond, etaMs }) =>
        progress.show(
          done,
          total,
          `targets, ${failed} failed, ${ratePerSecond.toFixed(1)} calls/s, ${formatSpan(etaMs)} left`,
        ),
    });
    try {
      for await (const step of run) {
        done = step.done;
        bars += step.bars;
        if (step.status !== "failed") continue;
        failures.push(step);
        progress.end();
        console.error(
          `${step.tradingDay} ${step.symbol}: ${step.error instanceof Error ? step.error.message : String(step.error)}`,
        );
      }
    } finally {
      progress.end();
      if (values.failures !== undefined) {
        const rows = failures.map(({ symbol, tradingDay }) => `${symbol},${tradingDay}\n`);
        writeFileSync(values.failures, `symbol,date\n${rows.join("")}`);
      }
      const left = chosen.length - done;
      console.log(`${done - failures.length} targets stored, ${bars} bars; ${failures.length} failed`);
      if (left > 0) console.log(`${left} targets are left: run the same command again to go on`);
    }
    return failures.length > 0 || (list?.problems.length ?? 0) > 0 ? 1 : 0;
  } finally {
    await connection.close();
  }
});

function number(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new ConfigError(option, "a number", text);
  return value;
}

/** `1/3` is the first of three. */
function parseShard(text: string): { index: number; count: number } {
  const [, part, count] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  if (part === undefined || count === undefined) throw new ConfigError("--shard", "a part such as 1/3", text);
  return { index: Number(part) - 1, count: Number(count) };
}
