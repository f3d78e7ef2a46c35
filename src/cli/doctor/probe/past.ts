import { MINUTE_MS, compactDay, krx, kstInstant, kstTime } from "hantoo";
import { type Sight, asAssumed, differs, judged, notSeen } from "../finding.js";
import { type RawKis, FUND, LIQUID, type Row, barOf, labelOf, numberIn, rowAt } from "./raw-kis.js";
import type { Probe } from "./probe.js";

/** First day of KRX's after-market. */
const AFTER_MARKET_FROM = "2026-09-14";
const KEPT_DAYS = 250;
/** Not before the last minute of any session. */
const DAY_END = "200000";
const PAGE_ROWS = 120;
const ON_PAPER = "paper has no minutes of past days";
const NO_EXTENDED = "the record has no rows of the after-market";

const onLive =
  (look: (kis: RawKis) => Promise<Sight>) =>
  async (kis: RawKis): Promise<Sight> =>
    kis.client.environment === "paper" ? notSeen(ON_PAPER) : look(kis);

/** FHKST03010230: minutes of past days. */
export const PAST_PROBES: readonly Probe[] = [
  {
    id: "kept-days",
    behaviour: "It reaches back 250 trading days; older days are empty without an error.",
    restsOn: "how far back a backfill plans",
    look: onLive(async (kis) => {
      const served = krx.isTradingDay(kis.today) ? kis.today : kis.pastDay;
      const floor = krx.addTradingDays(served, -KEPT_DAYS);
      const before = krx.previousTradingDay(floor);
      const atFloor = ofDay(await kis.dayRows(floor, DAY_END), floor).length;
      const below = (await kis.dayRows(before, DAY_END)).length;
      return judged(atFloor > 0 && below === 0, `${atFloor} rows of ${floor}, ${below} of ${before}`);
    }),
  },
  {
    id: "after-market-rows",
    behaviour: "Since 2026-09-14 J has rows of the after-market.",
    restsOn: 'minute bars of `hours: "all"`',
    look: onLive(async (kis) => {
      if (kis.pastDay < AFTER_MARKET_FROM) return notSeen("the after-market is younger than the last day");
      const label = (await evening(kis)).at(0)?.["stck_cntg_hour"];
      return judged((label ?? "") > closeOf(kis), `${kis.pastDay} ends with ${label ?? "no row"}`);
    }),
  },
  {
    id: "after-market-close",
    behaviour:
      "The after-market of J ends with a bar labelled 200000, its close print, that no list of trades has; Nextrade's ends at 19:59.",
    look: onLive(async (kis) => {
      const label = (await evening(kis)).at(0)?.["stck_cntg_hour"] ?? "";
      if (label <= closeOf(kis)) return notSeen(NO_EXTENDED);
      const rows = ofDay(await kis.dayRows(kis.pastDay, DAY_END, { venue: "NXT" }), kis.pastDay);
      const nextrade = rows[0]?.["stck_cntg_hour"] ?? "no row";
      return judged(label === DAY_END && nextrade <= "195900", `J ends with ${label}, NX with ${nextrade}`);
    }),
  },
  {
    id: "nextrade-only-rows",
    behaviour:
      "A symbol that Nextrade does not trade has no rows at NX, and may have none at UN, without an error.",
    look: onLive(async (kis) => {
      const { signal } = kis.http;
      const { isNextradeTradable } = await kis.client.instrument(FUND, { signal });
      if (isNextradeTradable) return notSeen(`Nextrade trades ${FUND}`);
      const [own, nx, un] = [
        ofDay(await kis.dayRows(kis.pastDay, DAY_END, { symbol: FUND }), kis.pastDay).length,
        (await kis.dayRows(kis.pastDay, DAY_END, { symbol: FUND, venue: "NXT" })).length,
        (await kis.dayRows(kis.pastDay, DAY_END, { symbol: FUND, venue: "UN" })).length,
      ];
      if (own === 0) return notSeen(`${FUND} has no rows of ${kis.pastDay} at J either`);
      return judged(nx === 0 && un === 0, `${FUND} has ${own} rows at J, ${nx} at NX, ${un} at UN`);
    }),
  },
  {
    id: "unified-close",
    behaviour: "UN is both venues' trades in order of time; the 15:30 bar is the exchange's.",
    look: onLive(async (kis) => {
      const [day, close] = [kis.pastDay, closeOf(kis)];
      const own = rowAt(await kis.dayRows(day, close), day, close);
      const unified = rowAt(await kis.dayRows(day, close, { venue: "UN" }), day, close);
      if (own === undefined || unified === undefined) return notSeen(`no row of ${close} on ${day}`);
      // Nextrade's after-market may add shares to the same minute, after the auction's trade.
      const isFirst = own["stck_oprc"] === unified["stck_oprc"];
      const isWhole = numberIn(unified, "cntg_vol") >= numberIn(own, "cntg_vol");
      return judged(isFirst && isWhole, `J ${barOf(own)}, UN ${barOf(unified)}`);
    }),
  },
  {
    id: "off-session-shares",
    behaviour: "The sum of `cntg_vol` is a little below `acml_vol`: off-session trades before 09:00.",
    look: onLive(async (kis) => {
      const { hasEvening, shares, daily } = await wholeDay(kis);
      if (!hasEvening) return notSeen(NO_EXTENDED);
      const total = numberIn(daily, "acml_vol");
      const saw = `${total - shares} of ${total} shares of ${kis.pastDay} are in no minute`;
      return Number.isNaN(total) ? notSeen("no daily row") : judged(total >= shares, saw);
    }),
  },
  {
    id: "off-session-turnover",
    behaviour: "These off-session shares are not in `acml_tr_pbmn`.",
    look: onLive(async (kis) => {
      const { hasEvening, turnover, daily } = await wholeDay(kis);
      if (!hasEvening) return notSeen(NO_EXTENDED);
      const total = numberIn(daily, "acml_tr_pbmn");
      if (Number.isNaN(total)) return notSeen("no daily row");
      return judged(total === turnover, `${total} KRW in the daily row, ${turnover} at the last minute`);
    }),
  },
  {
    id: "after-market-in-day",
    behaviour: "Volume and turnover keep the after-market for good.",
    restsOn: "that a day's shares are compared with all of its minutes",
    look: onLive(async (kis) => {
      const { hasEvening, shares, regularShares, daily } = await wholeDay(kis);
      if (!hasEvening) return notSeen(NO_EXTENDED);
      const total = numberIn(daily, "acml_vol");
      if (Number.isNaN(total)) return notSeen("no daily row");
      const saw = `${total} shares in the daily row; the minutes have ${shares}, ${regularShares} of them to the close`;
      return judged(total >= shares, saw);
    }),
  },
  {
    id: "daily-all-hours",
    behaviour: "Daily rows of NX and UN are of all hours.",
    look: onLive(async (kis) => {
      const day = kis.pastDay;
      const { output2 } = await kis.dailyRows(LIQUID, day, day, { venue: "UN" });
      const last = ofDay(await kis.dayRows(day, DAY_END, { venue: "UN" }), day)[0];
      if ((last?.["stck_cntg_hour"] ?? "") <= closeOf(kis)) return notSeen(NO_EXTENDED);
      const [daily, minutes] = [numberIn(output2[0], "acml_tr_pbmn"), numberIn(last, "acml_tr_pbmn")];
      if (Number.isNaN(daily + minutes)) return notSeen(`no rows of ${day} at UN`);
      return judged(daily === minutes, `${daily} KRW in UN's daily row, ${minutes} at its last minute`);
    }),
  },
  {
    id: "before-open-day",
    behaviour: "Asked before 09:00 it answers the session before under its own date.",
    look: onLive(async (kis) => {
      if (kis.phase !== "before") return notSeen("only before the open of a trading day");
      const rows = await kis.dayRows(kis.today, DAY_END, { again: true });
      const dates = [...new Set(rows.map((row) => row["stck_bsop_date"] ?? ""))];
      return judged(dates[0] === compactDay(kis.pastDay), `rows dated ${dates.join(", ") || "not at all"}`);
    }),
  },
  {
    id: "day-forming-row",
    behaviour: "Today's newest row is the forming minute; there are no rows of the future.",
    look: onLive(async (kis) => {
      if (kis.phase !== "open") return notSeen("only while the regular session is on");
      const { label, asked, now } = await formingRow(kis);
      if (label === asked) return notSeen("the first row wears the label asked for (see day-echo)");
      return judged(label <= labelOf(now), `newest row ${label || "none"}, asked at ${labelOf(now)}`);
    }),
  },
  {
    id: "day-echo",
    behaviour: "It may give the forming bar under the label asked for, as 0200 does.",
    look: onLive(async (kis) => {
      if (kis.phase !== "open") return notSeen("only while the regular session is on");
      const { label, asked } = await formingRow(kis);
      return judged(label !== asked, `asked for ${asked}, the first row says ${label || "nothing"}`);
    }),
  },
  {
    id: "booked-late",
    behaviour: "A trade may be booked up to 6 s after its minute.",
    restsOn: "when a minute is final (settleMs)",
    look: onLive(async (kis) => {
      const changes = await watchMinutes(kis);
      if (changes === undefined) return notSeen("only while the regular session is on");
      return changes.young.length === 0
        ? asAssumed("minutes read 7 s after their end were the same 20 s later")
        : differs(`changed later than that: ${changes.young.join(", ")}`);
    }),
  },
  {
    id: "final-stays",
    behaviour: "A minute may be corrected long after it was final.",
    restsOn: "that a stored minute stays as it is",
    look: onLive(async (kis) => {
      const changes = await watchMinutes(kis);
      if (changes === undefined) return notSeen("only while the regular session is on");
      return changes.old.length === 0
        ? notSeen(`none of ${changes.watched} minutes changed within 20 s, which proves little`)
        : differs(`corrected: ${changes.old.join(", ")}`);
    }),
  },
];

