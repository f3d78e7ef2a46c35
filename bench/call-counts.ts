/*
 * What a day of 50 symbols costs and is worth: HantooKlineLogger beside the way found in most scripts, 30 rows a call
 * of FHKST03010200, backwards from now, each row kept under its date and label (the first one seen). Both against the
 * same simulated KIS, in virtual time; the calls are those that the simulator counted.
 *
 *   npx tsx bench/call-counts.ts [symbols = 50]
 */
import { stdout } from "node:process";
import {
  HantooKlineLogger,
  KisClient,
  type KlineField,
  type Limiter,
  MINUTE_MS,
  MemoryStore,
  createMemoryTokenStore,
  krx,
  kstInstant,
  readKlines,
} from "hantoo";
import { type KisSimulator, createKisSimulator, createManualClock, simulatedSymbols } from "hantoo/testing";
import { markdownTable } from "./markdown.js";

const DAY = "2026-11-20";
const RATE = 18;
const symbols = simulatedSymbols(Number(process.argv[2] ?? 50));

interface Kept {
  readonly volume: number;
  readonly close: number | null;
  readonly high: number | null;
  readonly low: number | null;
}
/** By symbol and epoch ms. */
type Stored = ReadonlyMap<string, ReadonlyMap<number, Kept>>;

const unpaced: Limiter = {
  schedule: async (work) => work(),
  refused: () => undefined,
  room: () => Promise.resolve(),
  close: () => Promise.resolve(),
  ratePerSecond: RATE,
  waiting: 0,
};

async function withLogger(
  simulator: KisSimulator,
  clock: ReturnType<typeof createManualClock>,
): Promise<Stored> {
  const store = new MemoryStore();
  const { fetch } = simulator;
  const tokenStore = createMemoryTokenStore();
  const client = new KisClient({
    appKey: "test",
    appSecret: "test",
    fetch,
    clock,
    limiter: unpaced,
    tokenStore,
  });
  await clock.runUntil(new HantooKlineLogger({ client, store, symbols, clock }).sync({ tradingDay: DAY }));
  const stored = new Map(symbols.map((symbol) => [symbol, new Map<number, Kept>()]));
  for await (const { time, fields, data } of readKlines({ store, venue: "KRX", from: DAY, to: DAY })) {
    for (const [symbol, values] of Object.entries(data)) {
      const of = (field: KlineField): number | null => values[fields.indexOf(field)] ?? null;
      const kept = { volume: of("volume") ?? 0, close: of("close"), high: of("high"), low: of("low") };
      stored.get(symbol)?.set(time, kept);
    }
  }
  return stored;
}

async function byThirty({ fetch, clock }: KisSimulator): Promise<Stored> {
  const host = "http://127.0.0.1";
  const body = JSON.stringify({ grant_type: "client_credentials", appkey: "test", appsecret: "test" });
  const granted = await fetch(`${host}/oauth2/tokenP`, { method: "POST", body });
  const { access_token } = (await granted.json()) as { access_token: string };
  const headers = {
    authorization: `Bearer ${access_token}`,
    appkey: "test",
    appsecret: "test",
    tr_id: "FHKST03010200",
    custtype: "P",
  };
  const stored = new Map<string, Map<number, Kept>>();
  const close = kstInstant(DAY, "15:30");
  for (const symbol of symbols) {
    const bars = new Map<number, Kept>();
    let at = Math.min(clock.now() - (clock.now() % MINUTE_MS), close);
    while (at >= kstInstant(DAY, "09:00")) {
      const query = new URLSearchParams({
        FID_ETC_CLS_CODE: "",
        FID_COND_MRKT_DIV_CODE: "J",
        FID_INPUT_ISCD: symbol,
        FID_INPUT_HOUR_1: labelOf(at),
        FID_PW_DATA_INCU_YN: "Y",
      });
      const path = "/uapi/domestic-stock/v1/quotations/inquire-time-itemchartprice";
      const answered = await fetch(`${host}${path}?${query.toString()}`, { headers });
      const { output2 } = (await answered.json()) as { output2: Readonly<Record<string, string>>[] };
      for (const row of output2) {
        const time = kstInstant(dashed(row["stck_bsop_date"] ?? ""), row["stck_cntg_hour"] ?? "");
        const kept = {
          volume: Number(row["cntg_vol"]),
          close: Number(row["stck_prpr"]),
          high: Number(row["stck_hgpr"]),
          low: Number(row["stck_lwpr"]),
        };
        if (!bars.has(time)) bars.set(time, kept);
      }
      at -= 30 * MINUTE_MS;
    }
    stored.set(symbol, bars);
  }
  return stored;
}

const labelOf = (at: number): string =>
  new Date(at + 9 * 3_600_000).toISOString().slice(11, 19).replaceAll(":", "");
const dashed = (date: string): string => date.replace(/(\d{4})(\d\d)(\d\d)/, "$1-$2-$3");

/** Against what the market will say when the day is over. */
function judge(stored: Stored, simulator: KisSimulator, now: number) {
  const due = krx.minutes(DAY).filter((minute) => minute + MINUTE_MS <= now);
  let right = 0;
  let wrong = 0;
  let early = 0;
  for (const symbol of symbols) {
    const truth = new Map(simulator.truth(symbol, DAY).map((bar) => [bar.time, bar]));
    for (const [time, bar] of stored.get(symbol) ?? []) {
      if (!krx.minutes(DAY).includes(time)) continue;
      const final = truth.get(time);
      const isRight =
        bar.volume === (final?.volume ?? 0) &&
        (final === undefined ||
          (bar.close === final.close && bar.high === final.high && bar.low === final.low));
      if (time + MINUTE_MS > now) early++;
      else if (isRight) right++;
      else wrong++;
    }
  }
  const share = ((100 * right) / (due.length * symbols.length)).toFixed(2);
  return { right: `${right} of ${due.length * symbols.length} (${share} %)`, wrong, early };
}

const rows: Readonly<Record<string, string | number>>[] = [];
async function compare(when: string, time: string, day = DAY): Promise<void> {
  const now = kstInstant(day, time);
  const ways = { "hantoo, sync()": withLogger, "30 rows a call": byThirty };
  for (const [way, collect] of Object.entries(ways)) {
    const clock = createManualClock(now);
    const simulator = createKisSimulator({ seed: 11, clock, limits: false, symbols });
    const stored = await collect(simulator, clock);
    const { tokenIssues, requests } = simulator.stats;
    const calls = requests - tokenIssues;
    const { right, wrong, early } = judge(stored, simulator, now);
    rows.push({
      when,
      way,
      calls,
      "at 18/s": `${(calls / RATE).toFixed(1)} s`,
      "ended minutes stored right": right,
      "stored wrong": wrong,
      "stored before they ended": early,
    });
  }
}

await compare("On the day itself, in the evening (18:00)", "18:00:00");
await compare("Just after the close (15:35)", "15:35:00");
await compare("In the session (11:00:20)", "11:00:20");
await compare("Three days later, a past day", "10:00:00", "2026-11-23");
stdout.write(
  `${symbols.length} symbols, ${DAY}, ${krx.minutes(DAY).length} minutes each:\n\n${markdownTable(rows)}`,
);
