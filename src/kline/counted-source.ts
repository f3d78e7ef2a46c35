import type { BarSource } from "./evidence/index.js";

/** @returns a source that tells of each request it is about to send, as far as `source` tells. */
export function countedSource(source: BarSource, onCall: () => void): BarSource {
  const { capacity } = source;
  return {
    minuteBars: (request) => source.minuteBars({ ...request, onCall }),
    ...(capacity === undefined ? {} : { capacity }),
  };
}