const ofDay = (rows: readonly Row[], day: string): readonly Row[] =>
  rows.filter((row) => row["stck_bsop_date"] === compactDay(day));

/** The label of the last day's closing auction: 15:30, or later after a late open. */
const closeOf = ({ pastDay }: RawKis): string => labelOf(krx.session(pastDay)?.close ?? 0);

/** The last day's rows from its end. */
const evening = async (kis: RawKis): Promise<readonly Row[]> =>
  ofDay(await kis.dayRows(kis.pastDay, DAY_END), kis.pastDay);

/** All minutes of the last day at J summed up, and its daily row. */
function wholeDay(kis: RawKis): Promise<{
  readonly hasEvening: boolean;
  readonly shares: number;
  readonly regularShares: number;
  readonly turnover: number;
  readonly daily: Row | undefined;
}> {
  return kis.once("whole day", async () => {
    const [day, close] = [kis.pastDay, closeOf(kis)];
    const rows: Row[] = [];
    for (let label: string | undefined = DAY_END; label !== undefined;) {
      const page = ofDay(await kis.dayRows(day, label), day);
      rows.push(...page);
      const oldest = page.length < PAGE_ROWS ? undefined : page.at(-1)?.["stck_cntg_hour"];
      // A page ends at its label, which may be any second: go on one second before the oldest row.
      label = oldest === undefined ? undefined : kstTime(kstInstant(day, oldest) - 1000);
    }
    const sum = (from: readonly Row[]): number =>
      from.reduce((shares, row) => shares + numberIn(row, "cntg_vol"), 0);
    const { output2 } = await kis.dailyRows(LIQUID, day, day);
    return {
      hasEvening: (rows[0]?.["stck_cntg_hour"] ?? "") > close,
      shares: sum(rows),
      regularShares: sum(rows.filter((row) => (row["stck_cntg_hour"] ?? "") <= close)),
      turnover: numberIn(rows[0], "acml_tr_pbmn"),
      daily: output2[0],
    };
  });
}

