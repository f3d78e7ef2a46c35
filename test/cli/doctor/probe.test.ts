import { expect, test } from "vitest";
import { type Clock, KisClient, createMemoryTokenStore, kstInstant } from "hantoo";
import {
  BEHAVIOURS,
  type KisSimulatorOptions,
  createKisSimulator,
  createManualClock,
  createMarket,
} from "hantoo/testing";
import { type DoctorReport, type Finding, type Found, runDoctor } from "../../../src/cli/doctor/index.js";
import { PROBES } from "../../../src/cli/doctor/probe/index.js";
import { unpaced } from "../../kis/unpaced.js";

/** One market for every row of the table, so that its days are drawn once; a split lies within what KIS keeps. */
const MARKET = createMarket({
  seed: 3,
  symbols: ["005930", "000660", "069500", "002600", "035720"],
  actions: [{ symbol: "035720", kind: "split", effectiveDay: "2026-10-20", shares: 5 }],
});
const EVENING = kstInstant("2026-11-20", "20:30");
const SESSION = kstInstant("2026-11-20", "11:03:30");
const MORNING = kstInstant("2026-11-20", "07:10");
const AFTER_MARKET = kstInstant("2026-11-20", "17:10:00");
const SUNDAY = kstInstant("2026-11-22", "12:00");

interface Setting {
  readonly at?: number;
  readonly environment?: "live" | "paper";
  readonly maxCalls?: number;
  readonly fetch?: (real: typeof globalThis.fetch) => typeof globalThis.fetch;
}

/** The doctor against a simulator in this process, on a clock that waits for nobody. */
async function doctor(
  options: Pick<KisSimulatorOptions, "quirks" | "faults" | "limits">,
  { at = EVENING, environment = "live", maxCalls = 400, fetch = (real) => real }: Setting = {},
): Promise<DoctorReport> {
  const shared = createManualClock(at);
  const sim = createKisSimulator({ market: MARKET, limits: false, ...options, environment, clock: shared });
  const clock: Clock = sim.clock;
  const run = runDoctor({
    connect: async (through) => {
      const client = new KisClient({
        appKey: "test",
        appSecret: "test",
        environment,
        fetch: through,
        clock,
        limiter: unpaced(),
        tokenStore: createMemoryTokenStore(),
      });
      return {
        client,
        clock,
        masterUrl: "https://masters.invalid/common/master",
        close: () => client.close(),
      };
    },
    fetch: fetch(sim.fetch),
    maxCalls,
    probe: true,
  });
  return shared.runUntil(run);
}

/** Ids of what was found so. */
const ids = (findings: readonly Finding[], found: Found): string[] =>
  findings.filter((finding) => finding.found === found).map(({ id }) => id);

/** A setting's report without a quirk, made once. */
const plain = new Map<string, Promise<DoctorReport>>();
function unflipped(setting: Setting): Promise<DoctorReport> {
  const name = JSON.stringify(setting);
  const kept = plain.get(name) ?? doctor({}, setting);
  plain.set(name, kept);
  return kept;
}

type Quirks = NonNullable<KisSimulatorOptions["quirks"]>;

/** Every quirk that a call can see which only reads: flipped, exactly its line differs. */
const SEEN: readonly [keyof Quirks, Quirks, string, Setting?][] = [
  ["tokenErrorStatus", { tokenErrorStatus: 401 }, "token-error-status"],
  ["auctionSettleMs", { auctionSettleMs: 6 * 3_600_000 }, "auction-settles"],
  ["voidRows", { voidRows: false }, "void-rows"],
  ["depthDays", { depthDays: 240 }, "kept-days"],
  ["depthDays", { depthDays: 260 }, "kept-days"],
  ["extendedRows", { extendedRows: false }, "after-market-rows"],
  ["unifiedNeedsNextrade", { unifiedNeedsNextrade: false }, "nextrade-only-rows"],
  ["idleDailyRow", { idleDailyRow: "flat" }, "idle-day-row"],
  ["adjustedVolume", { adjustedVolume: false }, "adjusted-shares"],
  ["rescaledMinutes", { rescaledMinutes: "prices-and-volume" }, "rescaled-volume"],
  ["rescaledMinutes", { rescaledMinutes: "none" }, "rescaled-prices"],
  ["holidayRows", { holidayRows: 12 }, "holiday-page"],
  ["holidayDays", { holidayDays: 60 }, "holiday-end"],
  ["duplicateHolidays", { duplicateHolidays: true }, "holiday-once"],
  ["echoDailyMinutes", { echoDailyMinutes: true }, "day-echo", { at: SESSION }],
  ["bookingMs", { bookingMs: 25_000 }, "booked-late", { at: SESSION }],
  [
    "corrections",
    { corrections: [{ symbol: "005930", time: kstInstant("2026-11-20", "10:58"), afterMs: 377_000 }] },
    "final-stays",
    { at: SESSION },
  ],
  ["dailyMinutesOnPaper", { dailyMinutesOnPaper: true }, "day-minutes-on-paper", { environment: "paper" }],
];

