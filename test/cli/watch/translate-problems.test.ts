import type { LoggerStatus, StatusProblem } from "hantoo";
import { kstInstant } from "hantoo";
import { expect, test } from "vitest";
import { sayIn } from "../../../src/cli/shell/index.js";
import { translateProblems } from "../../../src/cli/watch/index.js";

const day = "2026-11-20";
const error = { name: "StorageError", code: "storage", message: "EACCES" };
const problem = (kind: StatusProblem["kind"]): StatusProblem => ({ kind, text: "english" });
/** What the sentences are made of. */
const status = {
  tradingDay: day,
  stock_count: 50,
  failed: 2,
  failures: [{ symbol: "005930", error }],
  holes: 3,
  waiting: 1200,
  storeError: error,
  lag: { ms: 7 * 60_000, lastSealed: kstInstant(day, "09:00"), lastDue: null, behind: 50, behindSymbols: [] },
  calendarConflicts: [
    { tradingDay: "2026-11-19", kind: "hours", symbols: ["005930"] },
    { tradingDay: day, kind: "closed-by-source", symbols: [] },
  ],
  problems: [
    problem("late"),
    problem("store"),
    problem("failed"),
    problem("calendar"),
    problem("calendar"),
    problem("lost"),
  ],
} as unknown as LoggerStatus;

test("each problem has its Korean sentence, with what it is about; kinds stay", () => {
  const told = translateProblems(sayIn("ko"), status);
  expect(told.problems.map(({ text }) => text)).toEqual([
    "2026-11-20: 7분 뒤처짐, 09:00까지 저장(KST)",
    "저장소에 쓸 수 없습니다(메모리에 1,200분 대기): EACCES",
    "50종목 중 2종목을 최신으로 맞추지 못했습니다. 첫 번째는 005930: EACCES",
    "2026-11-19: 달력에 없는 시간에 체결이 있습니다",
    "2026-11-20: 달력은 개장일인데 KIS는 휴장일이라고 합니다",
    "2026-11-20: 체결 내용을 알려 주는 행이 KIS에 없는 분이 3개 있습니다",
  ]);
  expect(told.problems.map(({ kind }) => kind)).toEqual(status.problems.map(({ kind }) => kind));
  expect(translateProblems(sayIn("en"), status)).toEqual(status);
});
