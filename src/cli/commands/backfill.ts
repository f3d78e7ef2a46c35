import {
  type BackfillOrder,
  type BackfillPlan,
  type BackfillSummary,
  type BackfillTarget,
  ConfigError,
  type ListedInstrument,
  type Shard,
  type TargetList,
  backfill as runBackfill,
  planBackfill,
  krx,
} from "hantoo";
import {
  type Connection,
  type MarketValues,
  type OpenStore,
  type RangeValues,
  type SymbolValues,
  chooseSymbols,
  connect,
  marketOptions,
  masterOptions,
  needSymbols,
  openStore,
  openWritableStore,
  rangeOf,
  rangeOptions,
  symbolOptions,
  typedSymbols,
  onlyCodes,
  readTargetFile,
  writeFailures,
} from "../setup/index.js";
import {
  type CliCommand,
  EXIT,
  type Shell,
  count,
  defineCommand,
  formatSpan,
  messageOf,
  oneOf,
  positive,
  whole,
} from "../shell/index.js";

interface Values extends SymbolValues, MarketValues, RangeValues {
  readonly targets?: string;
  readonly days?: number;
  readonly dryRun?: boolean;
  readonly order?: BackfillOrder;
  readonly startFrom?: string;
  readonly maxCalls?: number;
  readonly deadline?: number;
  readonly stagger?: number;
  readonly shard?: Shard;
  readonly recheck?: "suspect" | "all";
  readonly failures?: string;
}

/** Trading days if none of the options says how many. */
const DEFAULT_DAYS = 20;

/** `hantoo backfill`: fills the past; what is stored is not asked for again. */
export const backfill: CliCommand = defineCommand<Values>({
  name: "backfill",
  about: (say) =>
    say(
      "fill past days; what is stored is not asked for again",
      "지난 날 채우기. 저장된 것은 다시 조회하지 않음",
    ),
  configure(command, say) {
    symbolOptions(command, say);
    command
      .option("--targets <file>", say("pairs of symbol and date, as CSV", "종목과 날짜 쌍(CSV 파일)"))
      .option(
        "--days <n>",
        say(
          `so many trading days, up to the last that is over (default: ${DEFAULT_DAYS})`,
          `최근 끝난 거래일까지 며칠(기본값: ${DEFAULT_DAYS})`,
        ),
        whole("--days"),
      );
    rangeOptions(command, say, DEFAULT_DAYS);
    marketOptions(command, say);
    command
      .option("--dry-run", say("show what it would cost; send nothing", "비용만 계산하고 호출하지 않음"))
      .option(
        "--order <order>",
        say(
          "newest-first, oldest-first, or market-cap (with --master)",
          "newest-first, oldest-first 또는 market-cap(--master와 함께)",
        ),
        oneOf("--order", ["newest-first", "oldest-first", "market-cap"]),
      )
      .option(
        "--start-from <what>",
        say("skip what comes before this day or symbol", "이 날짜 또는 종목보다 앞선 것은 건너뜀"),
      )
      .option("--max-calls <n>", say("at most so many calls", "호출 횟수 상한"), whole("--max-calls"))
      .option(
        "--deadline <minutes>",
        say("end within so many minutes: for cron", "이 시간(분) 안에 끝냄: cron용"),
        positive("--deadline"),
      )
      .option(
        "--stagger <seconds>",
        say("seconds between the starts of two targets, at least", "대상 사이의 최소 간격(초)"),
        positive("--stagger"),
      )
      .option("--shard <part>", say("the part of this host: 1/3", "이 호스트의 몫: 1/3"), shardOf)
      .option(
        "--recheck <which>",
        say("read stored days again: suspect or all", "저장된 날 다시 조회: suspect 또는 all"),
        oneOf("--recheck", ["suspect", "all"]),
      )
      .option(
        "--failures <file>",
        say(
          "where failed targets are written, for --targets",
          "실패한 대상을 적을 파일(--targets로 다시 사용)",
        ),
      );
  },
  async run(shell, values) {
    const typed = await typedSymbols(shell, values);
    const list = values.targets === undefined ? undefined : await readTargetFile(shell, values.targets);
    const codes = onlyCodes(typed) ?? list?.targets.map(({ symbol }) => symbol);
    // The plan costs no call, but uses the rate of the key.
    const connection = await connect(shell, codes === undefined ? {} : { symbols: [...new Set(codes)] });
    try {
      const opened = values.dryRun === true ? openStore(shell) : await openWritableStore(shell);
      return await fill(shell, values, list, connection, opened);
    } finally {
      await connection.close();
    }
  },
});

