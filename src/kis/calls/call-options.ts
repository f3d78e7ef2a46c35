import type { Venue } from "../../core/index.js";

/** Options every call takes. */
export interface CallOptions {
  /** Ends the call wherever it is: in line, under way, or waiting to be tried again. */
  readonly signal?: AbortSignal;
}

/** Options of a call about a symbol. */
export interface QuoteOptions extends CallOptions {
  /** @defaultValue "KRX" */
  readonly venue?: Venue;
}