test.each(SEEN)("with %s flipped to %j exactly the line %s differs", async (_, quirks, id, setting = {}) => {
  const [before, after] = [await unflipped(setting), await doctor({ quirks }, setting)];
  expect(before.behaviours.filter(({ found }) => found === "differs")).toEqual([]);
  expect(ids(after.behaviours, "differs")).toEqual([id]);
});

test("a quirk that takes away what only happens at times leaves it not seen", async () => {
  const [before, after] = [await unflipped({}), await doctor({ quirks: { blankSettlement: false } })];
  const missing = ids(after.behaviours, "not seen").filter(
    (id) => !ids(before.behaviours, "not seen").includes(id),
  );
  expect([missing, ids(after.behaviours, "differs")]).toEqual([["holiday-settlement"], []]);
});

test("every quirk has its row, or shows only to a call that does more than read", () => {
  // Ending a token, or asking for another, is no reading; without a date the clock's own line says that it was not seen.
  const unseen = ["endedTokenCode", "sameEndedToken", "oneToken", "blankSettlement", "dated"];
  const options = BEHAVIOURS.flatMap(({ option = "" }) => /^quirks\.(\w+)$/.exec(option)?.[1] ?? []);
  const named = [...new Set(options)];
  expect([...new Set(SEEN.map(([quirk]) => quirk)), ...unseen].toSorted()).toEqual(named.toSorted());
});

test("every probe names a behaviour of the table, and has a word of its own", () => {
  const known = BEHAVIOURS.map(({ behaviour }) => behaviour);
  for (const { behaviour } of PROBES) expect(known).toContain(behaviour);
  expect(new Set(PROBES.map(({ id }) => id)).size).toBe(PROBES.length);
});

test.each([
  ["in session", { at: SESSION }],
  ["in the evening", { at: AFTER_MARKET }],
  ["before the open", { at: MORNING }],
  ["on a Sunday", { at: SUNDAY }],
  ["on paper", { environment: "paper" }],
] as [string, Setting][])("%s nothing differs and nothing fails", async (_, setting) => {
  const { behaviours, ok } = await unflipped(setting);
  expect([ok, ids(behaviours, "differs")]).toEqual([true, []]);
  expect(ids(behaviours, "as assumed").length).toBeGreaterThan(setting.environment === "paper" ? 8 : 25);
});

test("all of them together see every behaviour but two that lie on paper or are no proof", async () => {
  const settings: Setting[] = [{}, { at: SESSION }, { at: AFTER_MARKET }, { at: MORNING }, { at: SUNDAY }];
  const seen = new Set<string>();
  for (const setting of [...settings, { environment: "paper" } as const])
    for (const id of ids((await unflipped(setting)).behaviours, "as assumed")) seen.add(id);
  // That a minute stays is never proved; only that it did not.
  expect(PROBES.map(({ id }) => id).filter((id) => !seen.has(id))).toEqual(["final-stays"]);
});

test("no more calls are sent than were allowed, and what finds none left is not seen", async () => {
  let sent = 0;
  const counting = (real: typeof globalThis.fetch): typeof globalThis.fetch => {
    return (input, init) => {
      sent++;
      return real(input, init);
    };
  };
  const report = await doctor({}, { maxCalls: 30, fetch: counting });
  expect([sent, report.calls]).toEqual([30, 30]);
  expect(report.behaviours.at(-1)).toMatchObject({
    found: "not seen",
    saw: expect.stringContaining("--max-calls"),
  });
  expect(ids(report.behaviours, "differs")).toEqual([]);
});

test("a failing endpoint costs its own lines alone", async () => {
  const before = await unflipped({});
  const failing = (real: typeof globalThis.fetch): typeof globalThis.fetch => {
    return async (input, init) => {
      const request = new Request(input, init);
      return request.headers.get("tr_id") === "FHKST01010900"
        ? new Response("<html>", { status: 502 })
        : real(request);
    };
  };
  const after = await doctor({}, { fetch: failing });
  const lost = ids(before.behaviours, "as assumed").filter(
    (id) => !ids(after.behaviours, "as assumed").includes(id),
  );
  expect([lost, ids(after.behaviours, "differs")]).toEqual([["flows-units"], []]);
});
