import { addDays, compactDay, downloadMaster, krx, kstInstant } from "hantoo";
import { differs, judged, notSeen } from "../finding.js";
import { type RawKis, LIQUID, type Row, labelOf, numberIn, rowAt } from "./raw-kis.js";
import type { Probe } from "./probe.js";

const PRICES = ["stck_oprc", "stck_hgpr", "stck_lwpr"] as const;
/** Three names that are missing in an answer without rows. */
const LACKING = ["prdy_vrss_sign", "hts_kor_isnm", "stck_shrn_iscd"] as const;

/** Daily rows, what a split changes in them, quotes and flows. */
export const DAILY_PROBES: readonly Probe[] = [
  {
    id: "idle-day-row",
    behaviour:
      "A day without trades is a row of open, high and low 0, the close before, volume 0 and `mod_yn` Y.",
    async look(kis) {
      const found = await idleDay(kis);
      if (found === undefined) return notSeen("the least traded symbols traded each of their last days");
      const { symbol, row } = found;
      const [open, high, low] = PRICES.map((name) => numberIn(row, name));
      const saw = `${symbol} on ${row["stck_bsop_date"]}: open ${open}, high ${high}, low ${low}, close ${row["stck_clpr"]}`;
      return judged(open === 0 && high === 0 && low === 0, saw);
    },
  },
  {
    id: "window-without-rows",
    behaviour:
      "A window without rows, before a listing or after a delisting, has an `output1` of zeros that lacks three names.",
    async look(kis) {
      const { output1, output2 } = await kis.dailyRows(LIQUID, "1970-01-05", "1970-01-09");
      if (output2.length > 0) return differs(`${output2.length} rows of 1970`);
      const lacking = LACKING.filter((name) => output1[name] === undefined);
      const saw = `no rows; output1 lacks ${lacking.join(", ") || "none of the three"}`;
      return judged(lacking.length === LACKING.length && numberIn(output1, "stck_prpr") === 0, saw);
    },
  },
  {
    id: "morning-shell",
    behaviour:
      "From about 05:00 to the open J's daily row of the day is a shell: the close before four times, volume 0.",
    async look(kis) {
      const { phase, today, now } = kis;
      if (phase !== "before" || now < kstInstant(today, "05:30"))
        return notSeen("only in the hours before the open of a trading day");
      const row = (await kis.dailyRows(LIQUID, today, today)).output2[0];
      if (row === undefined) return differs("no row of today yet");
      const prices = new Set([...PRICES, "stck_clpr"].map((name) => row[name]));
      const saw = `prices ${[...prices].join("/")}, volume ${row["acml_vol"]}`;
      return judged(prices.size === 1 && row["acml_vol"] === "0", saw);
    },
  },
  {
    id: "quote-before-open",
    behaviour: "Before the open totals and open, high and low are 0.",
    async look(kis) {
      if (kis.phase !== "before") return notSeen("only before the open of a trading day");
      const quote = await quoteNow(kis);
      const names = [...PRICES, "acml_vol"];
      const saw = names.map((name) => `${name} ${quote?.[name]}`).join(", ");
      return judged(
        names.every((name) => numberIn(quote, name) === 0),
        saw,
      );
    },
  },
  {
    id: "quote-after-market",
    behaviour: "`acml_vol` takes in the after-market.",
    async look(kis) {
      const { session, today, phase } = kis;
      if (session === undefined || phase !== "after" || kis.client.environment === "paper")
        return notSeen("only after a session, on live");
      const rows = await kis.dayRows(today, "200000", { again: true });
      const close = numberIn(rowAt(rows, today, labelOf(session.close)), "acml_tr_pbmn");
      const last = numberIn(rows[0], "acml_tr_pbmn");
      if (!(last > close)) return notSeen("no trade after the close yet");
      const said = numberIn(await quoteNow(kis), "acml_tr_pbmn");
      return judged(said >= last, `${said} KRW; ${close} at the close, ${last} at the last minute`);
    },
  },
  {
    id: "flows-units",
    behaviour: "FHKST01010900 gives turnover in million won, and today's figures are blank until 15:40.",
    restsOn: "the turnover of investorFlows()",
    async look(kis) {
      const params = { FID_COND_MRKT_DIV_CODE: "J", FID_INPUT_ISCD: LIQUID };
      const { output } = await kis.ask("FHKST01010900", params);
      const row = output.find((each) => Math.abs(numberIn(each, "frgn_ntby_qty")) >= 1000);
      if (row === undefined) return notSeen("no row says enough");
      const won = (numberIn(row, "frgn_ntby_tr_pbmn") * 1e6) / numberIn(row, "frgn_ntby_qty");
      const close = numberIn(row, "stck_clpr");
      const isToday = output[0]?.["stck_bsop_date"] === compactDay(kis.today);
      const isEarly = isToday && kis.now < kstInstant(kis.today, "15:40");
      const isBlank = output[0]?.["frgn_ntby_qty"] === "";
      const saw = `${Math.round(won)} KRW a share beside a close of ${close}`;
      return judged(won > close / 2 && won < close * 2 && (!isEarly || isBlank), saw);
    },
  },
  {
    id: "adjusted-shares",
    behaviour: "Adjusted rows count today's shares.",
    restsOn: "the factors of volume that are measured",
    async look(kis) {
      const split = await lastSplit(kis);
      if (typeof split === "string") return notSeen(split);
      const { symbol, day, ratio, raw, adjusted } = split;
      const [traded, told] = [numberIn(raw, "acml_vol"), numberIn(adjusted, "acml_vol")];
      const saw = `${symbol} on ${day}, a split by ${ratio} ahead: ${traded} shares, adjusted ${told}`;
      return judged(isNear(told, traded * ratio), saw);
    },
  },
  {
    id: "rescaled-prices",
    behaviour: "Old minutes are rescaled by a corporate action, prices to whole won, on 0230 and 0200.",
    restsOn: "that stored minutes are never compared with re-read ones across an action",
    async look(kis) {
      const split = await lastSplit(kis);
      if (typeof split === "string") return notSeen(split);
      const { symbol, day, raw, adjusted, close } = split;
      const price = numberIn(close, "stck_prpr");
      const [before, after] = [numberIn(raw, "stck_clpr"), numberIn(adjusted, "stck_clpr")];
      const saw = `${symbol} closed at ${before} on ${day}, ${after} adjusted; the minute says ${price}`;
      return judged(isNear(price, after) && !isNear(price, before), saw);
    },
  },
  {
    id: "rescaled-volume",
    behaviour: "Volume and turnover of rescaled minutes stay.",
    async look(kis) {
      const split = await lastSplit(kis);
      if (typeof split === "string") return notSeen(split);
      const { symbol, day, ratio, raw, close, turnover } = split;
      // All trades of an auction have one price, so turnover over price is the shares.
      const traded = turnover / numberIn(raw, "stck_clpr");
      const told = numberIn(close, "cntg_vol");
      const saw = `${symbol} on ${day}, a split by ${ratio} ahead: ${Math.round(traded)} shares at the close, the minute says ${told}`;
      return judged(isNear(told, traded), saw);
    },
  },
];

