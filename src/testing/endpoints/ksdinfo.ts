import { type TradingDay, addDays, compactDay, expandDay } from "../../core/index.js";
import type { CorporateAction, CorporateActionKind } from "../market/index.js";
import { success } from "../wire/index.js";
import { type Endpoint, type EndpointContext, invalidField, queryOf } from "./endpoint.js";

/** One calendar of the securities depository: which actions it lists, and how it writes one. */
interface KsdCalendar {
  readonly name: string;
  readonly trId: string;
  readonly kinds: readonly CorporateActionKind[];
  /** Query keys beside the common ones. */
  readonly keys?: readonly string[];
  row(action: CorporateAction, context: EndpointContext): object;
}

const COMMON = ["CTS", "F_DT", "T_DT", "SHT_CD"];

/** The dates are written both ways, `YYYYMMDD` and `YYYY/MM/DD`, and a halt as a span with its end or without. */
const slashed = (day: TradingDay): string => day.replaceAll("-", "/");
const halt = ({ haltedFrom, effectiveDay }: CorporateAction): string =>
  haltedFrom === undefined ? "" : `${slashed(haltedFrom)} ~ ${slashed(addDays(effectiveDay, -1))}`;
const recordDay = ({ effectiveDay }: CorporateAction): string => compactDay(addDays(effectiveDay, -7));
/** With a leading blank and two decimals, so that a small ratio is 0.00. */
const twoDecimals = (number: number): string => ` ${number.toFixed(2)}`;

const CALENDARS: readonly KsdCalendar[] = [
  {
    name: "rev-split",
    trId: "HHKDB669105C0",
    kinds: ["split", "reverse-split"],
    keys: ["MARKET_GB"],
    row: (action, { market }) => ({
      inter_bf_face_amt: String(market.parValue(action.symbol, addDays(action.effectiveDay, -1))),
      inter_af_face_amt: String(market.parValue(action.symbol, action.effectiveDay)),
      td_stop_dt: halt(action),
      list_dt: slashed(action.effectiveDay),
    }),
  },
  {
    name: "cap-dcrs",
    trId: "HHKDB669106C0",
    kinds: ["reduction"],
    row: (action) => ({
      stk_kind: "보통",
      reduce_cap_type: "주식병합",
      // KIS states the ratio in two ways: the part that remains, or how many shares become one. The symbol decides here.
      reduce_cap_rate: twoDecimals(isDivided(action) ? 1 / action.shares : action.shares),
      comp_way: isDivided(action) ? "나누기" : "곱하기",
      td_stop_dt: halt(action),
      list_dt: slashed(action.effectiveDay),
    }),
  },
  {
    name: "bonus-issue",
    trId: "HHKDB669101C0",
    kinds: ["bonus"],
    row: (action, context) => ({
      fix_rate: twoDecimals(100 * (action.shares - 1)),
      odd_rec_price: "",
      right_dt: compactDay(action.effectiveDay),
      odd_pay_dt: "",
      list_date: slashed(addDays(action.effectiveDay, 21)),
      ...issued(action, context),
      stk_kind: "보통",
    }),
  },
  {
    name: "paidin-capin",
    trId: "HHKDB669100C0",
    kinds: ["rights"],
    keys: ["GB1"],
    row: (action, context) => ({
      ...issued(action, context),
      fix_rate: twoDecimals(100 * (action.shares - 1)),
      disc_rate: twoDecimals(100 * (1 - (action.issuePart ?? 0.8))),
      fix_price: String(
        Math.round(
          (action.issuePart ?? 0.8) * context.market.close(action.symbol, addDays(action.effectiveDay, -1)),
        ),
      ),
      right_dt: compactDay(action.effectiveDay),
      sub_term_ft: `${slashed(addDays(action.effectiveDay, 30))} ~`,
      sub_term: "",
      list_date: slashed(addDays(action.effectiveDay, 50)),
      stk_kind: "보통",
    }),
  },
  { name: "merger-split", trId: "HHKDB669104C0", kinds: [], row: () => ({}) },
  { name: "dividend", trId: "HHKDB669102C0", kinds: [], keys: ["GB1", "HIGH_GB"], row: () => ({}) },
  { name: "list-info", trId: "HHKDB669107C0", kinds: [], row: () => ({}) },
];

/** HHKDB669…C0: the depository's calendars, live only; a blank symbol is the whole market. */
export const KSD_ENDPOINTS: readonly Endpoint[] = CALENDARS.map((calendar) => ({
  path: `/uapi/domestic-stock/v1/ksdinfo/${calendar.name}`,
  trId: calendar.trId,
  liveOnly: true,
  keys: [...COMMON, ...(calendar.keys ?? [])],
  answer(context, request) {
    const from = expandDay(queryOf(request, "F_DT"));
    const to = expandDay(queryOf(request, "T_DT"));
    if (from === undefined) return invalidField("F_DT");
    if (to === undefined) return invalidField("T_DT");
    const symbol = queryOf(request, "SHT_CD").trim();
    const actions = context.market
      .actions(symbol === "" || context.market.instrument(symbol) === undefined ? undefined : symbol)
      .filter((action) => symbol === "" || action.symbol === symbol)
      .filter(({ kind }) => calendar.kinds.includes(kind))
      .filter(({ effectiveDay }) => effectiveDay >= from && effectiveDay <= to);
    return success({ output1: actions.flatMap((action) => rowsOf(calendar, action, context)) });
  },
}));

/** The event; before it, once more as it was first announced, a month early. */
function rowsOf(calendar: KsdCalendar, action: CorporateAction, context: EndpointContext): object[] {
  const { symbol } = action;
  const row = {
    record_date: recordDay(action),
    sht_cd: symbol,
    isin_name: context.market.instrument(symbol)?.name ?? "",
    ...calendar.row(action, context),
  };
  return isRepeated(action)
    ? [{ ...row, record_date: compactDay(addDays(action.effectiveDay, -37)) }, row]
    : [row];
}

function issued({ symbol, effectiveDay }: CorporateAction, { market }: EndpointContext): object {
  const before = market.listedShares(symbol, addDays(effectiveDay, -1));
  const after = market.listedShares(symbol, effectiveDay);
  return { tot_issue_stk_qty: String(before), issue_stk_qty: String(after - before) };
}

function isDivided({ symbol }: CorporateAction): boolean {
  return symbol.charCodeAt(2) % 2 === 1;
}

function isRepeated({ symbol }: CorporateAction): boolean {
  return symbol.charCodeAt(3) % 2 === 0;
}
