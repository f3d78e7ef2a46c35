import { type TradingDay, compactDay, kstInstant } from "../../core/index.js";
import { fractionOf, hashText, mixHash } from "../random.js";
import { success } from "../wire/index.js";
import { type Endpoint, type EndpointContext, askedFor, changeFields } from "./endpoint.js";
import { dailyFigures } from "./daily-figures.js";
import { servedDay } from "./quote.js";

const ROWS = 30;
/** The portal: today's figures come after the session's end. */
const TODAY_FROM = "15:40";
/** The groups of investors, and their parts of a day's volume. */
const GROUPS = [
  ["prsn", 0.6],
  ["frgn", 0.25],
  ["orgn", 0.15],
] as const;

/** FHKST01010900: what private persons, foreigners and institutions bought and sold, by day, newest first. */
export const inquireInvestor: Endpoint = {
  path: "/uapi/domestic-stock/v1/quotations/inquire-investor",
  trId: "FHKST01010900",
  keys: ["FID_COND_MRKT_DIV_CODE", "FID_INPUT_ISCD"],
  answer(context, request) {
    const asked = askedFor(request);
    if ("status" in asked) return asked;
    const { market } = context;
    const rows: object[] = [];
    const listedOn = market.instrument(asked.symbol)?.listedOn;
    if (listedOn === undefined) return success({ output: rows });
    for (let day = servedDay(context); day >= listedOn && rows.length < ROWS;) {
      const row = rowOf(context, asked.symbol, day);
      if (row !== undefined) rows.push(row);
      if (market.calendar.countTradingDays(market.calendar.first, day) < 2) break;
      day = market.calendar.previousTradingDay(day);
    }
    return success({ output: rows });
  },
};

function rowOf(context: EndpointContext, symbol: string, day: TradingDay): object | undefined {
  const figures = dailyFigures(context, symbol, "KRX", day);
  if (figures === undefined) return undefined;
  const { close, previousClose, volume, turnover } = figures;
  const { prdy_vrss, prdy_vrss_sign } = changeFields(close, previousClose, { lower: 0, upper: Infinity });
  const head = { stck_bsop_date: compactDay(day), stck_clpr: String(close), prdy_vrss, prdy_vrss_sign };
  const isOpen = context.now < kstInstant(day, TODAY_FROM);
  const flows = flowsOf(hashText(`${context.market.seed}/flows/${symbol}/${day}`), volume, turnover);
  return { ...head, ...(isOpen ? Object.fromEntries(Object.keys(flows).map((name) => [name, ""])) : flows) };
}

/** Every share bought is a share sold: the three net to nothing. Turnover in million KRW. */
function flowsOf(key: number, volume: number, turnover: number): Record<string, string> {
  const fields: Record<string, string> = {};
  const price = volume === 0 ? 0 : turnover / volume / 1e6;
  let [restBought, restSold] = [volume, volume];
  for (const [place, [name, part]] of GROUPS.entries()) {
    const isLast = place === GROUPS.length - 1;
    const draw = (side: number): number =>
      Math.floor(volume * part * (0.5 + fractionOf(mixHash(mixHash(key, place), side))));
    const bought = isLast ? restBought : Math.min(restBought, draw(1));
    const sold = isLast ? restSold : Math.min(restSold, draw(2));
    restBought -= bought;
    restSold -= sold;
    fields[`${name}_ntby_qty`] = String(bought - sold);
    fields[`${name}_ntby_tr_pbmn`] = String(Math.round((bought - sold) * price));
    fields[`${name}_shnu_vol`] = String(bought);
    fields[`${name}_shnu_tr_pbmn`] = String(Math.round(bought * price));
    fields[`${name}_seln_vol`] = String(sold);
    fields[`${name}_seln_tr_pbmn`] = String(Math.round(sold * price));
  }
  return fields;
}