/** Equal up to rounding to whole won and shares; another scale differs at least by a factor of two. */
const isNear = (a: number, b: number): boolean => Math.abs(a - b) <= Math.max(2, Math.abs(b) * 0.02);

async function quoteNow(kis: RawKis): Promise<Row | undefined> {
  const params = { FID_COND_MRKT_DIV_CODE: "J", FID_INPUT_ISCD: LIQUID };
  return (await kis.askAgain("FHKST01010100", params)).output[0];
}

/** A day without a trade of one of the three least traded shares of the KOSPI. */
async function idleDay(kis: RawKis): Promise<{ readonly symbol: string; readonly row: Row } | undefined> {
  const { clock, http, masterUrl: baseUrl } = kis;
  const master = await kis.once("kospi", () =>
    downloadMaster("kospi", { clock, fetch: http.fetch, signal: http.signal, baseUrl }),
  );
  const least = [...master.instruments.values()]
    .filter(({ securityGroup, isTradingHalted }) => securityGroup === "ST" && !isTradingHalted)
    .toSorted((a, b) => (a.previousVolume ?? 0) - (b.previousVolume ?? 0))
    .slice(0, 3);
  for (const { symbol } of least) {
    const { output2 } = await kis.dailyRows(symbol, addDays(kis.pastDay, -120), kis.pastDay);
    const row = output2.find((each) => numberIn(each, "acml_vol") === 0);
    if (row !== undefined) return { symbol, row };
  }
  return undefined;
}

interface LastSplit {
  readonly symbol: string;
  readonly day: string;
  readonly ratio: number;
  readonly raw: Row | undefined;
  readonly adjusted: Row | undefined;
  /** The closing auction's row, at one price. */
  readonly close: Row;
  /** KRW that changed hands in it. */
  readonly turnover: number;
}

/** The last traded day before the latest split, in daily rows and minutes; or why there is none. */
function lastSplit(kis: RawKis): Promise<LastSplit | string> {
  return kis.once("last split", async () => {
    if (kis.client.environment === "paper") return "paper has neither calendars of actions nor past minutes";
    const split = (await kis.splits()).at(-1);
    const { symbol = "", effectiveDate = "", ratio = 1 } = split ?? {};
    if (split === undefined) return "no split while KIS keeps minutes";
    // Trading is usually halted for some days before a split.
    const to = krx.previousTradingDay(effectiveDate);
    const { output2 } = await kis.dailyRows(symbol, addDays(to, -60), to);
    const raw = output2.find((row) => numberIn(row, "acml_vol") > 0 && numberIn(row, "stck_oprc") > 0);
    const date = raw?.["stck_bsop_date"] ?? "";
    const day = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6, 8)}`;
    if (raw === undefined) return `${symbol} has no day of trades before its split`;
    const adjusted = (await kis.dailyRows(symbol, day, day, { adjusted: true })).output2[0];
    const label = labelOf(krx.session(day)?.close ?? 0);
    const rows = await kis.dayRows(day, label, { symbol });
    const index = rows.findIndex((row) => row["stck_bsop_date"] === date && row["stck_cntg_hour"] === label);
    const [close, earlier] = [rows[index], rows[index + 1]];
    const turnover = numberIn(close, "acml_tr_pbmn") - numberIn(earlier, "acml_tr_pbmn");
    if (close === undefined || !(turnover > 0)) return `${symbol} has no closing auction on ${day}`;
    return { symbol, day, ratio, raw, adjusted, close, turnover };
  });
}
