import { MINUTE_MS, minuteOf } from "../core/index.js";
import type { Session } from "./session.js";

/**
 * The minute labels of a session, ascending epoch ms: each minute of its continuous windows, the minute at which the
 * closing auction prints, and the after-market's close print if it has one.
 *
 * The single-price session has none: KIS documents no minute bars of it. Nor has the time of trades at the closing
 * price, which move no price.
 */
export function minutesOf(session: Session): readonly number[] {
  const spans = session.windows.flatMap(({ kind, from, to, closePrint }) => {
    if (kind === "closing-auction") return [{ from: to, to: to + MINUTE_MS }];
    // Nextrade's main market opens at 09:00:30, within the minute of its first bar.
    const trades = kind === "continuous" || kind === "pre-market" || kind === "after-market";
    return trades ? [{ from: minuteOf(from), to: closePrint ? to + MINUTE_MS : to }] : [];
  });
  const labels: number[] = [];
  let next = 0;
  for (const { from, to } of spans.sort((a, b) => a.from - b.from)) {
    for (next = Math.max(next, from); next < to; next += MINUTE_MS) labels.push(next);
  }
  return Object.freeze(labels);
}
