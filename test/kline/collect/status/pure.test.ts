import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createDayTable } from "../../../../src/archive/day-table.js";
import { krx } from "../../../../src/calendar/index.js";
import { VERSION } from "../../../../src/core/index.js";
import { coverageRow } from "../../../../src/kline/evidence/coverage-row.js";
import { minuteMap, minuteStates } from "../../../../src/kline/collect/status/minute-map.js";
import { type LoggerStatus, formatMetrics } from "../../../../src/kline/index.js";
import { DAY, at, setUp } from "../../logger-setup.js";

const minutes = krx.minutes(DAY);
const bar = { open: 5, high: 5, low: 5, close: 5, accVolume: 9 };

test("a map says of each minute what the table says, whenever its row was made", () => {
  const kind = fc.constantFrom("traded", "untraded", "hole", "absent");
  const runs = fc.array(fc.tuple(kind, fc.integer({ min: 1, max: 60 })), { maxLength: 20 });
  const facts = fc.record({
    runs,
    madeAt: fc.integer({ min: 0, max: minutes.length }),
    final: fc.integer({ min: 0, max: minutes.length }),
    isFailing: fc.boolean(),
  });
  fc.assert(
    fc.property(facts, ({ runs: given, madeAt, final, isFailing }) => {
      const kinds = given.flatMap(([name, length]) => Array.from({ length }, () => name)).slice(0, madeAt);
      const table = createDayTable({ tradingDay: DAY, venue: "KRX", minutes });
      for (const [index, name] of kinds.entries()) {
        if (name === "traded") table.set("A00001", index, { ...bar, volume: 3 });
        if (name === "untraded") table.set("A00001", index, { ...bar, volume: 0 });
        const none = { open: null, high: null, low: null, close: null, volume: null };
        if (name === "hole") table.set("A00001", index, { ...none, accVolume: 9 });
      }
      const later = Math.max(madeAt, final);
      const row = coverageRow(table, "A00001", {
        final: madeAt,
        damaged: [],
        failed: false,
        tooOld: false,
      });
      const failing = new Set(isFailing ? ["A00001"] : []);
      const map = minuteMap({ minutes, final: later, rows: [row], failing });
      const expected = minutes.map((_, index) => {
        const name = kinds[index] ?? "absent";
        if (name === "hole") return "lost";
        if (name !== "absent") return "stored";
        return index >= later ? "not-yet" : isFailing ? "failed" : "not-fetched";
      });
      expect(minuteStates(map.runs[0] ?? "")).toEqual(expected);
    }),
    { numRuns: 200 },
  );
});

test("a whole market's status is small: 4,000 symbols in under 150 kB of JSON", () => {
  const symbols = Array.from({ length: 4000 }, (_, index) => `A${String(index).padStart(5, "0")}`);
  const { logger } = setUp(at("12:00"), { symbols });
  expect(JSON.stringify(logger.status()).length).toBeLessThan(150_000);
});

/** Every line as Prometheus has to read it. */
function parse(text: string): Map<string, number> {
  expect(text.endsWith("\n")).toBe(true);
  const values = new Map<string, number>();
  const types = new Map<string, string>();
  for (const line of text.slice(0, -1).split("\n")) {
    const comment = /^# (HELP|TYPE) (hantoo_[a-z_]+) (.+)$/.exec(line);
    if (comment !== null) {
      const [, what, name = "", rest = ""] = comment;
      if (what === "TYPE") expect(types.has(name), `${name} once`).toBe(false);
      if (what === "TYPE") types.set(name, rest);
      continue;
    }
    const sample = /^(hantoo_[a-z_]+)(\{(?:[a-z_]+="(?:[^"\\\n]|\\.)*",?)+\}) (-?[0-9.e+-]+)$/.exec(line);
    expect(sample, line).not.toBeNull();
    const [, name = "", labels = "", value] = sample ?? [];
    expect(types.get(name), `${name} has a type before it`).toBe(
      name.endsWith("_total") ? "counter" : "gauge",
    );
    values.set(`${name}${labels}`, Number(value));
  }
  return values;
}

test("metrics: base units, nothing for what is not known, a line for each kind of problem", async () => {
  const setup = setUp(at("16:00"));
  const before = parse(formatMetrics(setup.logger.status()));
  expect([...before.keys()].filter((name) => /last_pass|last_minute|tokens|pace_c/.test(name))).toEqual([]);
  await setup.clock.runUntil(setup.logger.sync());
  const status: LoggerStatus = {
    ...setup.logger.status(),
    holes: 2,
    problems: [{ kind: "lost", text: "…" }],
    tokens: { issued: 1, issuedAt: at("09:00") },
    pace: { ...setup.logger.status().pace, source: { ceiling: 18, current: 15, refusals: 4 } },
  };
  const values = parse(formatMetrics(status));
  const venue = 'venue="KRX"';
  const expected = {
    [`hantoo_info{${venue},version="${VERSION}",trading_day="${DAY}",hours="regular"}`]: 1,
    [`hantoo_up_to_date{${venue}}`]: 1,
    [`hantoo_following{${venue}}`]: 0,
    [`hantoo_problem{${venue},kind="lost"}`]: 1,
    [`hantoo_problem{${venue},kind="late"}`]: 0,
    [`hantoo_minutes_stored{${venue}}`]: 1143,
    [`hantoo_minutes_lost{${venue}}`]: 2,
    [`hantoo_collection_ratio{${venue}}`]: 1,
    [`hantoo_last_minute_timestamp_seconds{${venue}}`]: at("15:30") / 1000,
    [`hantoo_lag_seconds{${venue}}`]: 0,
    [`hantoo_pace_calls_per_second{${venue}}`]: 15,
    [`hantoo_rate_refusals_total{${venue}}`]: 4,
    [`hantoo_tokens_issued_total{${venue}}`]: 1,
    [`hantoo_calls_total{${venue}}`]: 12,
    [`hantoo_next_session_timestamp_seconds{${venue}}`]: at("09:00", "2026-11-23") / 1000,
  };
  expect(Object.fromEntries(values)).toMatchObject(expected);
  expect(() => formatMetrics(undefined as never)).toThrow("`status` must be what `logger.status()` gives");
});
