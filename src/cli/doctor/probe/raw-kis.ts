import {
  type Clock,
  type CorporateAction,
  KisApiError,
  type KisClient,
  MINUTE_MS,
  type TradingDay,
  type Venue,
  compactDay,
  krx,
  kstDay,
  kstTime,
  minuteOf,
  venueCode,
} from "hantoo";
import type { CountedFetch, AnswerHead } from "../counted-fetch.js";

/** A row as it came. */
export type Row = Readonly<Record<string, string>>;

/** An answer as it came. */
export interface Answer {
  readonly output1: Row;
  readonly output2: readonly Row[];
  readonly output: readonly Row[];
}

/** KIS's answer to a request that it refused. */
export interface Refusal {
  readonly status: number | undefined;
  readonly msgCd: string;
  readonly rtCd: string;
}

/** Whether today has no session, or it is before, in, or after it. */
export type Phase = "closed" | "before" | "open" | "after";

const QUOTATIONS = "/uapi/domestic-stock/v1/quotations";
const PATHS: Readonly<Record<string, string>> = {
  FHKST01010100: "inquire-price",
  FHKST01010900: "inquire-investor",
  FHKST03010100: "inquire-daily-itemchartprice",
  FHKST03010200: "inquire-time-itemchartprice",
  FHKST03010230: "inquire-time-dailychartprice",
  FHKUP03500100: "inquire-daily-indexchartprice",
  FHKUP03500200: "inquire-time-indexchartprice",
  CTCA0903R: "chk-holiday",
};

/** A symbol that trades each minute at both venues. */
export const LIQUID = "005930";
/** A fund: Nextrade trades none. */
export const FUND = "069500";

/**
 * Gives the probes KIS's rows as they come: the library's readers repair just what a probe wants to see. A question that
 * several probes have is asked once.
 */
export class RawKis {
  readonly client: KisClient;
  readonly http: CountedFetch;
  readonly clock: Clock;
  readonly masterUrl: string;
  readonly #kept = new Map<string, Promise<unknown>>();

  constructor(parts: Pick<RawKis, "client" | "http" | "clock" | "masterUrl">) {
    this.client = parts.client;
    this.http = parts.http;
    this.clock = parts.clock;
    this.masterUrl = parts.masterUrl;
  }

  get now(): number {
    return this.clock.now();
  }

  /** KST. */
  get today(): TradingDay {
    return kstDay(this.now);
  }

  /** Where KRX's regular session stands. */
  get phase(): Phase {
    const session = krx.session(this.today);
    if (session === undefined) return "closed";
    if (this.now < session.open) return "before";
    return this.now < session.close ? "open" : "after";
  }

  /** KRX's regular hours of today; `undefined` on a closed day. */
  get session(): { readonly open: number; readonly close: number } | undefined {
    return krx.session(this.today);
  }

  /** Whether KRX's after-market is on. */
  get isAfterMarket(): boolean {
    const windows = krx.session(this.today, { hours: "all" })?.windows ?? [];
    return windows.some(
      ({ kind, from, to }) => kind === "after-market" && this.now >= from + MINUTE_MS && this.now < to,
    );
  }

  /** The last trading day before today: over for good. */
  get pastDay(): TradingDay {
    return krx.previousTradingDay(this.today);
  }

