import type { SendOptions } from "./exchange.js";
import type { KisCall } from "../wire/index.js";

/** An answer, read. */
export interface Fetched<T> {
  readonly value: T;
  /** The whole body. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Header `tr_cont` is F or M: there is a page after this one. */
  readonly hasMore: boolean;
  /** Epoch ms: the earlier of our clock when it was sent and KIS's when it answered. */
  readonly asOf: number;
}

/** Makes one call of a data endpoint, token, pace, retries and all. */
export type KisCaller = <T>(call: KisCall<T>, how: SendOptions) => Promise<Fetched<T>>;
