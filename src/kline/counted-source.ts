import type { BarSource } from "./evidence/index.js";

/** @returns a source that tells of each request it is about to send, as far as `source` tells. */
export function countedSource(source: BarSource, onCall: () => void): BarSource {
  return { minuteBars: (request) => source.minuteBars({ ...request, onCall }) };
}
