import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Row, at, createAsker } from "./ask-kis.js";
import {
  type ChartBody,
  checkDailyChart,
  checkDayTotals,
  checkHolidays,
  checkIndexDays,
  checkMinuteChart,
  checkQuote,
} from "./conformance.js";

const recordings = process.env["HANTOO_RECORDINGS"];
const real = (number: string): unknown => {
  const dir = join(recordings ?? "", "kis");
  const name = readdirSync(dir).find((file) => file.startsWith(number))!;
  return (JSON.parse(readFileSync(join(dir, name), "utf8")) as { payload: unknown }).payload;
};
const recorded = test.runIf(recordings !== undefined);
/** Newest first over all pages; the recording of 217 rows is put together oldest day first. */
const byTime = (body: ChartBody): ChartBody => {
  const key = (row: Row): string => `${row["stck_bsop_date"]}${row["stck_cntg_hour"]}`;
  return { ...body, output2: body.output2.toSorted((a, b) => (key(a) < key(b) ? 1 : -1)) };
};
const symbols = ["005930", "0001A0", "28513K", "069500", "Q530036", "114800"];

describe("FHKST03010230", () => {
  recorded("the recording", () => {
    const body = byTime(real("01-") as ChartBody);
    checkMinuteChart(body, { gapFree: true });
    checkDayTotals(body, "20250916");
    checkMinuteChart(real("14-") as ChartBody, { gapFree: false });
  });

  test("the simulator", async () => {
    const kis = createAsker({ now: at("10:36:41") });
    for (const symbol of symbols) {
      const page = await kis.past(symbol, "2026-11-20", "153000");
      checkMinuteChart(page, { gapFree: symbol !== "28513K" && symbol !== "Q530036" && symbol !== "0001A0" });
      checkDayTotals(page, "20261120");
    }
    kis.sim.clock.set(at("15:45"));
    const day = await kis.past("005930", "2026-11-20", "153000");
    checkMinuteChart(day, { gapFree: true });
  });
});

describe("FHKST03010200", () => {
  recorded("the portal's sample", () => checkMinuteChart(real("13-") as ChartBody, { gapFree: false }));

  test("the simulator, at every hour of the day", async () => {
    const kis = createAsker({ now: at("08:30") });
    for (const time of [
      "08:30",
      "09:00:01",
      "12:05:30",
      "15:25",
      "15:30:20",
      "15:31",
      "16:00",
      "19:00:20",
      "23:00",
    ]) {
      kis.sim.clock.set(at(time));
      for (const symbol of symbols) {
        for (const hour of ["091000", "120600", "153000"]) {
          checkMinuteChart(await kis.today(symbol, hour), { gapFree: false });
        }
      }
    }
  });
});

describe("FHKST03010100", () => {
  recorded("the recordings", () => {
    for (const number of ["04-", "05-", "15-"]) checkDailyChart(real(number) as ChartBody);
  });

  test("the simulator", async () => {
    const kis = createAsker({ now: at("20:30") });
    for (const symbol of [...symbols, "001080", "002600"]) {
      for (const period of ["D", "W", "M"]) {
        const { body } = await kis.get("FHKST03010100", {
          FID_COND_MRKT_DIV_CODE: "J",
          FID_INPUT_ISCD: symbol,
          FID_INPUT_DATE_1: "20260901",
          FID_INPUT_DATE_2: "20261120",
          FID_PERIOD_DIV_CODE: period,
          FID_ORG_ADJ_PRC: "1",
        });
        checkDailyChart(body);
      }
    }
  });
});

