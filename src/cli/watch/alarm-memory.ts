import { createHash } from "node:crypto";
import type { ObjectStore } from "hantoo";
import type { AlarmMemory } from "./alarm.js";

/** Beginning of every key: in the same store as the bars, so that other machines read it, too. */
const PREFIX = "hantoo-alarm";

/**
 * Keeps in the store what was reported, so that tomorrow's cron job does not report it again.
 *
 * @param about - what is watched, such as `"log-KRX"`.
 * @param notify - where it is reported: each address has its own note. The key has only its hash.
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

/** A damaged note counts as none. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
