import { DRIPS, type Delivery } from "./delivery.js";
import { type WireRequest, wireRequest } from "../wire/index.js";

/** @returns a `fetch` that hands its request to `exchange` and carries the delivery out as a network would. */
export function createFetch(
  exchange: (request: WireRequest) => Delivery | Promise<Delivery>,
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>,
): typeof globalThis.fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const { signal } = request;
    signal.throwIfAborted();
    const sent = await request.text();
    const delivery = await exchange(wireRequest(request.method, request.url, request.headers, sent));
    if (delivery.delayMs > 0) await sleep(delivery.delayMs, signal);
    signal.throwIfAborted();
    if (delivery.cut === "reset") throw connectionReset();
    const { status, headers } = delivery.response;
    const body = status === 304 || request.method === "HEAD" ? null : bodyOf(delivery, sleep, signal);
    return new Response(body, { status, headers });
  };
}

function bodyOf(
  { response, cut, dripMs }: Delivery,
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): ReadableStream<Uint8Array> | string | Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(
    typeof response.body === "string" ? new TextEncoder().encode(response.body) : response.body,
  );
  if (cut === undefined && dripMs === undefined) return bytes;
  const end = cut === "half-body" ? bytes.length >> 1 : bytes.length;
  const step = dripMs === undefined ? end : Math.ceil(bytes.length / DRIPS);
  let at = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (dripMs !== undefined && at > 0 && at < end) await sleep(dripMs, signal);
      if (at < end) {
        controller.enqueue(bytes.slice(at, Math.min(end, at + step)));
        at += step;
      } else if (cut === "half-body") controller.error(connectionReset());
      else controller.close();
    },
  });
}

/** What undici's fetch throws when the peer resets the connection. */
function connectionReset(): TypeError {
  const cause = Object.assign(new Error("read ECONNRESET"), {
    code: "ECONNRESET",
    syscall: "read",
    errno: -104,
  });
  return new TypeError("fetch failed", { cause });
}
