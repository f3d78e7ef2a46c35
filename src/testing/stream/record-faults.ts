import { createRandom } from "../random.js";
import type { StreamFault, StreamFaultAction } from "../settings/index.js";

/** Draws which fault, if any, strikes a record. */
export type RecordFaultDraw = (symbol: string, time: number) => StreamFaultAction | undefined;

/** @returns the first fault of the plan that strikes; each draws once a record it applies to. */
export function createRecordFaults(plan: readonly StreamFault[], seed: number): RecordFaultDraw {
  const random = createRandom(seed ^ 0x57ea3);
  const struck = plan.map(() => 0);
  return (symbol, time) => {
    let action: StreamFaultAction | undefined;
    for (const [index, fault] of plan.entries()) {
      if (fault.symbol !== undefined && fault.symbol !== symbol) continue;
      if (time < (fault.from ?? -Infinity) || time >= (fault.to ?? Infinity)) continue;
      if (!(random() < (fault.probability ?? 1)) || action !== undefined) continue;
      if ((struck[index] ?? 0) >= (fault.times ?? Infinity)) continue;
      struck[index] = (struck[index] ?? 0) + 1;
      action = fault.do;
    }
    return action;
  };
}
