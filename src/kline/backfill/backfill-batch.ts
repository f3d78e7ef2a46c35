import type { TradingDay } from "../../core/index.js";
import { type Outcome, failureOf, outcomeOf } from "./backfill-step.js";
import type { PlannedTarget } from "./backfill-plan.js";
import type { DayTable } from "../../archive/index.js";
import type { SymbolDay } from "../evidence/index.js";

/** A target and what was fetched of it. */
export interface Fetched {
  readonly target: PlannedTarget;
  readonly day: SymbolDay;
  readonly calls: number;
}

/** What became of a batch. */
interface WrittenBatch {
  /** Of each target, in order; told only now, since its minutes are durable or lost. */
  readonly outcomes: readonly Outcome[];
  /** Why nothing could be written, if nothing could. */
  readonly fault: unknown;
}

/** Writes a batch, one object a day. A day that cannot be written fails its targets and no other. */
export async function writeBatch(
  batch: readonly Fetched[],
  ports: {
    readonly write: (table: DayTable) => Promise<void>;
    readonly emptyTable: (day: TradingDay) => DayTable;
  },
): Promise<WrittenBatch> {
  const tables = new Map<TradingDay, DayTable>();
  for (const { target, day } of batch) {
    const table = tables.get(target.tradingDay) ?? ports.emptyTable(target.tradingDay);
    tables.set(target.tradingDay, table);
    for (const { index, cell } of day.cells) table.set(target.symbol, index, cell);
  }
  const faults = new Map<TradingDay, { readonly error: unknown }>();
  const write = ([day, table]: [TradingDay, DayTable]): Promise<void> =>
    ports.write(table).catch((error: unknown) => void faults.set(day, { error }));
  await Promise.all([...tables].map(write));
  const outcomes = batch.map(({ target, day, calls }) => {
    const fault = faults.get(target.tradingDay);
    return fault ? failureOf(target, fault.error, calls, day.bars) : outcomeOf(target, day, calls);
  });
  const [first] = tables.keys();
  const isLost = faults.size === tables.size && first !== undefined;
  return { outcomes, fault: isLost ? faults.get(first)?.error : undefined };
}
