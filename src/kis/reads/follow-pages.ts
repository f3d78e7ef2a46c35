import { ConfigError, IncompleteDataError } from "../../core/index.js";
import type { SendOptions, Fetched, KisCaller } from "../calls/index.js";

import type { KisCall } from "../wire/index.js";

/** No answer of KIS's is known to go on for as long. */
const MOST_PAGES = 1000;

/** The keys a page hands on to the next: `ctx_area_fk100` of the body is `CTX_AREA_FK100` of the request. */
function contextOf(body: Readonly<Record<string, unknown>>): Record<string, string> {
  const context: Record<string, string> = {};
  for (const [name, value] of Object.entries(body)) {
    if (/^ctx_area_(fk|nk)\d*$/i.test(name) && typeof value === "string") context[name.toUpperCase()] = value;
  }
  return context;
}

/**
 * Follows `tr_cont` to the last page.
 *
 * @throws {@link ConfigError} if `maxPages` is no integer >= 1.
 * @throws {@link IncompleteDataError} if a page hands on the keys of an earlier one, or more than `maxPages` come.
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
    // Some endpoints hand on no keys: there a page that comes again is the circle.
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
