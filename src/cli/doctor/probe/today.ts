import { MINUTE_MS, compactDay, krx } from "hantoo";
import { type Sight, judged, notSeen } from "../finding.js";
import { type RawKis, barOf, labelOf, numberIn, rowAt } from "./raw-kis.js";
import type { Probe } from "./probe.js";

const NO_DATA = "-9223372036854775808";
const ROWS = 30;
const NOT_OPEN = "only while the regular session is on";

/** FHKST03010200: today's minutes, in and outside a running session. */
export const TODAY_PROBES: readonly Probe[] = [
  {
    id: "auction-settles",
    behaviour: "The 15:30 row settles at 16:00.",
    restsOn: "when paper's closing print is taken",
    async look(kis) {
      const { session, phase, now } = kis;
      if (session === undefined || phase !== "after" || now < session.close + MINUTE_MS)
        return notSeen("only after the close of a trading day");
      const label = labelOf(session.close);
      const rows = await kis.todayRows(label);
      const volume = numberIn(rows[0], "cntg_vol");
      // 16:00 where the session closes at 15:30: half an hour behind the label.
      const isDue = now >= session.close + 30 * MINUTE_MS;
      const saw = `${volume} shares at ${label}, ${Math.floor((now - session.close) / MINUTE_MS)} minutes after it`;
      return Number.isNaN(volume) ? notSeen("no row of the close came") : judged(volume > 0 === isDue, saw);
    },
  },
  {
    id: "odd-seconds",
    behaviour: "Labels echo odd seconds.",
    async look(kis) {
      const { session, phase } = kis;
      if (session === undefined || phase === "before") return notSeen("only once a session has opened");
      const minute = Math.min(session.open + 15 * MINUTE_MS, kis.now);
      const label = `${labelOf(minute).slice(0, 4)}17`;
      const first = (await kis.todayRows(label))[0]?.["stck_cntg_hour"];
      return judged(first === label, `asked for ${label}, the first row says ${first ?? "nothing"}`);
    },
  },
  {
    id: "void-rows",
    behaviour:
      "At UN a label at or before the first minute gives 30 rows of INT64_MIN with open, high and low 0.",
    async look(kis) {
      const { phase, today, now } = kis;
      const opened = krx.session(today, { venue: "UN", hours: "all" })?.open;
      if (phase === "closed" || opened === undefined || now < opened)
        return notSeen("only once Nextrade has opened");
      const rows = await kis.todayRows(labelOf(opened), { venue: "UN" });
      const empty = rows.filter((row) => row["cntg_vol"] === NO_DATA).length;
      if (rows.length === 0) return judged(false, "no rows at all");
      return judged(empty === rows.length, `${empty} of ${rows.length} rows without data`);
    },
  },
  {
    id: "runs-past-open",
    behaviour: "A page that passes the open runs on into the rows of the day before.",
    async look(kis) {
      const { session, now } = kis;
      const asked = (session?.open ?? 0) + 5 * MINUTE_MS;
      if (session === undefined || now < asked + 5 * MINUTE_MS)
        return notSeen("only ten minutes into a session");
      const rows = await kis.todayRows(labelOf(asked));
      const before = rows.filter((row) => (row["stck_cntg_hour"] ?? "") > labelOf(asked));
      const dates = [...new Set(before.map((row) => row["stck_bsop_date"]))].join(", ");
      const saw =
        before.length === 0
          ? `${rows.length} rows, none of the day before`
          : `${before.length} of ${rows.length} rows are of the day before, dated ${dates}`;
      return judged(rows.length === ROWS && dates === compactDay(kis.today), saw);
    },
  },
  {
    id: "closed-day-rows",
    behaviour: "On a closed day come the last session's rows under their own date.",
    async look(kis) {
      if (kis.phase !== "closed") return notSeen("only on a closed day");
      return ofOneDate(await kis.todayRows("120000"), compactDay(kis.pastDay));
    },
  },
  {
    id: "rows-before-open",
    behaviour: "Before the open come the rows of the day before under today's date.",
    async look(kis) {
      if (kis.phase !== "before") return notSeen("only before the open of a trading day");
      return ofOneDate(await kis.todayRows("120000"), compactDay(kis.today));
    },
  },
  {
    id: "after-market-echo",
    behaviour: "In the after-market only labels of this minute and later echo the forming bar.",
    async look(kis) {
      if (!kis.isAfterMarket) return notSeen("only in the after-market");
      return sameAsRecord(kis, labelOf((kis.session?.close ?? 0) - 30 * MINUTE_MS), true);
    },
  },
  {
    id: "echo-first-row",
    behaviour: "In session the first row is the forming bar under the label asked for.",
    async look(kis) {
      if (kis.phase !== "open") return notSeen(NOT_OPEN);
      const label = labelOf(kis.now + MINUTE_MS);
      const rows = await kis.todayRows(label, { again: true });
      const [first, second] = [rows[0]?.["stck_cntg_hour"], rows[1]?.["stck_cntg_hour"]];
      return judged(first === label, `asked for ${label}: ${first ?? "no row"}, then ${second ?? "none"}`);
    },
  },
  {
    id: "echo-further-back",
    behaviour: "The first row is the forming bar for labels further back, too.",
    async look(kis) {
      const { phase, session, now } = kis;
      if (phase !== "open" || now < (session?.open ?? 0) + 10 * MINUTE_MS) return notSeen(NOT_OPEN);
      if (kis.client.environment === "paper") return notSeen("paper has no second record to compare with");
      return sameAsRecord(kis, labelOf(now - 5 * MINUTE_MS), false);
    },
  },
  {
    id: "rows-ahead",
    behaviour: "From this minute to the label asked for stand rows of volume 0 at the current price.",
    async look(kis) {
      if (kis.phase !== "open") return notSeen(NOT_OPEN);
      const { ahead } = await rowsAhead(kis);
      if (ahead.length === 0) return judged(false, "no rows ahead of this minute");
      const empty = ahead.filter((row) => numberIn(row, "cntg_vol") === 0).length;
      return judged(empty === ahead.length, `${empty} of ${ahead.length} rows ahead have volume 0`);
    },
  },
  {
    id: "rows-ahead-turnover",
    behaviour: "The `acml_tr_pbmn` of these rows is the current total.",
    async look(kis) {
      if (kis.phase !== "open") return notSeen(NOT_OPEN);
      const { first, ahead } = await rowsAhead(kis);
      if (first === undefined || ahead.length === 0) return notSeen("no rows ahead of this minute");
      const [total, said] = [first["acml_tr_pbmn"], ahead[0]?.["acml_tr_pbmn"]];
      return judged(total === said, `${said} beside ${total} of the forming bar`);
    },
  },
];