async function fill(
  shell: Shell,
  values: Values,
  list: TargetList | undefined,
  connection: Connection,
  { store, where }: OpenStore,
): Promise<number> {
  const { client, clock } = connection;
  const { signal } = shell.io;
  const place = { store, ...masterOptions(shell, connection) };
  const instruments: readonly ListedInstrument[] | undefined =
    list === undefined ? await needSymbols(shell, values, place) : await chooseSymbols(shell, values, place);
  const { venue, hours, recheck } = values;
  const shared = {
    store,
    clock,
    signal,
    venue,
    hours,
    logger: shell.logger,
    ...(values.order === undefined ? {} : { order: values.order }),
    ...(recheck === undefined ? {} : { recheck }),
    ...(instruments === undefined ? {} : { instruments }),
  };
  const plan = await planBackfill({
    ...shared,
    ...client.capacity,
    ...(list === undefined ? { days: daysOf(shell, values) } : { targets: list.targets }),
    ...(values.startFrom === undefined ? {} : { startFrom: values.startFrom }),
    ...(values.shard === undefined ? {} : { shard: values.shard }),
  });
  // Tested before the hours of work. A file that is there is kept: it may be the list of targets.
  if (
    values.failures !== undefined &&
    values.dryRun !== true &&
    !(await shell.io.files.exists(shell.path(values.failures)))
  )
    await writeFailures(shell, values.failures, []);
  printPlan(shell, plan, where, client.capacity.ratePerSecond, values.dryRun === true);
  const hasProblems = (list?.problems.length ?? 0) > 0;
  if (values.dryRun === true) {
    shell.answer(plan);
    return hasProblems ? EXIT.degraded : EXIT.whole;
  }
  const failures: BackfillTarget[] = [];
  const targets = plan.targets.filter(({ action }) => action === "fetch");
  const { maxCalls, deadline, stagger } = values;
  const progress = shell.progress();
  const run =
    targets.length === 0
      ? undefined
      : runBackfill({
          ...shared,
          client,
          targets,
          ...(maxCalls === undefined ? {} : { maxCalls }),
          ...(deadline === undefined ? {} : { deadlineMs: deadline * 60_000 }),
          ...(stagger === undefined ? {} : { staggerMs: stagger * 1000 }),
          onProgress: ({ done, total, failed, ratePerSecond, etaMs }) =>
            progress.show(
              done,
              total,
              shell.say(
                `targets, ${failed} failed, ${ratePerSecond.toFixed(1)} calls/s, ${formatSpan(etaMs)} left`,
                `개, 실패 ${failed}, 초당 ${ratePerSecond.toFixed(1)}회, ${formatSpan(etaMs)} 남음`,
              ),
            ),
        });
  let taken;
  try {
    taken = await takeSteps(shell, run, progress, failures);
  } finally {
    progress.end();
    if (values.failures !== undefined) await writeFailures(shell, values.failures, failures);
  }
  const { summary, bars } = taken;
  shell.answer({ ...summary, bars, skipped: plan.totals.skip, failures, problems: list?.problems ?? [] });
  printSummary(shell, summary, bars);
  const isWhole = summary.failed === 0 && summary.stopped === undefined && !hasProblems;
  return isWhole && summary.calendarConflicts === undefined ? EXIT.whole : EXIT.degraded;
}

/** Runs a backfill to its end. Failed targets are added to `failures` as they fail, so they are known if it throws. */
async function takeSteps(
  shell: Shell,
  run: ReturnType<typeof runBackfill> | undefined,
  progress: ReturnType<Shell["progress"]>,
  failures: BackfillTarget[],
): Promise<{ readonly summary: BackfillSummary; readonly bars: number }> {
  let bars = 0;
  if (run === undefined) return { summary: { done: 0, total: 0, failed: 0, calls: 0 }, bars };
  for (;;) {
    const next = await run.next();
    if (next.done === true) return { summary: next.value, bars };
    const step = next.value;
    bars += step.bars;
    if (step.status !== "failed") continue;
    failures.push({ symbol: step.symbol, tradingDay: step.tradingDay });
    progress.end();
    shell.note(`${step.tradingDay} ${step.symbol}: ${messageOf(step.error)}`);
  }
}

/** Prints what a plan costs, and each target if it is a dry run. */
function printPlan(
  shell: Shell,
  { targets, totals }: BackfillPlan,
  where: string,
  rate: number,
  isDry: boolean,
): void {
  shell.print(
    shell.say(
      `${targets.length} targets: ${totals.fetch} to fetch, ${totals.skip} to skip. At most ${count(totals.calls)} calls, ${formatSpan(totals.minutes * 60_000)} at ${rate}/s, ${totals.objects} objects, about ${(totals.bytes / 1e6).toFixed(1)} MB in ${where}`,
      `대상 ${targets.length}개: 조회 ${totals.fetch}, 건너뜀 ${totals.skip}. 호출 최대 ${count(totals.calls)}회, 초당 ${rate}회로 ${formatSpan(totals.minutes * 60_000)}, 객체 ${totals.objects}개, 약 ${(totals.bytes / 1e6).toFixed(1)} MB (${where})`,
    ),
  );
  if (!isDry) return;
  for (const { symbol, tradingDay, action, reason, calls } of targets) {
    const what =
      action === "fetch"
        ? shell.say(`${calls} calls`, `호출 ${calls}회`)
        : shell.say(`skip: ${reason}`, `건너뜀: ${reason}`);
    shell.print(`  ${tradingDay} ${symbol.padEnd(9)} ${what}`);
  }
}

/** Prints what was stored, and how to go on if targets are left. */
function printSummary(shell: Shell, { done, total, failed, stopped }: BackfillSummary, bars: number): void {
  shell.print(
    shell.say(
      `${done - failed} targets stored, ${count(bars)} bars; ${failed} failed`,
      `${done - failed}개 저장, 봉 ${count(bars)}개, 실패 ${failed}개`,
    ),
  );
  if (stopped === undefined) return;
  shell.note(
    shell.say(
      `${total - done} targets are left: run the same command again to go on`,
      `${total - done}개 남음: 같은 명령을 다시 실행하면 이어서 진행합니다`,
    ),
  );
}

/** `--days`, or the days of a range. */
function daysOf(shell: Shell, values: Values): number | readonly string[] {
  const { from, to, date, days } = values;
  if (from === undefined && to === undefined && date === undefined) return days ?? DEFAULT_DAYS;
  if (days !== undefined && from !== undefined) throw new ConfigError("--days", "given without --from", days);
  const range = rangeOf(values, shell, days ?? DEFAULT_DAYS);
  return krx.tradingDays(range.from, range.to);
}

/** `1/3` is the first of three. */
function shardOf(text: string): Shard {
  const [, part, parts] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const [index, number] = [Number(part) - 1, Number(parts)];
  if (index >= 0 && index < number) return { index, count: number };
  throw new ConfigError("--shard", "a part such as 1/3", text);
}