/** Today's first row where a label five minutes ahead is asked for. */
function formingRow(
  kis: RawKis,
): Promise<{ readonly label: string; readonly asked: string; readonly now: number }> {
  return kis.once("forming row", async () => {
    const asked = labelOf(kis.now + 5 * MINUTE_MS);
    const rows = ofDay(await kis.dayRows(kis.today, asked, { again: true }), kis.today);
    return { label: rows[0]?.["stck_cntg_hour"] ?? "", asked, now: kis.now };
  });
}

interface Changes {
  readonly watched: number;
  /** The minute that had ended 7 s before. */
  readonly young: readonly string[];
  /** Minutes that had ended a minute before, or earlier. */
  readonly old: readonly string[];
}

/** Few minutes have a trade that is booked late, so several symbols are watched. */
const WATCHED = [LIQUID, "000660", "035720"] as const;

/** Reads today's minutes 7 s after one has ended, and again 20 s later; takes a minute and a half at the most. */
function watchMinutes(kis: RawKis): Promise<Changes | undefined> {
  return kis.once("watched minutes", async () => {
    const { session } = kis;
    if (session === undefined || kis.phase !== "open") return undefined;
    const { clock, http } = kis;
    const since = kis.now % MINUTE_MS;
    await clock.sleep((since <= 7000 ? 7000 : MINUTE_MS + 7000) - since, http.signal);
    const ended = labelOf(kis.now - MINUTE_MS);
    if (kis.phase !== "open" || kis.now < session.open + 3 * MINUTE_MS) return undefined;
    const read = async (): Promise<Map<string, string>> => {
      const bars = new Map<string, string>();
      for (const symbol of WATCHED) {
        // Asked from the running minute on: the first row may be another bar under the label asked for (see day-echo).
        const rows = await kis.dayRows(kis.today, labelOf(kis.now), { again: true, symbol });
        for (const row of ofDay(rows, kis.today)) {
          const label = row["stck_cntg_hour"] ?? "";
          if (label <= ended) bars.set(`${label} ${symbol}`, barOf(row));
        }
      }
      return bars;
    };
    const before = await read();
    await clock.sleep(20_000, http.signal);
    const after = await read();
    // The page moves on with time: a minute that fell off its end has not changed.
    const changed = [...before.keys()].filter(
      (minute) => after.has(minute) && after.get(minute) !== before.get(minute),
    );
    return {
      watched: before.size,
      young: changed.filter((minute) => minute.startsWith(ended)),
      old: changed.filter((minute) => !minute.startsWith(ended)),
    };
  });
}
