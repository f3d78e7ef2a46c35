/** Settles as `work` does, or rejects with the signal's reason if that comes first. `work` itself goes on. */
export function raceAbort<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
    // Also after an abort: a failure that is never handled would end the process.
    work.finally(() => signal.removeEventListener("abort", onAbort)).then(resolve, reject);
  });
}
