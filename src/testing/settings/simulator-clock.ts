import { type Clock, ConfigError, systemClock } from "../../core/index.js";

/** How the time of a simulator passes. */
export type ClockMode =
  /** Stands still: only `set` and `advance` move it. */
  | "fixed"
  /** Runs on from `now` at the speed of the host's clock. */
  | "running"
  /** Runs on from `now`, that many times as fast. */
  | number
  /** The clock of a test: simulator and client then share one time. */
  | Clock;

/**
 * The simulated KIS's own time, which is a {@link Clock}: give it to a client, so that both agree what day it is.
 *
 * `monotonic` and `sleep` are real time, plus what `set` and `advance` moved on, even where `now` stands still: so a
 * client paces itself as usual. On a shared clock they are that clock's.
 */
export interface SimulatorClock extends Clock {
  /** Sets the time, forwards or backwards. */
  readonly set: (epochMs: number) => void;
  /** Moves on by `ms`. */
  readonly advance: (ms: number) => void;
}

/**
 * @param startMs - epoch ms at the start; a shared clock keeps its own time.
 * @param onMove - called after each `set` and `advance`.
 * @throws {@link ConfigError} if the mode is none of {@link ClockMode}.
 */
export function createServerClock(
  mode: ClockMode,
  startMs: number | undefined,
  onMove: () => void,
): SimulatorClock {
  if (typeof mode === "object") return sharedClock(mode, onMove);
  const factor = mode === "fixed" ? 0 : mode === "running" ? 1 : mode;
  if (typeof factor !== "number" || !(factor >= 0)) {
    throw new ConfigError("clock", '"fixed", "running", a factor or a Clock', mode);
  }
  const origin = systemClock.monotonic();
  const since = (): number => systemClock.monotonic() - origin;
  const start = startMs ?? systemClock.now();
  let moved = 0;
  let forward = 0;
  const now = (): number => Math.floor(start + moved + since() * factor);
  const advance = (ms: number): void => {
    moved += ms;
    forward += Math.max(0, ms);
    onMove();
  };
  return {
    now,
    advance,
    set: (epochMs) => advance(epochMs - now()),
    // Rates go by real time whatever the factor: the client paces itself by the host's clock.
    monotonic: () => since() + forward,
    sleep: (ms, signal) => systemClock.sleep(ms, signal),
  };
}

/** A shared clock that can be set (a manual one) is set itself; any other keeps its time, and we an offset. */
function sharedClock(clock: Clock & { set?(epochMs: number): void }, onMove: () => void): SimulatorClock {
  let moved = 0;
  let forward = 0;
  const now = (): number => clock.now() + moved;
  const set = (epochMs: number): void => {
    forward += Math.max(0, epochMs - now());
    if (clock.set === undefined) moved += epochMs - now();
    else clock.set(epochMs);
    onMove();
  };
  return {
    now,
    set,
    advance: (ms) => set(now() + ms),
    monotonic: () => clock.monotonic() + forward,
    sleep: (ms, signal) => clock.sleep(ms, signal),
  };
}
