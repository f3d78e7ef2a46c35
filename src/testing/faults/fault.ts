import type { TradingDay } from "../../core/index.js";
import type { WireRequest } from "../wire/index.js";
import type { RowFaultName } from "./row-fault.js";

/** Something that goes wrong with one answer, or with the rows of one day of one symbol. */
export type FaultAction =
  /** The connection is reset before the answer. */
  | "reset"
  /** Status and headers arrive, then half of the body, then a reset. */
  | "half-body"
  /** A gateway's HTML page with status 502. */
  | "html-502"
  /** The right JSON as `text/html`. */
  | "wrong-content-type"
  /** EGW00201, whatever the rate. */
  | "rate-limit"
  /** HTTP 429 without a body of KIS's. */
  | "http-429"
  /** One of the codes that pass by themselves, by chance: EGW00215, OPSQ0003 and the like. */
  | "passing-error"
  /** `rt_cd` 0, and no `output`, `output1` or `output2`. */
  | "no-container"
  /** JSON that is not an answer of KIS, with status 200. */
  | "foreign-json"
  /** An empty row, `{}`, after the others. */
  | "filler-row"
  /** Every token becomes invalid, then the request is answered: EGW00121. */
  | "token-revoked"
  /** FHKST03010230 gives the rows of the trading day before under the date asked for. */
  | "relabel-previous-day"
  /** KIS's minute rows of a day are wrong. */
  | RowFaultName
  /** A refusal by its `msg_cd`; status and text as they were seen with it. */
  | {
      /** KIS's `msg_cd` to refuse with. */
      readonly code: string;
      /** HTTP status; the one that was seen with the code where absent. */
      readonly status?: number;
      /** KIS's `msg1`; the one that was seen with the code where absent. */
      readonly message?: string;
    }
  /** The answer starts that much later. */
  | {
      /** Delay before the answer, in milliseconds. */
      readonly latencyMs: number;
      /** Up to this much more, drawn from the seed, in milliseconds. */
      readonly jitterMs?: number;
    }
  /** The body arrives in ten pieces, one every so many ms. */
  | {
      /** From one of ten pieces of the body to the next, in milliseconds. */
      readonly slowLorisMs: number;
    }
  /** A field of every row is renamed, or gone where `to` is absent. */
  | {
      /** Name of the field that changes. */
      readonly driftField: string;
      /** Its new name; it is left out where absent. */
      readonly to?: string;
    }
  /** The server's clock is ahead (or behind, if negative) by that much for this answer. */
  | {
      /** How far the server's clock is ahead, in milliseconds; negative: behind. */
      readonly clockSkewMs: number;
    };

/** A fault, and when it strikes. All given conditions must hold. */
export interface Fault {
  /** What happens to the call. */
  readonly do: FaultAction;
  /** A path's end, or a TR id, such as `tokenP` or `FHKST03010230`. */
  readonly endpoint?: string;
  /** Only requests for one of these symbols. */
  readonly symbols?: readonly string[];
  /** The nth request that the other conditions hold for, from 1; not with `per: "symbol-day"`. */
  readonly nth?: number;
  /** At most that many times; not with `per: "symbol-day"`. @defaultValue no bound */
  readonly times?: number;
  /** 0..1, drawn from the seed. @defaultValue 1 */
  readonly probability?: number;
  /** Strikes only requests for which it returns true. @defaultValue every request */
  readonly when?: (request: WireRequest) => boolean;
  /** Epoch ms of the simulator's clock: not before. */
  readonly from?: number;
  /** Epoch ms of the simulator's clock: only before. */
  readonly until?: number;
  /**
   * What a row fault is tied to. `"request"`: to this answer alone, so that a second look may find the row.
   * `"symbol-day"`: KIS's own record is wrong, so that every answer about this symbol and day says the same.
   *
   * @defaultValue `"symbol-day"`; `"request"` for `int64-min-row` and `odd-second-label`, and for faults of other kinds
   */
  readonly per?: "request" | "symbol-day";
  /** Row faults: only rows of these days. */
  readonly tradingDays?: readonly TradingDay[];
  /** Row faults: the KST minutes they strike, `"11:03"`. @defaultValue drawn from the seed */
  readonly minutes?: readonly string[];
  /** Row faults: how many rows of the day, where none is named. @defaultValue 1 */
  readonly rows?: number;
  /** Row faults: KIS has the day right from 06:00 KST of the nth trading day after it. @defaultValue never */
  readonly healsAfterDays?: number;
}

/** Faults by script, or shares of requests (of symbol-days for row faults) by the name of a fault. */
export type FaultPlan = readonly Fault[] | { readonly [Name in Extract<FaultAction, string>]?: number };

/** @returns the word that {@link SimulatorStats.faultsByName} counts an action by. */
export function faultName(action: FaultAction): string {
  return typeof action === "string" ? action : (Object.keys(action)[0] ?? "");
}
