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
