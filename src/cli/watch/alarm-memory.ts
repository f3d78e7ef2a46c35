import { createHash } from "node:crypto";
import type { ObjectStore } from "hantoo";
import type { AlarmMemory } from "./alarm.js";

/** Beginning of every key: beside the bars, so that another machine knows as well. */
const PREFIX = "hantoo-alarm";

/**
 * Keeps what was told in the store, so that a cron job of tomorrow does not tell it again.
 *
 * @param about - what is watched, such as `"log-KRX"`.
 * @param notify - whom it is told: each has a note of their own. It is not to be read from the key.
 */
export function createAlarmMemory(store: ObjectStore, about: string, notify: URL): AlarmMemory {
  const hash = createHash("sha256").update(notify.href).digest("hex").slice(0, 12);
  const key = `${PREFIX}/${about}-${hash}.json`;
  return {
    async read() {
      const bytes = await store.get(key);
      if (bytes === undefined) return [];
      const note: unknown = parse(new TextDecoder().decode(bytes));
      const told = typeof note === "object" && note !== null && "told" in note ? note.told : undefined;
      return Array.isArray(told) ? told.filter((kind) => typeof kind === "string") : [];
    },
    write: (told) => store.put(key, new TextEncoder().encode(JSON.stringify({ told }))),
  };
}

/** A note that is damaged tells nothing. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
