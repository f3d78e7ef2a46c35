import type { CalendarConflict, CatchUpReport, DailyReport, SyncReport, TradingDay } from "hantoo";
import { type Say, messageOf } from "../shell/index.js";
import type { Trouble } from "./alarm.js";

/** What is wrong after one pass over a day. Minutes to come are no fault. */
export function passTroubles(report: SyncReport, say: Say): Trouble[] {
  const { tradingDay, failures, holes, storeError, calendarConflicts } = report;
  const troubles: Trouble[] = [];
  if (storeError !== undefined) troubles.push({ kind: "store", text: messageOf(storeError) });
  troubles.push(...failureTroubles(failures, say));
  for (const conflict of calendarConflicts)
    troubles.push({ kind: "calendar", text: conflictText(conflict, say) });
  const lost = holes.reduce((sum, { minutes }) => sum + minutes.length, 0);
  if (lost > 0) troubles.push({ kind: "lost", text: lostText(tradingDay, lost, say) });
  return troubles;
}

/** Says that calendar and KIS disagree about a day. */
export function conflictText({ kind, tradingDay }: CalendarConflict, say: Say): string {
  return kind === "closed-by-source"
    ? say(
        `${tradingDay}: the calendar says open, KIS says closed`,
        `${tradingDay}: 달력은 개장일인데 KIS는 휴장일이라고 합니다`,
      )
    : say(
        `${tradingDay}: trades outside the hours of the calendar`,
        `${tradingDay}: 달력에 없는 시간에 체결이 있습니다`,
      );
}

/** Says that KIS has no row that tells what was traded in some minutes. */
export function lostText(tradingDay: TradingDay, minutes: number, say: Say): string {
  return say(
    `${tradingDay}: KIS has no row that says what was traded in ${minutes} minutes`,
    `${tradingDay}: 체결 내용을 알려 주는 행이 KIS에 없는 분이 ${minutes}개 있습니다`,
  );
}

/** What is wrong after `hantoo heal`. */
export function healTroubles({ degraded, calendarConflicts = [] }: CatchUpReport, say: Say): Trouble[] {
  const troubles: Trouble[] = [];
  const [first] = degraded;
  if (first !== undefined) {
    const { tradingDay, symbol, reason } = first;
    troubles.push({
      kind: "missing",
      text: say(
        `${degraded.length} days of symbols are not whole, first ${tradingDay} ${symbol}: ${reason}`,
        `채우지 못한 종목·날짜가 ${degraded.length}건 있습니다. 첫 번째는 ${tradingDay} ${symbol}: ${reason}`,
      ),
    });
  }
  if (calendarConflicts.length > 0) {
    const days = calendarConflicts.map(({ tradingDay }) => tradingDay).join(", ");
    const text = say(`calendar and KIS disagree about ${days}`, `달력과 KIS가 다른 날: ${days}`);
    troubles.push({ kind: "calendar", text });
  }
  return troubles;
}

/** What is wrong after a pass over daily bars. */
export function dailyTroubles({ failures, stopped }: DailyReport, say: Say): Trouble[] {
  const troubles = failureTroubles(failures, say);
  if (stopped !== undefined)
    troubles.push({
      kind: "stopped",
      text: say(
        "it reached --max-calls or --deadline before the last symbol",
        "한도에 닿아 일부 종목이 남았습니다",
      ),
    });
  return troubles;
}

function failureTroubles(failures: SyncReport["failures"], say: Say): Trouble[] {
  const [first] = failures;
  if (first === undefined) return [];
  const why = `${first.symbol}: ${messageOf(first.error)}`;
  const text = say(
    `${failures.length} symbols failed, first ${why}`,
    `${failures.length}종목 실패. 첫 번째는 ${why}`,
  );
  return [{ kind: "failed", text }];
}
