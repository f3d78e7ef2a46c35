import { compactDay, expandDay } from "../../core/index.js";
import type { TradingCalendar } from "../../calendar/index.js";
import type { FaultAction } from "./fault.js";
import type { Struck } from "./fault-injector.js";
import type { RowStrike } from "./row-fault.js";
import { INT64_MIN, type WireRequest, type WireResponse } from "../wire/index.js";

type Row = Record<string, unknown>;

/** @returns the answer with those faults that change what it says; the same object where none does. */
export function spoilResponse(response: WireResponse, { actions, rows: strikes }: Struck): WireResponse {
  const spoils = actions.includes("no-container");
  const spoilers = [
    ...actions.map(spoilerOf).filter((spoil) => spoil !== undefined),
    ...strikes.map((strike) => (rows: Row[]) => spoilRows(rows, strike)),
  ];
  if ((spoilers.length === 0 && !spoils) || typeof response.body !== "string" || response.status !== 200)
    return response;
  const body = JSON.parse(response.body) as Record<string, unknown>;
  if (spoils) {
    for (const name of ["output", "output1", "output2"]) delete body[name];
    return { ...response, body: JSON.stringify(body) };
  }
  const rows = [body["output2"], body["output"]].find((found) => Array.isArray(found)) as Row[] | undefined;
  if (rows === undefined || rows.length === 0) return response;
  for (const spoil of spoilers) spoil(rows);
  return { ...response, body: JSON.stringify(body) };
}

const CLOSING = "153000";

/** Changes the rows of one answer as a fault of rows has it. */
function spoilRows(rows: Row[], { name, minutes, count, random }: RowStrike): void {
  const label = (row: Row): string => {
    const text = row["stck_cntg_hour"];
    return typeof text === "string" ? text : "";
  };
  const named = minutes?.map((minute) => `${minute.replace(":", "")}00`);
  const drop = (gone: (row: Row, index: number) => boolean): void => {
    rows.splice(0, rows.length, ...rows.filter((row, index) => !gone(row, index)));
  };
  if (name === "empty-day") return drop(() => true);
  if (name === "closing-missing") return drop((row) => label(row) === CLOSING);
  if (name === "cut-day") {
    const kept = Math.floor(random() * rows.length);
    return drop((_, index) => index >= kept);
  }
  const open = rows.filter((row) => named?.includes(label(row)) ?? true);
  for (let turn = named === undefined ? count : open.length; turn > 0 && open.length > 0; turn--) {
    const [row] = open.splice(Math.floor(random() * open.length), 1);
    if (row === undefined) return;
    if (name === "lost-row") drop((other) => other === row);
    if (name === "int64-min-row") row["cntg_vol"] = INT64_MIN;
    if (name === "odd-second-label" && label(row) !== "")
      row["stck_cntg_hour"] = `${label(row).slice(0, 4)}11`;
    if (name === "open-outside") row["stck_oprc"] = String(Math.round(Number(row["stck_hgpr"]) * 1.01) + 1);
  }
}

function spoilerOf(fault: FaultAction): ((rows: Row[]) => void) | undefined {
  if (fault === "filler-row") return (rows) => rows.push({});
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
