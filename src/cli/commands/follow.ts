import {
  type Clock,
  ConfigError,
  FileStore,
  HantooKlineLogger,
  type HantooKlineLoggerOptions,
  type SyncReport,
  formatKstStamp,
  krx,
} from "hantoo";
import {
  type MarketValues,
  type SymbolValues,
  collecting,
  marketOptions,
  symbolOptions,
} from "../setup/index.js";
import {
  type CliCommand,
  EXIT,
  type Say,
  type Shell,
  clockTime,
  count,
  createStatusLine,
  defineCommand,
  formatSpan,
  messageOf,
  positive,
  whole,
} from "../shell/index.js";
import {
  type AlarmValues,
  type ServeValues,
  type Tell,
  alarmOptions,
  withAlarm,
  joinStatus,
  serveOption,
  withStatusServer,
} from "../watch/index.js";
import { isWhole } from "./log-report.js";

interface Values extends SymbolValues, MarketValues, AlarmValues, ServeValues {
  readonly days?: number;
  readonly lag?: number;
  readonly spool?: string;
  readonly indices?: string;
  readonly speed?: number;
}

/** At this speed a session passes in minutes. */
const SIMULATED_SPEED = 120;

/** `hantoo follow`: every coming session, minute by minute, until stopped. */
export const follow: CliCommand = defineCommand<Values>({
  name: "follow",
  about: (say) =>
    say(
      "follow every coming session, minute by minute, until stopped",
      "멈출 때까지 매 거래일 장을 분 단위로 수집",
    ),
  configure(command, say) {
    symbolOptions(command, say);
    marketOptions(command, say);
    serveOption(command, say);
    alarmOptions(command, say);
    command
      .option(
        "--days <n>",
        say("so many sessions (default: until stopped)", "거래일 수(기본값: 멈출 때까지)"),
        whole("--days"),
      )
      .option(
        "--lag <seconds>",
        say(
          "how late a minute may be stored (default: as early as the rate allows)",
          "분봉이 늦어도 되는 시간(초, 기본값: 호출 한도가 허용하는 최소)",
        ),
        positive("--lag"),
      )
      .option(
        "--spool <folder>",
        say("where minutes wait while the store fails", "저장소 장애 동안 분봉을 쌓아 둘 폴더"),
      )
      .option(
        "--indices <list>",
        say(
          "minutes of indices as well (live only): 0001 KOSPI, 1001 KOSDAQ, 2001 KOSPI 200",
          "지수 분봉도 수집(실전투자만): 0001 코스피, 1001 코스닥, 2001 코스피200",
        ),
      )
      .option(
        "--speed <times>",
        say(
          `with --simulate: so many times as fast (default: ${SIMULATED_SPEED})`,
          `--simulate와 함께: 시간을 몇 배 빠르게(기본값: ${SIMULATED_SPEED})`,
        ),
        positive("--speed"),
      );
  },
  run: (shell, values) =>
    withAlarm(shell, values, `follow ${values.venue}`, (tell) => followSessions(shell, values, tell)),
});

async function followSessions(shell: Shell, values: Values, tell: Tell): Promise<number> {
  const { say, io } = shell;
  const open = krx.session(krx.lastTradingDay(io.clock.now()))?.open;
  if (values.speed !== undefined && !shell.global.simulate)
    throw new ConfigError("--speed", "given together with --simulate", values.speed);
  const { speed = SIMULATED_SPEED } = values;
  const simulated = { speed, ...(open === undefined ? {} : { simulatedAt: open - 30_000 }) };
  return collecting(
    shell,
    values,
    simulated,
    async ({ client, store, where, symbols, instruments, clock }) => {
      await using logger = new HantooKlineLogger({
        client,
        store,
        symbols,
        venue: values.venue,
        hours: values.hours,
        clock,
        logger: shell.logger,
        ...(values.lag === undefined ? {} : { lagMs: values.lag * 1000 }),
        ...(values.spool === undefined ? {} : { spool: new FileStore(shell.path(values.spool)) }),
      });
      await using indices = indexLogger(values.indices, { client, store, clock, logger: shell.logger });
      const { everyMinutes, lagMs, feasible } = logger.cadence;
      shell.print(
        say(
          `${symbols.length} symbols into ${where}: each every ${everyMinutes} min, at most ${formatSpan(lagMs)} behind`,
          `${symbols.length}종목, 저장소 ${where}: ${everyMinutes}분마다, 최대 ${formatSpan(lagMs)} 뒤처짐`,
        ),
      );
      if (!feasible) {
        shell.note(
          say(
            "The rate limit does not allow that lag: following as fast as it allows.",
            "호출 한도로는 그 지연을 지킬 수 없습니다. 가능한 한 빠르게 따라갑니다.",
          ),
        );
      }
      const isAlarmed = values.ping !== undefined || values.notify !== undefined;
      const days = values.days ?? Infinity;
      const [last, beside] = await withStatusServer(shell, values, logger, instruments, indices, () =>
        Promise.all([
          followed(shell, logger, days, clock, () => {
            if (isAlarmed) tell(joinStatus(say, logger, indices).problems);
          }),
          indices && followedIndices(shell, indices, days),
        ]),
      );
      shell.answer(beside === undefined || last === undefined ? last : { ...last, indices: beside });
      const areWhole = indices === undefined || (beside !== undefined && isWhole(beside));
      return last !== undefined && isWhole(last) && areWhole ? EXIT.whole : EXIT.degraded;
    },
  );
}

