import { catchUp, kstTime } from "hantoo";
import {
  type MarketValues,
  type SymbolValues,
  collecting,
  marketOptions,
  symbolOptions,
} from "../setup/index.js";
import { type CliCommand, EXIT, type Shell, defineCommand, positive, whole } from "../shell/index.js";
import { type AlarmValues, type Tell, alarmOptions, withAlarm, healTroubles } from "../watch/index.js";

interface Values extends SymbolValues, MarketValues, AlarmValues {
  readonly days: number;
  readonly deadline?: number;
}

/** `hantoo heal`: finds the last whole day by what is stored, and fills from there to now. */
export const heal: CliCommand = defineCommand<Values>({
  name: "heal",
  about: (say) =>
    say(
      "find the last whole day and fill from there to now: for cron",
      "마지막으로 온전한 날을 찾아 지금까지 채움: cron용",
    ),
  configure(command, say) {
    symbolOptions(command, say);
    marketOptions(command, say);
    alarmOptions(command, say);
    command
      .option(
        "--days <n>",
        say("look back at most so many trading days", "최대 며칠 전 거래일까지 볼지"),
        whole("--days"),
        20,
      )
      .option(
        "--deadline <minutes>",
        say("end within so many minutes", "이 시간(분) 안에 끝냄"),
        positive("--deadline"),
      );
  },
  run: (shell, values) =>
    withAlarm(shell, values, `heal ${values.venue}`, (tell) => fillDays(shell, values, tell)),
});

function fillDays(shell: Shell, values: Values, tell: Tell): Promise<number> {
  return collecting(shell, values, {}, async ({ client, store, where, instruments, clock }) => {
    const { say } = shell;
    const progress = shell.progress();
    const report = await catchUp({
      client,
      store,
      clock,
      instruments,
      days: values.days,
      venue: values.venue,
      hours: values.hours,
      signal: shell.io.signal,
      logger: shell.logger,
      ...(values.deadline === undefined ? {} : { deadlineMs: values.deadline * 60_000 }),
      onProgress: ({ done, total, calls }) =>
        progress.show(done, total, say(`targets, ${calls} calls`, `개, 호출 ${calls}회`)),
    }).finally(() => progress.end());
    tell(healTroubles(report, say));
    shell.answer(report);
    const { status, lastGoodDay, healed, degraded, revised = [], calls, resumeAt } = report;
    const word = say(status, { healthy: "정상", healed: "복구됨", degraded: "불완전" }[status]);
    const last = say(
      lastGoodDay === undefined ? `no day of the last ${values.days} was whole` : `${lastGoodDay} was whole`,
      lastGoodDay === undefined
        ? `최근 ${values.days}거래일 중 온전한 날 없음`
        : `${lastGoodDay}까지 온전했음`,
    );
    shell.print(
      say(`${word} in ${where}: ${last}; ${calls} calls`, `${word} (${where}): ${last}, 호출 ${calls}회`),
    );
    const byDay = new Map<string, { symbols: number; bars: number }>();
    for (const { tradingDay, bars } of healed) {
      const day = byDay.get(tradingDay) ?? { symbols: 0, bars: 0 };
      byDay.set(tradingDay, { symbols: day.symbols + 1, bars: day.bars + bars });
    }
    for (const [day, { symbols, bars }] of byDay)
      shell.print(
        say(
          `  healed ${day}: ${symbols} symbols, ${bars} bars`,
          `  복구 ${day}: ${symbols}종목, 봉 ${bars}개`,
        ),
      );
    for (const { tradingDay, symbol, minutes } of revised) {
      shell.print(
        say(
          `  revised ${tradingDay} ${symbol}: ${minutes.length} minutes`,
          `  수정 ${tradingDay} ${symbol}: ${minutes.length}분`,
        ),
      );
    }
    for (const { tradingDay, symbol, reason } of degraded)
      shell.note(
        say(`  missing ${tradingDay} ${symbol}: ${reason}`, `  누락 ${tradingDay} ${symbol}: ${reason}`),
      );
    if (resumeAt !== undefined) {
      const at = kstTime(resumeAt);
      shell.note(say(`  send no calls to KIS until ${at} KST`, `  ${at} KST까지 KIS 호출을 쉬어야 합니다`));
    }
    return status === "degraded" ? EXIT.degraded : EXIT.whole;
  });
}
