import { z } from "zod";
import { type TradingDay, compactDay, expandDay, isSymbol } from "../../core/index.js";
import { numberIn, readAnswer, rowsOf, text } from "./field.js";
import type { KisCall } from "./kis-call.js";

/** A kind of corporate action; the securities depository has a calendar for each. */
export type CorporateActionKind =
  | "split"
  | "reduction"
  | "bonus"
  | "rights"
  | "merger"
  | "dividend"
  | "listing";

/** One row of a calendar. KIS gives it "for information only": prices are never adjusted by it. */
export interface CorporateAction {
  /** What happened. */
  readonly kind: CorporateActionKind;
  /** Short code as KRX prints it. */
  readonly symbol: string;
  /** Shareholders of this KST day take part; absent where the row does not say. */
  readonly recordDate?: TradingDay;
  /** First KST day on the new scale: of the listing of new shares, or without the right. */
  readonly effectiveDate?: TradingDay;
  /** First day without trading, KST; absent where none is published. */
  readonly haltedFrom?: TradingDay;
  /** Last day without trading, KST; absent where none is published. */
  readonly haltedTo?: TradingDay;
  /**
   * As KIS states it: par before over par after of a split; shares that remain, or that become one, of a reduction
   * (see `raw.comp_way`); per cent of a bonus, rights issue or dividend. Two decimals: 0 occurs.
   */
  readonly ratio?: number;
  /** The row as it came. */
  readonly raw: Readonly<Record<string, string>>;
}

interface Calendar {
  readonly name: string;
  readonly trId: string;
  /** Fields beside the common ones. */
  readonly params?: Readonly<Record<string, string>>;
  /** Field of the day on which the action takes effect. */
  readonly effective: string;
  readonly ratio: (row: Readonly<Record<string, string>>) => number | undefined;
}

const numberOf =
  (field: string) =>
  (row: Readonly<Record<string, string>>): number | undefined =>
    numberIn(row[field]?.trim() ?? "");

/** @see KIS portal, ksdinfo (read 2026-11-28); facts on their dates and ratios: decisions/015-daily.md */
const CALENDARS: Readonly<Record<CorporateActionKind, Calendar>> = {
  split: {
    name: "rev-split",
    trId: "HHKDB669105C0",
    params: { MARKET_GB: "0" },
    effective: "list_dt",
    ratio: (row) => {
      const [before, after] = [numberOf("inter_bf_face_amt")(row), numberOf("inter_af_face_amt")(row)];
      return before === undefined || after === undefined || after === 0 ? undefined : before / after;
    },
  },
  reduction: {
    name: "cap-dcrs",
    trId: "HHKDB669106C0",
    effective: "list_dt",
    ratio: numberOf("reduce_cap_rate"),
  },
  bonus: { name: "bonus-issue", trId: "HHKDB669101C0", effective: "right_dt", ratio: numberOf("fix_rate") },
  rights: {
    name: "paidin-capin",
    trId: "HHKDB669100C0",
    params: { GB1: "1" }, // by the day of subscription
    effective: "right_dt",
    ratio: numberOf("fix_rate"),
  },
  merger: {
    name: "merger-split",
    trId: "HHKDB669104C0",
    effective: "list_dt",
    ratio: numberOf("merge_rate"),
  },
  dividend: {
    name: "dividend",
    trId: "HHKDB669102C0",
    params: { GB1: "0", HIGH_GB: "" },
    effective: "record_date",
    ratio: numberOf("divi_rate"),
  },
  listing: { name: "list-info", trId: "HHKDB669107C0", effective: "list_dt", ratio: () => undefined },
};

/** The kinds there are. */
export const ACTION_KINDS: readonly string[] = Object.keys(CALENDARS);

const answer = z.object({ output1: rowsOf({}) });
const row = z.record(z.string(), text);

/**
 * 예탁원정보: one calendar of the depository between two days; live only.
 *
 * @param symbol - one symbol's rows; blank for the whole market.
 * @see KIS portal ksdinfo, HHKDB669100C0 to HHKDB669107C0 (read 2026-11-28)
 */
export function corporateActions(
  kind: CorporateActionKind,
  span: { readonly from: TradingDay; readonly to: TradingDay },
  symbol: string,
): KisCall<readonly CorporateAction[]> {
  const { name, trId, params = {}, effective, ratio } = CALENDARS[kind];
  return {
    method: "GET",
    path: `/uapi/domestic-stock/v1/ksdinfo/${name}`,
    trId,
    params: {
      CTS: "",
      F_DT: compactDay(span.from),
      T_DT: compactDay(span.to),
      SHT_CD: symbol,
      ...params,
    },
    read(body) {
      readAnswer(answer, body);
      const { output1 } = body as { readonly output1?: unknown };
      const rows = Array.isArray(output1)
        ? output1
        : output1 === undefined || output1 === null
          ? []
          : [output1];
      return rows.flatMap((value): CorporateAction[] => {
        const raw = readAnswer(row, value);
        const code = raw["sht_cd"] ?? "";
        if (!isSymbol(code)) return []; // a company that is not listed
        const [haltedFrom, haltedTo] = (raw["td_stop_dt"] ?? "").split("~").map(dayIn);
        const [recordDate, effectiveDate] = [dayIn(raw["record_date"] ?? ""), dayIn(raw[effective] ?? "")];
        const stated = ratio(raw);
        return [
          {
            kind,
            symbol: code,
            ...(recordDate && { recordDate }),
            ...(effectiveDate && { effectiveDate }),
            ...(haltedFrom && { haltedFrom }),
            ...(haltedTo && { haltedTo }),
            ...(stated !== undefined && { ratio: stated }),
            raw,
          },
        ];
      });
    },
  };
}

/** A day as `YYYYMMDD` or `YYYY/MM/DD`; both occur in one row. */
function dayIn(field: string): TradingDay | undefined {
  return expandDay(field.trim().replaceAll("/", ""));
}
