import { HantooKlineLogger, type SyncReport, type TradingDay, type Venue, readBars } from "hantoo";
import {
  type MarketValues,
  type SymbolValues,
  collecting,
  dateOption,
  marketOptions,
  pastTradingDay,
  symbolOptions,
} from "../setup/index.js";
import {
  type CliCommand,
  EXIT,
  type Shell,
  clockTime,
  count,
  defineCommand,
  formatSpan,
} from "../shell/index.js";
import { type AlarmValues, type Tell, alarmOptions, withAlarm, passTroubles } from "../watch/index.js";
import { isWhole, printReport } from "./log-report.js";

interface Values extends SymbolValues, MarketValues, AlarmValues {
  readonly date?: TradingDay;
  readonly reread?: boolean;
}

/** `hantoo log`: one pass over one trading day. */
export const log: CliCommand = defineCommand<Values>({
  name: "log",
  about: (say) =>
    say(
      "log one trading day: today so far, or the last that traded",
      "하루치 분봉 수집: 오늘(현재까지) 또는 최근 거래일",
    ),
  configure(command, say) {
    symbolOptions(command, say);
    marketOptions(command, say);
    dateOption(
      command,
      say,
      say(
        "a past trading day (default: today, or the last one)",
        "지난 거래일(기본값: 오늘 또는 최근 거래일)",
      ),
    );
    alarmOptions(command, say);
    command.option("--reread", say("read again what is stored as well", "저장된 분도 다시 조회"));
  },
  run: (shell, values) =>
    withAlarm(shell, values, `log ${values.venue}`, (tell) => logDay(shell, values, tell)),
});

function logDay(shell: Shell, values: Values, tell: Tell): Promise<number> {
  return collecting(shell, values, {}, async ({ client, store, where, symbols, clock }) => {
    const { say, io } = shell;
    const { venue, hours } = values;
    const tradingDay = values.date === undefined ? undefined : pastTradingDay(values.date, clock.now());
    await using logger = new HantooKlineLogger({
      client,
      store,
      symbols,
      venue,
      hours,
      clock,
      logger: shell.logger,
    });
    const progress = shell.progress();
    const startedAt = clock.monotonic();
    const report = await logger
      .sync({
        ...(tradingDay === undefined ? {} : { tradingDay }),
        ...(values.reread === true ? { reread: true } : {}),
        signal: io.signal,
        onProgress({ done, total, calls }) {
          const elapsed = clock.monotonic() - startedAt;
          const left = done === 0 ? "" : `, ${formatSpan((elapsed / done) * (total - done))}`;
          progress.show(done, total, say(`symbols, ${calls} calls${left}`, `종목, 호출 ${calls}회${left}`));
        },
      })
      .finally(() => progress.end());
    tell(passTroubles(report, say));
    shell.answer(report);
    printReport(shell, report, where, symbols.length);
    if (!shell.global.json) await printDay(shell, store, symbols[0] as string, venue, report);
    return isWhole(report) ? EXIT.whole : EXIT.degraded;
  });
}

/** One symbol's day as a sparkline of its closes and three of its bars. */
async function printDay(
  shell: Shell,
  store: Parameters<typeof readBars>[0]["store"],
  symbol: string,
  venue: Venue,
  { tradingDay, coverage: { total }, failures }: SyncReport,
): Promise<void> {
  const bars = [];
  for await (const bar of readBars({ store, symbol, venue, from: tradingDay, to: tradingDay }))
    bars.push(bar);
  if (bars.length === 0) {
    const isKnown = total.have > 0 && !failures.some((failure) => failure.symbol === symbol);
    if (isKnown) shell.print(shell.say(`${symbol} did not trade`, `${symbol}: 체결 없음`));
    return;
  }
  const closes = bars.map((bar) => bar.close);
  const [low, high] = [Math.min(...closes), Math.max(...closes)];
  const blocks = "▁▂▃▄▅▆▇█";
  const block = (close: number): string =>
    blocks[high === low ? 3 : Math.round(((close - low) / (high - low)) * 7)] as string;
  const step = Math.max(1, Math.ceil(closes.length / 64));
  const line = closes
    .filter((_, at) => at % step === 0)
    .map((close) => block(close))
    .join("");
  shell.print(`\n${symbol}  ${line}  ${count(low)} - ${count(high)} KRW`);
  shell.print("  KST        open      high       low     close       volume");
  for (const bar of [bars[0], bars[Math.floor(bars.length / 2)], bars.at(-1)]) {
    if (bar === undefined) continue;
    const prices = [bar.open, bar.high, bar.low, bar.close].map((price) => count(price).padStart(9));
    shell.print(`  ${clockTime(bar.time)} ${prices.join(" ")} ${count(bar.volume).padStart(12)}`);
  }
}
