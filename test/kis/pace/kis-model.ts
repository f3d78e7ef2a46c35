/** How KIS may count: nobody has published which of these it is. */
export interface CountingRules {
  readonly limit: number;
  /** A sliding second, or one that begins with each second of its clock. */
  readonly slides: boolean;
  /** Whether a call that it refuses takes a place. */
  readonly countsRefused: boolean;
}

/** Most times in any half-open window of `windowMs`. */
export function most(times: readonly number[], windowMs = 1000): number {
  const sorted = times.toSorted((a, b) => a - b);
  let first = 0;
  let worst = 0;
  for (let last = 0; last < sorted.length; last++) {
    while (sorted[last]! - sorted[first]! >= windowMs) first++;
    worst = Math.max(worst, last - first + 1);
  }
  return worst;
}

/** KIS's counter: whether it lets a call through that arrives at `at`, in order of arrival. */
export function createCounter({ limit, slides, countsRefused }: CountingRules): (at: number) => boolean {
  let counted: number[] = [];
  return (at) => {
    const from = slides ? at - 1000 : Math.floor(at / 1000) * 1000 - Number.EPSILON;
    counted = counted.filter((time) => (slides ? time > from : time >= from));
    const isLet = counted.length < limit;
    if (isLet || countsRefused) counted.push(at);
    return isLet;
  };
}

/** A way to KIS: a pool of connections as undici keeps one, each cold at first and after four seconds of rest. */
export interface Way {
  /** A new connection's TCP and TLS. */
  readonly handshakeMs: number;
  /** Of each request, drawn. */
  readonly thereMs: () => number;
  readonly workMs: () => number;
  readonly backMs: () => number;
}

const KEPT_MS = 4000;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/** @returns a function that sends one request over `way`; `arrive` is called when KIS has it. */
export function createWay(way: Way): <T>(arrive: (at: number) => T) => Promise<T> {
  const idle: number[] = [];
  return async (arrive) => {
    const at = idle.findIndex((since) => performance.now() - since < KEPT_MS);
    if (at >= 0) idle.splice(at, 1);
    else await sleep(way.handshakeMs);
    await sleep(way.thereMs());
    const answer = arrive(performance.now());
    await sleep(way.workMs() + way.backMs());
    idle.push(performance.now());
    return answer;
  };
}
