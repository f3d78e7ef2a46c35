import type { SyncReport } from "hantoo";
import { type Shell, clockTime, count, messageOf, percent } from "../shell/index.js";

/** Whether nothing failed, is missing, or contradicts the calendar. Minutes to come are no fault. */
export function isWhole({ failures, storeError, holes, calendarConflicts }: SyncReport): boolean {
  return failures.length + holes.length + calendarConflicts.length === 0 && storeError === undefined;
}

/** Prints what a pass did to stdout, and its problems to stderr. */
export function printReport(shell: Shell, report: SyncReport, where: string, symbols: number): void {
  const { say } = shell;
  const { total } = report.coverage;
  shell.print(
    say(
      `${report.tradingDay} ${report.venue}, ${symbols} symbols, in ${where}`,
      `${report.tradingDay} ${report.venue}, ${symbols}종목, 저장소 ${where}`,
    ),
  );
  for (const { key, minutes, bars, bytes } of report.uploaded) {
    shell.print(
      say(
        `  wrote ${key}: ${minutes} minutes, ${count(bars)} bars, ${count(bytes)} bytes`,
        `  저장 ${key}: ${minutes}분, 봉 ${count(bars)}개, ${count(bytes)}바이트`,
      ),
    );
  }
  if (report.uploaded.length === 0)
    shell.print(
      say("  nothing new: what is stored is up to date", "  새로 저장할 것이 없습니다. 이미 최신입니다"),
    );
  shell.print(
    say(
      `  ${count(report.fetched.bars)} bars fetched in ${report.fetched.calls} calls; ${count(total.have)} of ${count(total.expected)} minutes stored (${percent(total.rate)})`,
      `  호출 ${report.fetched.calls}회로 봉 ${count(report.fetched.bars)}개 조회, ${count(total.expected)}분 중 ${count(total.have)}분 저장(${percent(total.rate)})`,
    ),
  );
  noteTroubles(shell, report);
}

function noteTroubles(shell: Shell, report: SyncReport): void {
  const { say } = shell;
  for (const { symbol, error } of report.failures) shell.note(`  ${symbol}: ${messageOf(error)}`);
  for (const { symbol, minutes } of report.holes) {
    const times = minutes.map((minute) => clockTime(minute)).join(", ");
    shell.note(
      say(
        `  ${symbol}: KIS has no row that says what was traded at ${times}`,
        `  ${symbol}: ${times}의 체결 내용을 알려 주는 행이 KIS에 없습니다`,
      ),
    );
  }
  for (const { kind, tradingDay, symbols } of report.calendarConflicts) {
    shell.note(
      kind === "closed-by-source"
        ? say(
            `  ${tradingDay}: the calendar says open, KIS says closed; nothing is stored`,
            `  ${tradingDay}: 달력은 개장, KIS는 휴장이라 합니다. 저장하지 않았습니다`,
          )
        : say(
            `  ${tradingDay}: ${symbols.length} symbols traded outside the hours of the calendar`,
            `  ${tradingDay}: ${symbols.length}종목이 달력의 거래시간 밖에서 체결됐습니다`,
          ),
    );
  }
  if (report.storeError !== undefined) shell.note(`  ${messageOf(report.storeError)}`);
}
