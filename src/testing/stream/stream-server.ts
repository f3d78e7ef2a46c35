import { addDays, kstDay, kstInstant, weekdayOf } from "../../core/index.js";
import { createRandom } from "../random.js";
import type { SimulatorCore } from "../server/index.js";
import type { StreamSettings } from "../settings/index.js";
import { type RecordFaultDraw, createRecordFaults } from "./record-faults.js";

/** What the sessions of one server share: the app key's one slot, the network, and what is drawn. */
export interface StreamServer {
  readonly settings: StreamSettings;
  readonly random: () => number;
  readonly drawFault: RecordFaultDraw;
  /** @returns whether the key is this session's from now on; false if another one has it. */
  claim(session: object): boolean;
  /** A session is over: after a close frame its slot is free at once, otherwise it stays taken for a while. */
  release(session: object, isClean: boolean): void;
  /** Whether the network is out at an instant. */
  isOut(atMs: number): boolean;
  /** What cuts every session after `fromMs` up to and with `toMs`; `undefined` if nothing does. */
  cutBetween(fromMs: number, toMs: number): "outage" | "restart" | undefined;
  /** The next such instant after `fromMs`. */
  nextCutAt(fromMs: number): number;
}

export function createStreamServer(core: SimulatorCore): StreamServer {
  const settings = core.contextAt(core.clock.now()).config.stream;
  let holder: object | undefined;
  let heldUntil = Number.NEGATIVE_INFINITY;

  const nextRestartAt = (fromMs: number): number => {
    if (settings.fridayRestart === false) return Infinity;
    for (let day = kstDay(fromMs), tries = 0; tries < 8; day = addDays(day, 1), tries++) {
      const at = kstInstant(day, settings.fridayRestart);
      if (weekdayOf(day) === 5 && at > fromMs) return at;
    }
    return Infinity;
  };
  const nextOutageAt = (fromMs: number): number =>
    Math.min(Infinity, ...settings.outages.map(({ from }) => from).filter((from) => from > fromMs));

  return {
    settings,
    random: createRandom(core.market.seed ^ 0xf4a3e),
    drawFault: createRecordFaults(settings.faults, core.market.seed),
    claim(session) {
      if (holder === session) return true;
      if (holder !== undefined || core.clock.monotonic() < heldUntil) return false;
      holder = session;
      return true;
    },
    release(session, isClean) {
      if (holder !== session) return;
      holder = undefined;
      if (!isClean) heldUntil = core.clock.monotonic() + settings.slotHoldMs;
    },
    isOut: (atMs) => settings.outages.some(({ from, to }) => atMs >= from && atMs < to),
    cutBetween(fromMs, toMs) {
      if (nextOutageAt(fromMs) <= toMs) return "outage";
      return nextRestartAt(fromMs) <= toMs ? "restart" : undefined;
    },
    nextCutAt: (fromMs) => Math.min(nextOutageAt(fromMs), nextRestartAt(fromMs)),
  };
}