/** A logger of the indices of `--indices`, if there are any. */
function indexLogger(
  list: string | undefined,
  place: Pick<HantooKlineLoggerOptions, "client" | "store" | "clock" | "logger">,
): HantooKlineLogger | undefined {
  if (list === undefined) return undefined;
  return new HantooKlineLogger({ ...place, indices: list.split(",").map((one) => one.trim()) });
}

/**
 * Follows indices beside the symbols. What goes wrong is noted and never stops the symbols.
 *
 * @returns the last report; `undefined` where it failed.
 */
async function followedIndices(
  shell: Shell,
  logger: HantooKlineLogger,
  days: number,
): Promise<SyncReport | undefined> {
  const { io, say } = shell;
  let last: SyncReport | undefined;
  const told = new Set<string>();
  const note = (text: string): void => {
    if (!told.has(text)) shell.note(text);
    told.add(text);
  };
  try {
    for await (const report of logger.run({ days, signal: io.signal })) {
      if (last !== undefined && last.tradingDay !== report.tradingDay) printIndices(shell, last);
      for (const { symbol, error } of report.failures)
        note(say(`index ${symbol}: ${messageOf(error)}`, `지수 ${symbol}: ${messageOf(error)}`));
      last = report;
    }
    if (last !== undefined) printIndices(shell, last);
    return last;
  } catch (error) {
    io.signal.throwIfAborted();
    note(
      say(
        `Indices are no longer followed: ${messageOf(error)}`,
        `지수 분봉 수집을 멈춥니다: ${messageOf(error)}`,
      ),
    );
    return undefined;
  }
}

function printIndices(shell: Shell, { tradingDay, coverage: { total } }: SyncReport): void {
  shell.print(
    shell.say(
      `${tradingDay}: ${count(total.have - total.holes)} of ${count(total.expected)} minutes of ${total.symbols} indices`,
      `${tradingDay}: 지수 ${total.symbols}개 ${count(total.expected)}분 중 ${count(total.have - total.holes)}분`,
    ),
  );
}

/** Follows the symbols. @returns the last report: that of the reconciliation, unless it was stopped before. */
async function followed(
  shell: Shell,
  logger: HantooKlineLogger,
  days: number,
  clock: Clock,
  passed: () => void,
): Promise<SyncReport | undefined> {
  let last: SyncReport | undefined;
  const status = createStatusLine(shell.io.stderr);
  const tellDay = (): void => {
    status.end();
    if (last !== undefined) printDay(shell, last);
  };
  const told = new Map<string, string>();
  try {
    for await (const report of logger.run({ days, signal: shell.io.signal })) {
      passed();
      if (last !== undefined && last.tradingDay !== report.tradingDay) {
        tellDay();
        told.clear();
      }
      for (const { symbol, error } of report.failures) {
        const message = messageOf(error);
        if (told.get(symbol) !== message) status.note(`${symbol}: ${message}`);
        told.set(symbol, message);
      }
      status.show(line(report, clock, shell.say));
      last = report;
    }
    tellDay();
  } finally {
    status.end();
  }
  return last;
}

/** Prints a day that is over, or was read again. */
function printDay(shell: Shell, report: SyncReport): void {
  const { total } = report.coverage;
  const revised = report.revised.reduce((sum, { minutes }) => sum + minutes.length, 0);
  const key = report.compaction?.object?.key;
  const where = key === undefined ? "" : shell.say(`, all in ${key}`, `, ${key}에 모음`);
  shell.print(
    shell.say(
      `${report.tradingDay}: ${count(total.have)} of ${count(total.expected)} minutes, ${revised} revised by the reconciliation${where}`,
      `${report.tradingDay}: ${count(total.expected)}분 중 ${count(total.have)}분, 장 마감 후 대조에서 ${revised}분 수정${where}`,
    ),
  );
}

function line(report: SyncReport, clock: Clock, say: Say): string {
  const { total } = report.coverage;
  const now = formatKstStamp(clock.now())
    .slice(8)
    .replace(/(..)(..)(..)/, "$1:$2:$3");
  const parts = [
    `${report.tradingDay} ${now} KST`,
    say(`to ${clockTime(total.last)}`, `${clockTime(total.last)}까지`),
    say(
      `${count(total.have)}/${count(total.expected)} minutes`,
      `${count(total.have)}/${count(total.expected)}분`,
    ),
    say(`${report.fetched.calls} calls`, `호출 ${report.fetched.calls}회`),
  ];
  if (report.failures.length > 0)
    parts.push(say(`${report.failures.length} symbols failing`, `${report.failures.length}종목 실패`));
  if (report.storeError !== undefined)
    parts.push(
      say(`store fails: ${messageOf(report.storeError)}`, `저장 실패: ${messageOf(report.storeError)}`),
    );
  return parts.join("  ");
}
