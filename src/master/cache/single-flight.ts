/** Work that several callers wait for. */
interface Flight<T> {
  readonly result: Promise<T>;
  readonly controller: AbortController;
  waiters: number;
}

/** Lets simultaneous callers of the same thing share the work. */
export interface SingleFlight<T> {
  /**
   * Joins the work under way for `owner` and `key`, or starts `run`.
   *
   * An abort takes only its own caller out. The work is aborted when no caller waits for it any more.
   */
  share(
    owner: object,
    key: string,
    signal: AbortSignal | undefined,
    run: (signal: AbortSignal) => Promise<T>,
  ): Promise<T>;
}

/** @returns flights that keep nothing of finished work. */
export function createSingleFlight<T>(): SingleFlight<T> {
  const owners = new WeakMap<object, Map<string, Flight<T>>>();

  return {
    async share(owner, key, signal, run) {
      signal?.throwIfAborted();
      const flights = owners.get(owner) ?? new Map<string, Flight<T>>();
      owners.set(owner, flights);
      const flight = flights.get(key) ?? start(flights, key, run);
      flight.waiters++;
      const leave = (): void => {
        if (--flight.waiters > 0) return;
        if (flights.get(key) === flight) flights.delete(key);
        flight.controller.abort(signal?.reason);
      };
      if (signal === undefined) return flight.result;
      return new Promise<T>((resolve, reject) => {
        const onAbort = (): void => {
          leave();
          reject(signal.reason);
        };
        signal.addEventListener("abort", onAbort, { once: true });
        flight.result.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
      });
    },
  };

  function start(
    flights: Map<string, Flight<T>>,
    key: string,
    run: (signal: AbortSignal) => Promise<T>,
  ): Flight<T> {
    const controller = new AbortController();
    const result = run(controller.signal).finally(() => {
      if (flights.get(key)?.controller === controller) flights.delete(key);
    });
    // All callers may have left before it fails.
    result.catch(() => undefined);
    const flight = { result, controller, waiters: 0 };
    flights.set(key, flight);
    return flight;
  }
}
