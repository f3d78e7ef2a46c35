import { addDays, compactDay } from "hantoo";
import { judged, notSeen } from "../finding.js";
import type { Answer, RawKis } from "./raw-kis.js";
import type { Probe } from "./probe.js";

const SUMMARIES = ["888888", "999999"];

/** Indices. */
export const INDEX_PROBES: readonly Probe[] = [
  {
    id: "index-summaries",
    behaviour:
      "FHKUP03500200 has rows labelled 888888 and 999999 that sum up the session; without after-hours (FID_ETC_CLS_CODE 1) they are not there.",
    restsOn: "which rows of an index are minutes",
    async look(kis) {
      if (kis.client.environment === "paper") return notSeen("paper has no minutes of indices");
      if (kis.phase === "before" || kis.phase === "open") return notSeen("only after a session");
      const summaries = ({ output2 }: Answer): number =>
        output2.filter((row) => SUMMARIES.includes(row["stck_cntg_hour"] ?? "")).length;
      const [all, none] = [summaries(await minutes(kis, "0")), summaries(await minutes(kis, "1"))];
      return judged(all === 2 && none === 0, `${all} with after-hours, ${none} without`);
    },
  },
  {
    id: "unknown-index",
    behaviour: "Today's row stands from 09:00 on; an unknown index has a blank name and no rows.",
    async look(kis) {
      const { output1, output2 } = await kis.ask("FHKUP03500100", {
        FID_COND_MRKT_DIV_CODE: "U",
        FID_INPUT_ISCD: "9999",
        FID_INPUT_DATE_1: compactDay(addDays(kis.today, -7)),
        FID_INPUT_DATE_2: compactDay(kis.today),
        FID_PERIOD_DIV_CODE: "D",
      });
      const name = output1["hts_kor_isnm"]?.trim() ?? "";
      return judged(
        name === "" && output2.length === 0,
        `${name === "" ? "no name" : name}, ${output2.length} rows`,
      );
    },
  },
];

const minutes = (kis: RawKis, afterHours: string): Promise<Answer> =>
  kis.ask("FHKUP03500200", {
    FID_COND_MRKT_DIV_CODE: "U",
    FID_ETC_CLS_CODE: afterHours,
    FID_INPUT_ISCD: "0001",
    FID_INPUT_HOUR_1: "60",
    FID_PW_DATA_INCU_YN: "N",
  });