describe("FHKST01010100", () => {
  const simulated = async (): Promise<Row> => {
    const kis = createAsker({ now: at("10:20") });
    return (await kis.get("FHKST01010100", { FID_COND_MRKT_DIV_CODE: "J", FID_INPUT_ISCD: "005930" })).body
      .output;
  };

  test("the simulator", async () => checkQuote(await simulated(), ["stck_prpr", "acml_vol", "stck_sdpr"]));

  recorded("the recordings, which the simulator has the fields of", async () => {
    const own = await simulated();
    for (const number of ["02-", "06-"]) {
      const { output } = real(number) as { output: Row };
      checkQuote(output, ["stck_prpr", "acml_vol", "stck_sdpr"]);
      checkQuote(own, Object.keys(output));
    }
    // The third has a few fields only: their forms.
    const form = (value: string): string => value.replaceAll(/\d+/g, "9");
    for (const [name, value] of Object.entries((real("21-") as { output: Row }).output)) {
      const unsigned = (text: string): string => form(text).replace("-", "");
      expect(unsigned(own[name] ?? ""), name).toBe(unsigned(value));
    }
  });
});

describe("chk-holiday", () => {
  recorded("the recording", () => {
    const page = real("20-") as { ctx_area_nk: string; ctx_area_fk: string; output: Row[]; msg_cd: string };
    checkHolidays(page);
    expect(page.msg_cd).toBe("KIOK0500");
  });

  test("the simulator; where both speak of a day they agree", async () => {
    const kis = createAsker({ now: at("12:00", "2026-09-10") });
    const { body } = await kis.get("CTCA0903R", { BASS_DT: "20260910", CTX_AREA_NK: "", CTX_AREA_FK: "" });
    checkHolidays(body);
    if (recordings === undefined) return;
    const page = real("20-") as { ctx_area_nk: string; ctx_area_fk: string; output: Row[] };
    expect([body.ctx_area_nk, body.ctx_area_fk]).toEqual([page.ctx_area_nk, page.ctx_area_fk]);
    for (const row of page.output) expect(body.output).toContainEqual(row);
  });
});

describe("refusals and tokens", () => {
  recorded("are the bodies that were recorded", async () => {
    const known = (real("30-") as { body: Row }[]).map(({ body }) => JSON.stringify(body));
    const kis = createAsker({ now: at("12:00"), environment: "paper", limits: { perSecond: false } });
    const ask = async (headers: Row, trId = "FHKST01010100"): Promise<string> => {
      const query = { FID_COND_MRKT_DIV_CODE: "J", FID_INPUT_ISCD: "005930" };
      return JSON.stringify((await kis.get(trId, query, headers)).body);
    };
    expect(known).toContain(await ask({ authorization: "Bearer none" }));
    expect(known).toContain(await ask({}, "CTCA0903R"));
    expect(known).toContain(await ask({ tr_id: "NONE" }));
    kis.sim.clock.advance(86_400_000);
    expect(known).toContain(await ask({}));
    const storm = createAsker({ now: at("12:00"), faults: [{ do: "rate-limit" }] });
    const token = await storm.sim.fetch("http://kis.invalid/x");
    expect(known).toContain(JSON.stringify(await token.json()));
  });

  recorded("tokens have the recorded fields", async () => {
    const { response } = real("10-") as { response: Row };
    const kis = createAsker({ now: at("12:00") });
    const answer = await kis.sim.fetch("http://kis.invalid/oauth2/tokenP", {
      method: "POST",
      body: JSON.stringify({ grant_type: "client_credentials", appkey: "test", appsecret: "test" }),
    });
    expect(Object.keys((await answer.json()) as Row).sort()).toEqual(Object.keys(response).sort());
  });

  recorded("approval and revocation too", async () => {
    const kis = createAsker({ now: at("12:00") });
    const post = async (path: string, body: Row): Promise<Row> => {
      const answer = await kis.sim.fetch(`http://kis.invalid/oauth2/${path}`, {
        method: "POST",
        body: JSON.stringify(body),
      });
      return (await answer.json()) as Row;
    };
    const approval = real("11-") as { request: Row; response: Row };
    const asked = { ...approval.request, appkey: "test", secretkey: "test" };
    expect(Object.keys(await post("Approval", asked))).toEqual(Object.keys(approval.response));
    const revocation = real("12-") as { request: Row; response: Row };
    const revoked = { ...revocation.request, appkey: "test", appsecret: "test", token: await kis.token() };
    expect(await post("revokeP", revoked)).toEqual(revocation.response);
  });
});

