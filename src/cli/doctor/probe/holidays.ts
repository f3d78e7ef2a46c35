import { addDays, compactDay } from "hantoo";
import { type Sight, asAssumed, differs, judged, notSeen } from "../finding.js";
import type { RawKis, Row } from "./raw-kis.js";
import type { Probe } from "./probe.js";

const PAGE_ROWS = 24;
/** Five pages: KIS asks clients to call this seldom. */
const DAYS = 100;

const onLive =
  (look: (pages: HolidayPages, kis: RawKis) => Sight) =>
  async (kis: RawKis): Promise<Sight> =>
    kis.client.environment === "paper" ? notSeen("paper has no chk-holiday") : look(await read(kis), kis);

/** chk-holiday; its pages are read once for all probes. */
export const HOLIDAY_PROBES: readonly Probe[] = [
  {
    id: "holiday-page",
    behaviour:
      "A row for each calendar day, about 24 a page, keys padded to 20, KIOK0500 and `tr_cont` M or F while there is more.",
    look: onLive(({ pages }) =>
      judged(pages[0]?.length === PAGE_ROWS, `${pages[0]?.length ?? 0} rows a page`),
    ),
  },
  {
    id: "holiday-end",
    behaviour:
      "The list has no end: 12 pages of 24 rows to 2027-05-26 were read, and `tr_cont` was still M or F.",
    look: onLive(({ rows, hasEnded }) =>
      hasEnded ? differs(`it ended after ${rows.length} rows`) : asAssumed(`more behind ${rows.length} rows`),
    ),
  },
  {
    id: "holiday-settlement",
    behaviour: "A blank `sttl_day_yn` occurs.",
    look: onLive(({ rows }) => {
      const blank = rows.filter((row) => row["sttl_day_yn"]?.trim() === "").length;
      const saw = `${blank} of ${rows.length} blank`;
      return blank > 0 ? asAssumed(saw) : notSeen(saw);
    }),
  },
  {
    id: "holiday-tr-day",
    behaviour: "`tr_day_yn` is Y on closed days, too.",
    look: onLive(({ rows }) => {
      const closed = rows.filter((row) => row["opnd_yn"] === "N");
      const yes = closed.filter((row) => row["tr_day_yn"] === "Y").length;
      if (closed.length === 0) return notSeen("no closed day in the list");
      return judged(yes > 0, `Y on ${yes} of ${closed.length} closed days`);
    }),
  },
  {
    id: "holiday-once",
    behaviour: "Days may be listed twice.",
    look: onLive(({ rows }) => {
      const days = rows.map((row) => row["bass_dt"] ?? "");
      const twice = [...new Set(days.filter((day, at) => days.indexOf(day) !== at))];
      return twice.length === 0
        ? asAssumed(`each of ${days.length} days came once`)
        : differs(`twice: ${twice.join(", ")}`);
    }),
  },
];

interface HolidayPages {
  readonly pages: readonly (readonly Row[])[];
  readonly rows: readonly Row[];
  readonly hasEnded: boolean;
}

function read(kis: RawKis): Promise<HolidayPages> {
  return kis.once("holidays", async () => {
    const pages: (readonly Row[])[] = [];
    const last = compactDay(addDays(kis.today, DAYS));
    let hasEnded = true;
    const asked = kis.client.pages({
      path: "/uapi/domestic-stock/v1/quotations/chk-holiday",
      trId: "CTCA0903R",
      params: { BASS_DT: compactDay(kis.today), CTX_AREA_NK: "", CTX_AREA_FK: "" },
      signal: kis.http.signal,
    });
    for await (const body of asked) {
      const { output } = body as { readonly output?: readonly Row[] };
      pages.push(output ?? []);
      if ((output?.at(-1)?.["bass_dt"] ?? last) < last) continue;
      hasEnded = false;
      break;
    }
    return { pages, rows: pages.flat(), hasEnded };
  });
}
