import type { Clock } from "../../core/index.js";
import { StreamHub } from "./stream-hub.js";

const REGISTRY: unique symbol = Symbol.for("hantoo.streams");

interface Entry {
  readonly hub: StreamHub;
  readonly clock: Clock;
}

/**
 * The one hub of a key and host in this process, shared by the ESM and CJS copies, because KIS takes one session for
 * each key. It is kept without listeners, too, so that leaving and returning does not skip the pause between connects.
 *
 * @param name - of the key and the host; holds no secret.
 */
export function sharedHub(name: string, clock: Clock): StreamHub {
  const holder = globalThis as { [REGISTRY]?: Map<string, Entry> };
  const hubs = (holder[REGISTRY] ??= new Map<string, Entry>());
  let entry = hubs.get(name);
  // Pauses are counted on one clock, and mean nothing on another.
  if (entry === undefined || (entry.clock !== clock && !entry.hub.isUsed)) {
    entry = { hub: new StreamHub(name), clock };
    hubs.set(name, entry);
  }
  return entry.hub;
}
