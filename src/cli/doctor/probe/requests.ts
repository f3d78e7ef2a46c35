import { compactDay } from "hantoo";
import { asAssumed, differs, judged, notSeen } from "../finding.js";
import { type RawKis, LIQUID, type Row, numberIn } from "./raw-kis.js";
import type { Probe } from "./probe.js";

const priceOf = (symbol: string): Readonly<Record<string, string>> => ({
  FID_COND_MRKT_DIV_CODE: "J",
  FID_INPUT_ISCD: symbol,
});

/** How KIS refuses. */
export const REQUEST_PROBES: readonly Probe[] = [
  {
    id: "token-error-status",
    behaviour: "Token errors EGW00121, EGW00122 and EGW00123 come with HTTP 500, 401 or 200.",
    async look(kis) {
      await kis.ask("FHKST01010100", priceOf(LIQUID));
      const refused = await kis.http.resend({ authorization: "Bearer none" });
      if (refused === undefined || refused.msgCd === "") return notSeen("no refusal came");
      const { status, msgCd } = refused;
      return judged(status === 500 && msgCd === "EGW00121", `${msgCd} with HTTP ${status}`);
    },
  },
  {
    id: "missing-key",
    behaviour: "A missing query key is OPSQ2001, a blank one is not.",
    async look(kis) {
      const refused = await kis.refusal("FHKST01010100", { FID_COND_MRKT_DIV_CODE: "J" });
      if (refused === undefined) return differs("a request without the key was answered");
      return judged(refused.msgCd === "OPSQ2001", `${refused.msgCd} with HTTP ${refused.status}`);
    },
  },
  {
    id: "wrong-tr",
    behaviour: "A `tr_id` that does not fit the path is OPSQ0002 with HTTP 500.",
    async look(kis) {
      const refused = await kis.refusal("FHKST01010100", priceOf(LIQUID), "inquire-investor");
      if (refused === undefined) return differs("it was answered");
      const { msgCd, status } = refused;
      return judged(msgCd === "OPSQ0002" && status === 500, `${msgCd} with HTTP ${status}`);
    },
  },
  {
    id: "unknown-symbol",
    behaviour: "An unknown symbol has price 0 and no rows.",
    restsOn: "that KisApiError names a symbol KIS does not know",
    async look(kis) {
      const { output } = await kis.ask("FHKST01010100", priceOf("999999"));
      const price = numberIn(output[0], "stck_prpr");
      return judged(price === 0 || Number.isNaN(price), `price ${output[0]?.["stck_prpr"] ?? "absent"}`);
    },
  },
  {
    id: "two-symbols",
    behaviour:
      "Two symbols with a separator are refused with `rt_cd` 2; two joined ones are cut to the first.",
    async look(kis) {
      const refused = await kis.refusal("FHKST01010100", priceOf(`${LIQUID},000660`));
      if (refused === undefined) return differs("two with a comma were answered");
      const { output } = await kis.ask("FHKST01010100", priceOf(`${LIQUID}000660`));
      const { output: alone } = await kis.ask("FHKST01010100", priceOf(LIQUID));
      const isFirst = output[0]?.["stck_sdpr"] === alone[0]?.["stck_sdpr"];
      return judged(
        refused.rtCd === "2" && isFirst,
        `with a comma rt_cd ${refused.rtCd}; joined ${isFirst ? "the first" : "another"} answers`,
      );
    },
  },
  {
    id: "live-only-on-paper",
    behaviour: "A live-only TR on paper is EGW02006 with HTTP 500.",
    async look(kis) {
      if (kis.client.environment === "live") return notSeen("this key is live");
      const params = { BASS_DT: compactDay(kis.today), CTX_AREA_NK: "", CTX_AREA_FK: "" };
      const said = await kis.onPaper("CTCA0903R", params);
      if (said === undefined) return notSeen("nothing was sent yet");
      if (said.rtCd === "0") return differs("paper answered chk-holiday");
      const { msgCd, status } = said;
      return judged(msgCd === "EGW02006" && status === 500, `${msgCd} with HTTP ${status}`);
    },
  },
  {
    id: "day-minutes-on-paper",
    behaviour: "FHKST03010230 is refused on paper.",
    async look(kis) {
      if (kis.client.environment === "live") return notSeen("this key is live");
      const params = { ...minutesOf(kis), FID_FAKE_TICK_INCU_YN: "" };
      const said = await kis.onPaper("FHKST03010230", params);
      if (said === undefined) return notSeen("nothing was sent yet");
      return said.rtCd === "0"
        ? differs('paper gave minutes of a past day (`paperPastMinutes: "try"` reads them)')
        : asAssumed(`${said.msgCd} with HTTP ${said.status}`);
    },
  },
  {
    id: "fake-tick-key",
    behaviour: "FID_FAKE_TICK_INCU_YN must be present.",
    async look(kis) {
      if (kis.client.environment === "paper") return notSeen("paper has no minutes of past days");
      const refused = await kis.refusal("FHKST03010230", minutesOf(kis));
      return refused === undefined ? differs("a request without it was answered") : asAssumed(refused.msgCd);
    },
  },
];

const minutesOf = (kis: RawKis): Row => ({
  FID_COND_MRKT_DIV_CODE: "J",
  FID_INPUT_ISCD: LIQUID,
  FID_INPUT_DATE_1: compactDay(kis.pastDay),
  FID_INPUT_HOUR_1: "153000",
  FID_PW_DATA_INCU_YN: "Y",
});
