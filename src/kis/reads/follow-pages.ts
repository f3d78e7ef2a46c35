import { ConfigError, IncompleteDataError } from "../../core/index.js";
import type { SendOptions, Fetched, KisCaller } from "../calls/index.js";

import type { KisCall } from "../wire/index.js";

/** More pages than any answer of KIS is known to have. */
const MOST_PAGES = 1000;

/** The keys that a page gives for the next: `ctx_area_fk100` of the body is `CTX_AREA_FK100` of the request. */
function contextOf(body: Readonly<Record<string, unknown>>): Record<string, string> {
  const context: Record<string, string> = {};
  for (const [name, value] of Object.entries(body)) {
    if (/^ctx_area_(fk|nk)\d*$/i.test(name) && typeof value === "string") context[name.toUpperCase()] = value;
  }
  return context;
}

/**
 * Reads all pages, as `tr_cont` announces them.
 *
 * @throws {@link ConfigError} if `maxPages` is no integer >= 1.
 * @throws {@link IncompleteDataError} if a page gives the keys of an earlier one, or there are more than `maxPages`.
 */
export async function* fetchPages<T>(
  call: KisCall<T>,
  caller: KisCaller,
  options: SendOptions & { readonly maxPages?: number | undefined },
): AsyncGenerator<Fetched<T>, void, undefined> {
  const { maxPages = MOST_PAGES, ...how } = options;
  if (!(Number.isInteger(maxPages) && maxPages >= 1))
    throw new ConfigError("maxPages", "an integer >= 1", maxPages);
  let next = call;
  const seen = new Set<string>();
  for (let pages = 1; ; pages++) {
    const fetched = await caller(next, how);
    yield fetched;
    if (!fetched.hasMore) return;
    const context = contextOf(fetched.body);
    // Some endpoints give no keys: there a page that comes again ends the loop.
    const mark = JSON.stringify(Object.keys(context).length > 0 ? context : fetched.body);
    const isCircle = seen.has(mark);
    if (pages >= maxPages || isCircle) {
      throw new IncompleteDataError(
        `KIS announced more pages of ${call.trId} than ${pages}${isCircle ? ", but they lead in a circle" : ""}`,
        { expected: pages + 1, have: pages, missing: [] },
      );
    }
    seen.add(mark);
    next = { ...call, params: { ...call.params, ...context }, continues: true };
  }
}