  /** Runs `work` once for each name; later calls get the same result. */
  once<T>(name: string, work: () => Promise<T>): Promise<T> {
    const kept = (this.#kept.get(name) as Promise<T> | undefined) ?? work();
    this.#kept.set(name, kept);
    return kept;
  }

  /** @throws KisApiError if KIS refuses. */
  ask(trId: string, params: Row): Promise<Answer> {
    return this.once(`${trId} ${JSON.stringify(params)}`, () => this.askAgain(trId, params));
  }

  /** Asks again, for answers that change with time. */
  async askAgain(trId: string, params: Row): Promise<Answer> {
    const { signal } = this.http;
    const path = `${QUOTATIONS}/${PATHS[trId]}`;
    return answerOf(await this.client.request({ path, trId, params, signal }));
  }

  /** @returns KIS's refusal; `undefined` where it answered. */
  async refusal(
    trId: string,
    params: Row,
    path: string | undefined = PATHS[trId],
  ): Promise<Refusal | undefined> {
    const { signal } = this.http;
    try {
      // No retry: some refusals would pass, and the refusal is what the probe wants.
      await this.client.request({ path: `${QUOTATIONS}/${path}`, trId, params, signal, retry: 0 });
      return undefined;
    } catch (error) {
      if (error instanceof KisApiError) return error;
      throw error;
    }
  }

  /** Asks paper for what it does not have, which the client itself would refuse. */
  async onPaper(trId: string, params: Row): Promise<AnswerHead | undefined> {
    await this.ask("FHKST01010100", { FID_COND_MRKT_DIV_CODE: "J", FID_INPUT_ISCD: LIQUID });
    return this.http.resend({ call: { path: `${QUOTATIONS}/${PATHS[trId]}`, trId, params } });
  }

  /** FHKST03010200: today's rows at or before a label. */
  async todayRows(
    label: string,
    { venue = "KRX", again = false }: RowsOptions = {},
  ): Promise<readonly Row[]> {
    const params = {
      FID_COND_MRKT_DIV_CODE: venueCode(venue),
      FID_INPUT_ISCD: LIQUID,
      FID_INPUT_HOUR_1: label,
      FID_PW_DATA_INCU_YN: "Y",
      FID_ETC_CLS_CODE: "",
    };
    return (await (again ? this.askAgain("FHKST03010200", params) : this.ask("FHKST03010200", params)))
      .output2;
  }

  /** FHKST03010230: rows of a day at or before a label, and then of the days before. */
  async dayRows(
    day: TradingDay,
    label: string,
    { venue = "KRX", symbol = LIQUID, again = false }: RowsOptions & { readonly symbol?: string } = {},
  ): Promise<readonly Row[]> {
    const params = {
      FID_COND_MRKT_DIV_CODE: venueCode(venue),
      FID_INPUT_ISCD: symbol,
      FID_INPUT_DATE_1: compactDay(day),
      FID_INPUT_HOUR_1: label,
      FID_PW_DATA_INCU_YN: "Y",
      FID_FAKE_TICK_INCU_YN: "",
    };
    return (await (again ? this.askAgain("FHKST03010230", params) : this.ask("FHKST03010230", params)))
      .output2;
  }

  /** FHKST03010100: daily rows, newest first. */
  dailyRows(
    symbol: string,
    from: TradingDay,
    to: TradingDay,
    { venue = "KRX", adjusted = false }: { readonly venue?: Venue; readonly adjusted?: boolean } = {},
  ): Promise<Answer> {
    return this.ask("FHKST03010100", {
      FID_COND_MRKT_DIV_CODE: venueCode(venue),
      FID_INPUT_ISCD: symbol,
      FID_INPUT_DATE_1: compactDay(from),
      FID_INPUT_DATE_2: compactDay(to),
      FID_PERIOD_DIV_CODE: "D",
      FID_ORG_ADJ_PRC: adjusted ? "0" : "1",
    });
  }

  /** Splits that took effect while KIS keeps minutes, oldest first; live only. */
  splits(): Promise<readonly CorporateAction[]> {
    return this.once("splits", async () => {
      const from = krx.addTradingDays(this.pastDay, -200);
      const found = await this.client.corporateActions({
        kind: "split",
        from,
        to: this.today,
        signal: this.http.signal,
      });
      return found.filter(
        ({ effectiveDate, ratio }) =>
          effectiveDate !== undefined &&
          effectiveDate > from &&
          effectiveDate <= this.pastDay &&
          ratio !== undefined &&
          ratio > 0 &&
          ratio !== 1,
      );
    });
  }
}

interface RowsOptions {
  readonly venue?: Venue;
  readonly again?: boolean;
}

/** The label of the minute an instant lies in. */
export const labelOf = (atMs: number): string => kstTime(minuteOf(atMs));
/** The digits of a cell; `NaN` where there is no such cell, or a blank one. */
export const numberIn = (row: Row | undefined, name: string): number => {
  const text = row?.[name]?.trim() ?? "";
  return text === "" ? Number.NaN : Number(text);
};
/** The cells that make a bar. */
export const barOf = (row: Row | undefined): string =>
  ["stck_oprc", "stck_hgpr", "stck_lwpr", "stck_prpr", "cntg_vol"].map((name) => row?.[name]).join("/");
/** The row of a day and label. */
export const rowAt = (rows: readonly Row[], day: TradingDay, label: string): Row | undefined =>
  rows.find((row) => row["stck_bsop_date"] === compactDay(day) && row["stck_cntg_hour"] === label);

function answerOf(body: unknown): Answer {
  const { output1, output2, output } = (body ?? {}) as Readonly<Record<string, unknown>>;
  return { output1: rowOf(output1), output2: rowsOf(output2), output: rowsOf(output) };
}

const rowsOf = (value: unknown): readonly Row[] =>
  Array.isArray(value) ? value.map((each) => rowOf(each)) : value === undefined ? [] : [rowOf(value)];

function rowOf(value: unknown): Row {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((cell): cell is [string, string] => typeof cell[1] === "string"),
  );
}
