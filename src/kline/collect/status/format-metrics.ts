import { ConfigError, VERSION, checkOptions } from "../../../core/index.js";
import type { LoggerStatus, StatusProblem } from "./logger-status.js";

/** A value and the labels it has besides those of every line. */
interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  /** `null` leaves the line out: absent is not zero. */
  readonly value: number | null;
}

const GIVEN = "what `logger.status()` gives";

/** One metric: its name without `hantoo_`, what it is, and where it stands. */
type Metric = readonly [
  name: string,
  type: "gauge" | "counter",
  help: string,
  ...samples: (number | null | Sample)[],
];

const PROBLEMS: readonly StatusProblem["kind"][] = ["late", "store", "failed", "calendar", "lost"];

/**
 * A status as Prometheus reads it (text exposition format 0.0.4). Times are seconds of the epoch, durations seconds,
 * shares 0 to 1; what is not known has no line.
 *
 * @example
 * ```ts
 * response.end(formatMetrics(logger.status()));
 * ```
 * @throws {@link ConfigError} if `status` is none.
 */
export function formatMetrics(status: LoggerStatus): string {
  if (!Array.isArray(checkOptions(status, GIVEN, "status").problems))
    throw new ConfigError("status", GIVEN, "something else");
  const common = { venue: status.venue };
  return metricsOf(status)
    .map((metric) => format(metric, common))
    .join("");
}

function metricsOf(status: LoggerStatus): Metric[] {
  const { lag, pace, since, lastPass, tokens, nextSession } = status;
  const kinds = new Set(status.problems.map(({ kind }) => kind));
  return [
    [
      "info",
      "gauge",
      "Version and day, always 1.",
      { labels: { version: VERSION, trading_day: status.tradingDay, hours: status.hours }, value: 1 },
    ],
    ["up_to_date", "gauge", "1 while nothing is late, else 0.", flag(status.isHealthy)],
    ["following", "gauge", "1 while a session is followed or waited for.", flag(status.isFollowing)],
    ["session_open", "gauge", "1 while the session is under way.", flag(status.isOpen)],
    [
      "problem",
      "gauge",
      "1 for each kind of problem there is, else 0.",
      ...PROBLEMS.map((kind) => ({ labels: { kind }, value: flag(kinds.has(kind)) })),
    ],
    ["symbols", "gauge", "Symbols that are logged.", status.stock_count],
    ["symbols_failed", "gauge", "Symbols that failed at their last turn.", status.failed],
    ["symbols_behind", "gauge", "Symbols that lack a minute that is due.", lag.behind],
    ["minutes_stored", "gauge", "Minutes of the day stored, all symbols.", status.today_total],
    ["minutes_expected", "gauge", "Minutes of the whole day, all symbols.", status.expected_total],
    ["minutes_due", "gauge", "Minutes that have ended and settled, all symbols.", status.dueMinutes],
    ["minutes_lost", "gauge", "Minutes of which no row of the source says what was traded.", status.holes],
    ["minutes_odd", "gauge", "Stored bars that break a rule of bars.", status.odd],
    ["minutes_waiting", "gauge", "Minutes fetched that are in memory alone.", status.waiting],
    ["collection_ratio", "gauge", "Stored, of the whole day.", status.collection_rate],
    ["due_ratio", "gauge", "Stored, of what has ended and settled.", status.dueRate],
    ["first_minute_timestamp_seconds", "gauge", "First stored minute.", seconds(status.first_time)],
    ["last_minute_timestamp_seconds", "gauge", "Last stored minute.", seconds(status.last_time)],
    ["lag_seconds", "gauge", "Age of the first minute that half of the symbols lack.", seconds(lag.ms)],
    ["lag_promised_seconds", "gauge", "How old a minute may become.", seconds(lag.promisedMs)],
    ["pace_calls_per_second", "gauge", "Calls a second the source gives now.", pace.source?.current ?? null],
    ["pace_ceiling_calls_per_second", "gauge", "Calls a second at the most.", pace.source?.ceiling ?? null],
    ["pace_utilisation_ratio", "gauge", "Share of the rate that following takes.", pace.utilisation],
    [
      "rate_refusals_total",
      "counter",
      "Calls that were refused for the rate.",
      pace.source?.refusals ?? null,
    ],
    ["tokens_issued_total", "counter", "Tokens issued.", tokens?.issued ?? null],
    ["passes_total", "counter", "Passes that have ended.", since.passes],
    ["calls_total", "counter", "Requests made.", since.calls],
    ["bars_total", "counter", "Traded minutes received.", since.bars],
    ["last_pass_timestamp_seconds", "gauge", "End of the last pass.", seconds(lastPass?.at ?? null)],
    ["next_session_timestamp_seconds", "gauge", "Next opening.", seconds(nextSession?.open ?? null)],
  ];
}

const flag = (is: boolean): number => (is ? 1 : 0);
const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1000);

function format([name, type, help, ...samples]: Metric, common: Readonly<Record<string, string>>): string {
  const full = `hantoo_${name}`;
  const lines = samples.flatMap((sample) => {
    const { value, labels = {} } = typeof sample === "object" && sample !== null ? sample : { value: sample };
    if (value === null) return [];
    const pairs = Object.entries({ ...common, ...labels }).map(([key, text]) => `${key}="${escape(text)}"`);
    return [`${full}{${pairs.join(",")}} ${value}\n`];
  });
  return lines.length === 0 ? "" : `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${lines.join("")}`;
}

const escape = (text: string): string =>
  text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
