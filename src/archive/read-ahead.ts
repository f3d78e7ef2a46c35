/**
 * Reads many items, some of them ahead of the one that is taken, since S3 needs tens of milliseconds for each.
 *
 * @returns the results in the order of the items. If the caller leaves, what was read ahead is dropped.
 */
export async function* readAhead<Item, Result>(
  items: Iterable<Item>,
  count: number,
  read: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const pending: Promise<Result>[] = [];
  for (const item of items) {
    const result = read(item);
    result.catch(() => undefined); // awaited in its turn, if the turn comes
    pending.push(result);
    const next = pending.length >= count ? pending.shift() : undefined;
    if (next !== undefined) yield await next;
  }
  for (const result of pending) yield await result;
}

/** Days whose columns are read side by side. */
export const DAYS_AHEAD = 16;
