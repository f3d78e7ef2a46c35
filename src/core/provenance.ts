/** Version of this package, as its objects and requests say it. A test ties it to package.json. */
export const VERSION = "0.2.0";

/**
 * Header that hantoo's simulator puts on every answer, and KIS on none. Whoever stores an answer looks for it, so that
 * invented bars never pass for real ones.
 */
export const SIMULATOR_HEADER = "x-hantoo-simulator";
