import { HantooDailyLogger, type HantooDailyLoggerOptions } from "hantoo";
import {
  type MarketValues,
  type SymbolValues,
  collecting,
  marketsOf,
  masterOptions,
  symbolOptions,
  venueOption,
} from "../setup/index.js";
import {
  type CliCommand,
  EXIT,
  type Shell,
  count,
  defineCommand,
  formatSpan,
  messageOf,
  positive,
  whole,
} from "../shell/index.js";
import { type AlarmValues, type Tell, alarmOptions, withAlarm, dailyTroubles } from "../watch/index.js";
import { suspectsOf } from "./daily-suspects.js";

interface Values extends SymbolValues, AlarmValues, Pick<MarketValues, "venue"> {
  readonly days: number;
  readonly indices?: string;
  readonly masters: boolean;
  readonly maxCalls?: number;
  readonly deadline?: number;
}

/** `hantoo daily`: daily bars as traded, final by rule, and changes of scale. */
export const daily: CliCommand = defineCommand<Values>({
  name: "daily",
  about: (say) => say("keep daily bars, changes of scale and indices", "일봉, 수정주가 계수, 지수 수집"),
  configure(command, say) {
    symbolOptions(command, say);
    venueOption(command, say);
    alarmOptions(command, say);
    command
      .option("--days <n>", say("how many trading days are kept", "보관할 거래일 수"), whole("--days"), 300)
      .option(
        "--indices <list>",
        say(
          "indices as well: 0001 KOSPI, 1001 KOSDAQ, 2001 KOSPI 200",
          "지수도 수집: 0001 코스피, 1001 코스닥, 2001 코스피200",
        ),
      )
      .option(
        "--no-masters",
        say(
          "do not look in today's and the last master file for symbols whose prices may be on a new scale",
          "오늘과 직전의 종목 마스터를 비교해 확인할 종목을 찾지 않음",
        ),
      )
      .option("--max-calls <n>", say("at most so many calls", "호출 횟수 상한"), whole("--max-calls"))
      .option(
        "--deadline <minutes>",
        say("end within so many minutes", "이 시간(분) 안에 끝냄"),
        positive("--deadline"),
      );
  },
  run: (shell, values) =>
    withAlarm(shell, values, `daily ${values.venue}`, (tell) => logDays(shell, values, tell)),
});

function logDays(shell: Shell, values: Values, tell: Tell): Promise<number> {
  return collecting(shell, values, {}, async ({ client, store, where, symbols, clock, masterUrl }) => {
    const { say } = shell;
    const options: HantooDailyLoggerOptions = {
      client,
      store,
      symbols,
      clock,
      days: values.days,
      venue: values.venue,
      logger: shell.logger,
      ...(values.indices === undefined
        ? {}
        : { indices: values.indices.split(",").map((one) => one.trim()) }),
      ...(values.maxCalls === undefined ? {} : { maxCalls: values.maxCalls }),
      ...(values.deadline === undefined ? {} : { deadlineMs: values.deadline * 60_000 }),
    };
    const daily = new HantooDailyLogger(options);
    const place = { store, ...masterOptions(shell, { clock, masterUrl }) };
    const isCompared = values.masters && areMastersOfHost(shell, masterUrl);
    const suspects = isCompared
      ? await suspectsOf(shell, { daily, place, markets: marketsOf(values), symbols })
      : [];
    if (suspects.length > 0)
      shell.print(
        say(
          `Prices may be on a new scale, by the master files (${suspects.length} symbols): ${suspects.join(", ")}`,
          `종목 마스터에서 주가 기준이 바뀌었을 수 있는 종목 ${suspects.length}개: ${suspects.join(", ")}`,
        ),
      );
    const progress = shell.progress();
    const report = await daily
      .sync({
        signal: shell.io.signal,
        onProgress: ({ done, total, calls, etaMs }) =>
          progress.show(
            done,
            total,
            say(
              `symbols, ${calls} calls, ${formatSpan(etaMs)} left`,
              `종목, 호출 ${calls}회, ${formatSpan(etaMs)} 남음`,
            ),
          ),
      })
      .finally(() => progress.end());
    tell(dailyTroubles(report, say));
    shell.answer({ ...report, suspects });
    shell.print(
      say(
        `${report.from} to ${report.to}, ${report.venue}, in ${where}: ${count(report.fetched.rows)} rows in ${report.fetched.calls} calls, ${report.provisional} not final yet, ${report.unchanged} symbols up to date`,
        `${report.from}~${report.to}, ${report.venue}, 저장소 ${where}: 호출 ${report.fetched.calls}회로 ${count(report.fetched.rows)}행, 미확정 ${report.provisional}행, 이미 최신 ${report.unchanged}종목`,
      ),
    );
    for (const { symbol, effectiveDate, kind, priceFactor } of report.factors)
      shell.print(
        say(
          `  ${symbol} ${effectiveDate}: ${kind}, prices before times ${priceFactor}`,
          `  ${symbol} ${effectiveDate}: ${kind}, 이전 가격 × ${priceFactor}`,
        ),
      );
    for (const { symbol, error } of report.failures) shell.note(`  ${symbol}: ${messageOf(error)}`);
    if (report.stopped !== undefined)
      shell.note(
        say(
          `  stopped by --${report.stopped === "deadline" ? "deadline" : "max-calls"}: run it again to go on`,
          "  한도에 닿아 끝났습니다. 다시 실행하면 이어서 진행합니다",
        ),
      );
    return report.failures.length === 0 && report.stopped === undefined ? EXIT.whole : EXIT.degraded;
  });
}

/** Whether the masters are of the same host as the bars: those of KIS do not fit bars of another one. */
function areMastersOfHost({ io }: Shell, masterUrl: string | undefined): boolean {
  return masterUrl !== undefined || !io.env["KIS_BASE_URL"];
}
