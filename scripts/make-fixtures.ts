// Writes test/fixtures/kis (recorded from the simulator) and BEHAVIOURS.md. Run: npm run fixtures
import { mkdir, rm, writeFile } from "node:fs/promises";
import { kstInstant } from "../src/core/index.js";
import { formatBehaviours } from "../src/testing/format-behaviours.js";
import { BEHAVIOURS, createKisSimulator, createRecorder } from "hantoo/testing";

const DIR = "test/fixtures/kis";
const HOST = "https://openapi.koreainvestment.com:9443";

const README = `# Answers of a simulated KIS

Made by \`npm run fixtures\`: \`createRecorder\` wrote them down from \`createKisSimulator\`, seed 20261120. They hold no
data of KIS or KRX; names of companies aside, every number is drawn from the seed. The recorder strikes out
credentials and tokens, here as for anyone's real recordings. Serve them with \`replay("${DIR}")\`.
`;

/** What is asked, at which KST time of the plain Friday 2026-11-20. */
const ASKED: readonly [time: string, trId: string, path: string, query: Record<string, string>][] = [
  ["10:36:20", "FHKST03010230", "inquire-time-dailychartprice", minutes("005930", "153000", "20261120")],
  ["12:05:30", "FHKST03010200", "inquire-time-itemchartprice", minutes("28513K", "120600")],
  ["12:05:30", "FHKST01010100", "inquire-price", { FID_COND_MRKT_DIV_CODE: "J", FID_INPUT_ISCD: "0001A0" }],
  ["15:30:10", "FHKST03010200", "inquire-time-itemchartprice", minutes("005930", "153000")],
  ["15:33:00", "FHKST03010200", "inquire-time-itemchartprice", minutes("005930", "153000")],
  ["20:30:00", "FHKST03010230", "inquire-time-dailychartprice", minutes("005930", "153000", "20261120")],
  ["20:30:00", "FHKST03010230", "inquire-time-dailychartprice", minutes("005930", "132000", "20261120")],
  ["20:30:00", "FHKST03010230", "inquire-time-dailychartprice", minutes("005930", "112000", "20261120")],
  ["20:30:00", "FHKST03010230", "inquire-time-dailychartprice", minutes("005930", "092000", "20261120")],
  ["20:30:00", "FHKST03010230", "inquire-time-dailychartprice", minutes("Q530036", "153000", "20261120")],
  ["20:30:00", "FHKST03010100", "inquire-daily-itemchartprice", daily("005930", "20261102", "20261120")],
  ["20:30:00", "CTCA0903R", "chk-holiday", { BASS_DT: "20261120", CTX_AREA_NK: "", CTX_AREA_FK: "" }],
  ["20:30:00", "FHKST11300006", "intstock-multprice", several(["005930", "0001A0", "001080"])],
];

await rm(DIR, { recursive: true, force: true });
await mkdir(DIR, { recursive: true });
const sim = createKisSimulator({
  seed: 20_261_120,
  now: kstInstant("2026-11-20", "10:36:20"),
  limits: false,
});
const recorder = createRecorder({ dir: DIR, fetch: sim.fetch });
const issued = await recorder.fetch(`${HOST}/oauth2/tokenP`, {
  method: "POST",
  body: JSON.stringify({ grant_type: "client_credentials", appkey: "test", appsecret: "test" }),
});
const { access_token: token } = (await issued.json()) as { access_token: string };
for (const [time, trId, path, query] of ASKED) {
  sim.clock.set(kstInstant("2026-11-20", time));
  const search = new URLSearchParams(query).toString();
  await recorder.fetch(`${HOST}/uapi/domestic-stock/v1/quotations/${path}?${search}`, {
    headers: {
      authorization: `Bearer ${token}`,
      appkey: "test",
      appsecret: "test",
      tr_id: trId,
      custtype: "P",
    },
  });
}
await recorder.close();
await writeFile(`${DIR}/README.md`, README);
await writeFile("BEHAVIOURS.md", formatBehaviours(BEHAVIOURS));

function minutes(symbol: string, hour: string, date?: string): Record<string, string> {
  const query = {
    FID_COND_MRKT_DIV_CODE: "J",
    FID_INPUT_ISCD: symbol,
    FID_INPUT_HOUR_1: hour,
    FID_PW_DATA_INCU_YN: date === undefined ? "N" : "Y",
  };
  return date === undefined
    ? { ...query, FID_ETC_CLS_CODE: "" }
    : { ...query, FID_INPUT_DATE_1: date, FID_FAKE_TICK_INCU_YN: "" };
}

function daily(symbol: string, from: string, to: string): Record<string, string> {
  return {
    FID_COND_MRKT_DIV_CODE: "J",
    FID_INPUT_ISCD: symbol,
    FID_INPUT_DATE_1: from,
    FID_INPUT_DATE_2: to,
    FID_PERIOD_DIV_CODE: "D",
    FID_ORG_ADJ_PRC: "1",
  };
}

function several(symbols: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    symbols.flatMap((symbol, index) => [
      [`FID_COND_MRKT_DIV_CODE_${index + 1}`, "J"],
      [`FID_INPUT_ISCD_${index + 1}`, symbol],
    ]),
  );
}
