import { MINUTE_MS, kstTime } from "../../../core/index.js";
import type { LoggerStatus, StatusProblem } from "./logger-status.js";

/** The fields of a status that show problems. */
type ProblemFacts = Pick<
  LoggerStatus,
  | "isHealthy"
  | "lag"
  | "failed"
  | "failures"
  | "holes"
  | "storeError"
  | "waiting"
  | "calendarConflicts"
  | "stock_count"
  | "tradingDay"
>;

/** What is not as it should be, the gravest first. */
export function problemsOf(status: ProblemFacts): StatusProblem[] {
  const { lag, failed, failures, holes, storeError, waiting, calendarConflicts, tradingDay } = status;
  const problems: StatusProblem[] = [];
  const add = (kind: StatusProblem["kind"], text: string): void => void problems.push({ kind, text });
  if (!status.isHealthy) {
    const last = lag.lastSealed === null ? "nothing" : `stored through ${clockTime(lag.lastSealed)}`;
    const due = lag.lastDue === null ? "" : `, due through ${clockTime(lag.lastDue)}`;
    const behind = many(Math.floor(lag.ms / MINUTE_MS), "minute");
    add("late", `${tradingDay}: ${behind} behind, ${last}${due} KST`);
  }
  if (storeError !== null)
    add(
      "store",
      `the store does not take what was fetched (${many(waiting, "minute")} in memory): ${storeError.message}`,
    );
  if (failed > 0) {
    const [first] = failures;
    const why = first === undefined ? "" : `, ${first.symbol} first: ${first.error.message}`;
    add("failed", `${failed} of ${many(status.stock_count, "symbol")} could not be brought up to date${why}`);
  }
  for (const { kind, tradingDay: day } of calendarConflicts)
    add(
      "calendar",
      kind === "closed-by-source"
        ? `${day}: the calendar has a session, the source has none`
        : `${day}: trades at minutes for which the calendar has no session`,
    );
  if (holes > 0)
    add("lost", `${tradingDay}: ${many(holes, "minute")} without a row that says what was traded`);
  return problems;
}

const many = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;
const clockTime = (time: number): string => kstTime(time).replace(/^(\d\d)(\d\d).*/, "$1:$2");