function ofOneDate(rows: readonly Readonly<Record<string, string>>[], date: string): Sight {
  const dates = [...new Set(rows.map((row) => row["stck_bsop_date"]))];
  if (dates.length === 0) return judged(false, "no rows");
  return judged(dates.length === 1 && dates[0] === date, `${rows.length} rows dated ${dates.join(", ")}`);
}

/** Whether 0200's first row at a label further back is the bar that 0230 has there. */
async function sameAsRecord(kis: RawKis, label: string, expected: boolean): Promise<Sight> {
  const first = (await kis.todayRows(label, { again: true }))[0];
  // Asked from later on, so that the row is not the first, which may be another bar (see day-echo).
  const now = labelOf(kis.now);
  const record = rowAt(await kis.dayRows(kis.today, now, { again: true }), kis.today, label);
  if (first === undefined || record === undefined) return notSeen(`no row at ${label} to compare`);
  const isSame = barOf(first) === barOf(record);
  const saw = isSame ? `${label} has its own bar` : `${label} is worn by another bar than its own`;
  return judged(isSame === expected, saw);
}

/** Rows from this minute to the label asked for, behind the first. */
function rowsAhead(kis: RawKis): Promise<{
  readonly first: Readonly<Record<string, string>> | undefined;
  readonly ahead: readonly Readonly<Record<string, string>>[];
}> {
  return kis.once("rows ahead", async () => {
    const { now } = kis;
    const rows = await kis.todayRows(labelOf(now + 5 * MINUTE_MS), { again: true });
    // Only rows after the next minute: that one may begin while the request is under way.
    const ahead = rows.slice(1).filter((row) => (row["stck_cntg_hour"] ?? "") > labelOf(now + MINUTE_MS));
    return { first: rows[0], ahead };
  });
}
