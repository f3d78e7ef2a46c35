import { compactDay, expandDay } from "../../core/index.js";
import type { TradingCalendar } from "../../calendar/index.js";
import type { FaultAction } from "./fault.js";
import type { WireRequest, WireResponse } from "../wire/index.js";

type Row = Record<string, unknown>;

/** @returns the answer with those faults that change what it says; the same object where none does. */
export function spoilResponse(
  response: WireResponse,
  faults: readonly FaultAction[],
  random: () => number,
): WireResponse {
  const spoilers = faults.map((fault) => spoilerOf(fault, random)).filter((spoil) => spoil !== undefined);
  if (spoilers.length === 0 || typeof response.body !== "string" || response.status !== 200) return response;
  const body = JSON.parse(response.body) as Record<string, unknown>;
  const rows = [body["output2"], body["output"]].find((found) => Array.isArray(found)) as Row[] | undefined;
  if (rows === undefined || rows.length === 0) return response;
  for (const spoil of spoilers) spoil(rows);
  return { ...response, body: JSON.stringify(body) };
}

/** What KIS writes for "no data" in a number's place. */
const INT64_MIN = "-9223372036854775808";

function spoilerOf(fault: FaultAction, random: () => number): ((rows: Row[]) => void) | undefined {
  const any = (rows: Row[]): Row | undefined => rows[Math.floor(random() * rows.length)];
  if (fault === "int64-min-row") return (rows) => Object.assign(any(rows) ?? {}, { cntg_vol: INT64_MIN });
  if (fault === "odd-second-label") {
    return (rows) => {
      const row = any(rows);
      if (typeof row?.["stck_cntg_hour"] === "string")
        row["stck_cntg_hour"] = `${row["stck_cntg_hour"].slice(0, 4)}11`;
    };
  }
  if (typeof fault === "string") return undefined;
  if ("driftField" in fault) {
    return (rows) => {
      for (const row of rows) {
        if (fault.to !== undefined) row[fault.to] = row[fault.driftField];
        delete row[fault.driftField];
      }
    };
  }
  return undefined;
}

const DATE = "FID_INPUT_DATE_1";

/** The request and the answer of the day before, made to look like those of the day asked for. */
export function relabelled(
  request: WireRequest,
  calendar: TradingCalendar,
  answer: (request: WireRequest) => WireResponse,
): WireResponse {
  const asked = expandDay(request.query.get(DATE) ?? "");
  if (asked === undefined) return answer(request);
  const before = compactDay(calendar.previousTradingDay(asked));
  const response = answer({ ...request, query: new Map(request.query).set(DATE, before) });
  if (typeof response.body !== "string") return response;
  const [from, to] = [`"stck_bsop_date":"${before}"`, `"stck_bsop_date":"${compactDay(asked)}"`];
  return { ...response, body: response.body.replaceAll(from, to) };
}
