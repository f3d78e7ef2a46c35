import { KisUnsupportedError } from "../../core/index.js";

/** Which of KIS's two systems a key belongs to: real accounts, or paper trading (모의투자). */
export type KisEnvironment = "live" | "paper";

/**
 * REST hosts of the two systems.
 *
 * @see koreainvestment/open-trading-api kis_devlp.yaml (read 2026-11-21)
 */
export const BASE_URLS: Readonly<Record<KisEnvironment, string>> = {
  live: "https://openapi.koreainvestment.com:9443",
  paper: "https://openapivts.koreainvestment.com:29443",
};

/**
 * Where the streams of the two systems are; plain `ws`, KIS has no other.
 *
 * @see koreainvestment/open-trading-api kis_devlp.yaml (read 2026-11-28)
 */
export const WEBSOCKET_URLS: Readonly<Record<KisEnvironment, string>> = {
  live: "ws://ops.koreainvestment.com:21000/tryitout",
  paper: "ws://ops.koreainvestment.com:31000/tryitout",
};

/** What paper lacks. @see koreainvestment/open-trading-api legacy/README.md and the portal (read 2026-11-21) */
const LIVE_ONLY: ReadonlySet<string> = new Set([
  "CTCA0903R", // chk-holiday
  "CTPF1002R", // search-stock-info
  "FHKST11300006", // intstock-multprice
  "FHKUP03500200", // inquire-time-indexchartprice
  "FHPST01010000", // inquire-price-2
  ...["100", "101", "102", "104", "105", "106", "107"].map((calendar) => `HHKDB669${calendar}C0`), // ksdinfo
  "HHMCM000002C0", // market-time
]);

/** @throws {@link KisUnsupportedError} for a call that paper is known to lack, so that it is not sent. */
export function checkOffered(trId: string, environment: KisEnvironment): void {
  if (environment !== "paper" || !LIVE_ONLY.has(trId)) return;
  const answer = { status: undefined, trId, rtCd: "", msgCd: "" };
  throw new KisUnsupportedError(`KIS offers ${trId} on live only; this client is on paper`, answer);
}
