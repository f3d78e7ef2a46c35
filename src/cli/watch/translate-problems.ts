import type { LoggerStatus, StatusProblem } from "hantoo";
import { type Say, clockTime, count, sayIn } from "../shell/index.js";
import { conflictText, lostText } from "./troubles.js";

const MINUTE_MS = 60_000;
const inKorean = sayIn("ko");

/** The status with its problems in the chosen language. Kinds and the texts of errors stay as they are. */
export function translateProblems(say: Say, status: LoggerStatus): LoggerStatus {
  let conflict = 0;
  const problems = status.problems.map(({ kind, text }) => {
    // One problem a conflict, in the order of the conflicts.
    const at = kind === "calendar" ? conflict++ : 0;
    return { kind, text: say(text, KOREAN[kind](status, at) ?? text) };
  });
  return { ...status, problems };
}

/** @param at - index of the calendar conflict. */
type InKorean = (status: LoggerStatus, at: number) => string | undefined;

const KOREAN: Readonly<Record<StatusProblem["kind"], InKorean>> = {
  late({ tradingDay, lag: { ms, lastSealed, lastDue } }) {
    const stored = lastSealed === null ? "저장된 분봉 없음" : `${clockTime(lastSealed)}까지 저장`;
    const due = lastDue === null ? "" : `, ${clockTime(lastDue)}까지 저장됐어야 함`;
    return `${tradingDay}: ${Math.floor(ms / MINUTE_MS)}분 뒤처짐, ${stored}${due}(KST)`;
  },
  store: ({ waiting, storeError }) =>
    `저장소에 쓸 수 없습니다(메모리에 ${count(waiting)}분 대기): ${storeError?.message}`,
  failed({ stock_count: symbols, failed, failures: [first] }) {
    const why = first === undefined ? "" : `. 첫 번째는 ${first.symbol}: ${first.error.message}`;
    return `${symbols}종목 중 ${failed}종목을 최신으로 맞추지 못했습니다${why}`;
  },
  calendar({ calendarConflicts }, at) {
    const conflict = calendarConflicts[at];
    return conflict === undefined ? undefined : conflictText(conflict, inKorean);
  },
  lost: ({ tradingDay, holes }) => lostText(tradingDay, holes, inKorean),
};