describe("the regular close and the evening's daily bar", () => {
  interface Closes {
    /** Last traded price of the 15:30 and of the newest later row. */
    readonly regular: string;
    readonly after: string;
    readonly evening: string;
    readonly morning: string;
  }
  /** The evening's bar runs on with the after-market; the batch of the night puts the regular close back. */
  const check = ({ regular, after, evening, morning }: Closes): void => {
    expect(morning).toBe(regular);
    expect(after).not.toBe(regular);
    expect(evening).not.toBe(regular);
  };

  recorded("the recording", () => {
    const seen = real("22-") as {
      minute_rows: Row[];
      daily_bar_close_read_in_the_evening: string;
      daily_bar_close_read_next_morning: string;
    };
    const closeAt = (hour: string): string =>
      seen.minute_rows.find((row) => row["stck_cntg_hour"] === hour)!["stck_prpr"]!;
    check({
      regular: closeAt("153000"),
      after: closeAt("160500"),
      evening: seen.daily_bar_close_read_in_the_evening,
      morning: seen.daily_bar_close_read_next_morning,
    });
  });

  test("the simulator", async () => {
    const kis = createAsker({ now: at("20:30", "2026-09-14") });
    const daily = async (): Promise<string> => {
      const query = {
        FID_COND_MRKT_DIV_CODE: "J",
        FID_INPUT_ISCD: "005930",
        FID_INPUT_DATE_1: "20260914",
        FID_INPUT_DATE_2: "20260914",
        FID_PERIOD_DIV_CODE: "D",
        FID_ORG_ADJ_PRC: "1",
      };
      return (await kis.get("FHKST03010100", query)).body.output2[0]!["stck_clpr"]!;
    };
    const truth = kis.sim.market.truth("005930", "2026-09-14", { hours: "all" });
    const regular = kis.sim.market.truth("005930", "2026-09-14").at(-1)!.close;
    const evening = await daily();
    kis.sim.clock.set(at("08:00", "2026-09-15"));
    check({
      regular: String(regular),
      after: String(truth.at(-1)!.close),
      evening,
      morning: await daily(),
    });
  });
});

describe("FHPUP02120000", () => {
  const simulated = async (): Promise<ChartBody> =>
    (
      await createAsker({ now: at("18:00") }).get("FHPUP02120000", {
        FID_PERIOD_DIV_CODE: "D",
        FID_COND_MRKT_DIV_CODE: "U",
        FID_INPUT_ISCD: "0001",
        FID_INPUT_DATE_1: "20261120",
      })
    ).body;

  test("the simulator", async () => {
    const body = await simulated();
    expect(body.output2).toHaveLength(100);
    checkIndexDays(body);
  });

  recorded("the recording, which the simulator has the fields of", async () => {
    const body = real("03-") as ChartBody;
    checkIndexDays(body);
    const own = await simulated();
    expect(Object.keys(own.output1).toSorted()).toEqual(Object.keys(body.output1).toSorted());
    expect(Object.keys(own.output2[0]!).toSorted()).toEqual(Object.keys(body.output2[0]!).toSorted());
  });
});

describe("bodies that people met", () => {
  const cases = process.env["HANTOO_CASES"];

  test.runIf(cases !== undefined)("the passing refusals are the simulator's, status and text", async () => {
    const text = readFileSync(join(cases ?? "", "04-error-bodies.json"), "utf8");
    const { bodies } = JSON.parse(text) as { bodies: { status: number; body: Row | string }[] };
    for (const { status, body } of bodies) {
      if (typeof body === "string" || body["msg_cd"] === "OPSQ2001") continue;
      const kis = createAsker({
        now: at("12:00"),
        faults: [{ do: { code: body["msg_cd"]! }, endpoint: "FHKST01010100" }],
      });
      const query = { FID_COND_MRKT_DIV_CODE: "J", FID_INPUT_ISCD: "005930" };
      expect(await kis.get("FHKST01010100", query)).toMatchObject({ status, body });
    }
  });
});
