import { listen, type KisSimulator, createSimulatorCore, MASTER_PATH } from "./server/index.js";

import type { KisSimulatorOptions } from "./settings/index.js";
import { attachWebSockets } from "./stream/index.js";

/** A simulated KIS on the loopback interface. */
export interface RunningKisSimulator extends KisSimulator {
  /** `http://127.0.0.1:port`: give it to a client as its base URL. */
  readonly baseUrl: string;
  /** `ws://127.0.0.1:port/tryitout`: give it to a client as its `websocketUrl`. */
  readonly websocketUrl: string;
  /** Folder of the master files: `${masterUrl}/kospi_code.mst.zip`. */
  readonly masterUrl: string;
  /** Ends every connection; afterwards no handle is left. */
  readonly close: () => Promise<void>;
  /** The same, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a simulated KIS on a free port of the loopback interface, reachable from this host alone.
 *
 * @example
 * ```ts
 * import { KisClient } from "hantoo";
 * import { startKisSimulator } from "hantoo/testing";
 *
 * // Friday evening; in KIS's record one row of Samsung Electronics is lost until two trading days later.
 * await using sim = await startKisSimulator({
 *   now: Date.parse("2026-11-20T18:00:00+09:00"),
 *   faults: [{ do: "lost-row", symbols: ["005930"], minutes: ["11:03"], healsAfterDays: 2 }],
 * });
 * await using client = new KisClient({ appKey: "test", appSecret: "test", baseUrl: sim.baseUrl, clock: sim.clock });
 * const day = await client.minuteBars({ symbol: "005930" });
 * const truth = sim.truth("005930", "2026-11-20"); // what was traded, the lost minute included
 * ```
 *
 * @throws ConfigError if an option is unknown or out of range.
 */
export async function startKisSimulator(options: KisSimulatorOptions = {}): Promise<RunningKisSimulator> {
  const core = createSimulatorCore(options);
  const shell = await listen(core, attachWebSockets);
  const baseUrl = `http://127.0.0.1:${shell.port}`;
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => (closed ??= shell.close());
  return {
    fetch: core.fetch,
    clock: core.clock,
    market: core.market,
    stats: core.stats,
    truth: core.truth,
    revokeTokens: core.revokeTokens,
    baseUrl,
    websocketUrl: `ws://127.0.0.1:${shell.port}/tryitout`,
    masterUrl: `${baseUrl}${MASTER_PATH}`,
    close,
    [Symbol.asyncDispose]: close,
  };
}
