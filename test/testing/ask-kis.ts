import { kstInstant } from "../../src/core/index.js";
import { type KisSimulator, type KisSimulatorOptions, createKisSimulator } from "hantoo/testing";

/** The quotation paths by TR id, as KIS documents them. */
const PATHS: Readonly<Record<string, string>> = {
  FHKST03010200: "inquire-time-itemchartprice",
  FHKST03010230: "inquire-time-dailychartprice",
  FHKST03010100: "inquire-daily-itemchartprice",
  FHKST01010100: "inquire-price",
  FHKST01010300: "inquire-ccnl",
  FHPST01060000: "inquire-time-itemconclusion",
  FHKST11300006: "intstock-multprice",
  CTPF1002R: "search-stock-info",
  FHKUP03500100: "inquire-daily-indexchartprice",
  FHKUP03500200: "inquire-time-indexchartprice",
  FHPUP02120000: "inquire-index-daily-price",
  FHKST01010900: "inquire-investor",
  HHKDB669105C0: "../ksdinfo/rev-split",
  HHKDB669106C0: "../ksdinfo/cap-dcrs",
  HHKDB669101C0: "../ksdinfo/bonus-issue",
  HHKDB669100C0: "../ksdinfo/paidin-capin",
  HHKDB669104C0: "../ksdinfo/merger-split",
  HHKDB669102C0: "../ksdinfo/dividend",
  HHKDB669107C0: "../ksdinfo/list-info",
  CTCA0903R: "chk-holiday",
};

export type Row = Record<string, string>;
export interface Answer {
  readonly status: number;
  readonly trCont: string | null;
  readonly body: {
    rt_cd: string;
    msg_cd: string;
    msg1: string;
    output1: Row;
    output2: Row[];
    output: Row[] & Row;
    ctx_area_nk: string;
    ctx_area_fk: string;
  };
}

/** A client as plain as can be: it knows headers, nothing else. */
export interface Asker {
  readonly sim: KisSimulator;
  token(): Promise<string>;
  get(trId: string, query: Row, headers?: Row): Promise<Answer>;
  /** FHKST03010200 of a symbol at the label asked for. */
  today(symbol: string, hour: string, venue?: string): Promise<Answer["body"]>;
  /** FHKST03010230 of a symbol at a date and label. */
  past(symbol: string, day: string, hour: string, venue?: string): Promise<Answer["body"]>;
}

const LIFETIME_MS = 86_400_000;
const HOST = "https://openapi.koreainvestment.com:9443";

export const CREDENTIALS = { grant_type: "client_credentials", appkey: "test", appsecret: "test" };

export function createAsker(options: KisSimulatorOptions): Asker {
  const sim = createKisSimulator({
    seed: 7,
    limits: { perSecond: false, tokenPerSecond: false },
    ...options,
  });
  let issued: { readonly token: Promise<string>; readonly at: number } | undefined;
  const issue = async (): Promise<string> => {
    const response = await sim.fetch(`${HOST}/oauth2/tokenP`, {
      method: "POST",
      body: JSON.stringify(CREDENTIALS),
    });
    return ((await response.json()) as { access_token: string }).access_token;
  };
  /** Days later the token of before is no longer good: the charts' readers take a new one. */
  const renew = (): void => {
    if (issued !== undefined && Math.abs(sim.clock.now() - issued.at) >= LIFETIME_MS) issued = undefined;
  };
  const asker: Asker = {
    sim,
    token: () => (issued ??= { token: issue(), at: sim.clock.now() }).token,
    async get(trId, query, headers = {}) {
      const all = {
        authorization: `Bearer ${await asker.token()}`,
        appkey: "test",
        appsecret: "test",
        tr_id: trId,
        custtype: "P",
        tr_cont: "",
        ...headers,
      };
      const url = `${HOST}/uapi/domestic-stock/v1/quotations/${PATHS[trId]}?${new URLSearchParams(query).toString()}`;
      const response = await sim.fetch(url, { headers: all });
      return {
        status: response.status,
        trCont: response.headers.get("tr_cont"),
        body: (await response.json()) as Answer["body"],
      };
    },
    async today(symbol, hour, venue = "J") {
      renew();
      return (await asker.get("FHKST03010200", itemChartQuery(symbol, hour, venue))).body;
    },
    async past(symbol, day, hour, venue = "J") {
      renew();
      const { FID_ETC_CLS_CODE: _, ...query } = itemChartQuery(symbol, hour, venue);
      const dated = { ...query, FID_INPUT_DATE_1: day.replaceAll("-", ""), FID_FAKE_TICK_INCU_YN: "" };
      return (await asker.get("FHKST03010230", dated)).body;
    },
  };
  return asker;
}

export function itemChartQuery(
  symbol: string,
  hour: string,
  venue = "J",
): Row & { FID_ETC_CLS_CODE: string } {
  return {
    FID_COND_MRKT_DIV_CODE: venue,
    FID_INPUT_ISCD: symbol,
    FID_INPUT_HOUR_1: hour,
    FID_PW_DATA_INCU_YN: "N",
    FID_ETC_CLS_CODE: "",
  };
}

/** 2026-11-20 is a plain Friday. */
export const at = (time: string, day = "2026-11-20"): number => kstInstant(day, time);
export const labels = (rows: readonly Row[]): string[] => rows.map((row) => row["stck_cntg_hour"]!);
export const volumes = (rows: readonly Row[]): number[] => rows.map((row) => Number(row["cntg_vol"]));
