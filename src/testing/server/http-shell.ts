import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { SIMULATOR_HEADER } from "../../core/index.js";
import { DRIPS } from "./delivery.js";
import type { SimulatorCore } from "./kis-simulator.js";
import { refusal, wireRequest } from "../wire/index.js";

/** A listening server. */
interface HttpShell {
  readonly port: number;
  /** Ends every connection and frees the port. */
  close(): Promise<void>;
}

/**
 * Puts a simulator behind HTTP on the loopback interface, on a free port.
 *
 * @param attach - adds the WebSocket side to the server; returns a function that ends it.
 */
export async function listen(
  core: SimulatorCore,
  attach: (core: SimulatorCore, server: Server) => () => void,
): Promise<HttpShell> {
  const sockets = new Set<Socket>();
  const closing = new AbortController();
  const server = createServer((request, response) => {
    serve(core, request, response, closing.signal).catch((error: unknown) => fail(response, error));
  });
  // Clients keep connections; the server drops idle ones no sooner than a test can last.
  server.keepAliveTimeout = 60_000;
  server.on("connection", (socket) => {
    sockets.add(socket);
    core.counters.connections++;
    core.counters.openConnections++;
    socket.setNoDelay(true);
    socket.on("close", () => {
      sockets.delete(socket);
      core.counters.openConnections--;
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const endWebSockets = attach(core, server);
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      closing.abort();
      endWebSockets();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const gone = [...sockets].map((socket) => new Promise((resolve) => socket.once("close", resolve)));
      for (const socket of sockets) socket.destroy();
      await Promise.all([closed, ...gone]);
    },
  };
}

/** A simulator that cannot answer (a clock outside the calendar, say) tells why instead of hanging up. */
function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const { status, headers, body } = refusal(
    500,
    "SIMULATOR",
    error instanceof Error ? error.message : "failed",
  );
  response.writeHead(status, { ...headers, [SIMULATOR_HEADER]: "1" }).end(body);
}

async function serve(
  core: SimulatorCore,
  incoming: IncomingMessage,
  response: ServerResponse,
  closing: AbortSignal,
): Promise<void> {
  const chunks: Buffer[] = [];
  if (incoming.method !== "GET") for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)] as const);
  const body = Buffer.concat(chunks).toString("utf8");
  const request = wireRequest(incoming.method ?? "GET", incoming.url ?? "/", headers, body);
  const { response: answer, delayMs, cut, dripMs } = await core.exchange(request);
  if (delayMs > 0) await core.clock.sleep(delayMs, closing);
  if (cut === "reset") {
    incoming.socket.resetAndDestroy();
    return;
  }
  const bytes = typeof answer.body === "string" ? Buffer.from(answer.body) : Buffer.from(answer.body);
  // Node would send the host's time. The simulator's own is among its headers.
  response.sendDate = false;
  const length = answer.status === 304 ? {} : { "content-length": bytes.length };
  response.writeHead(answer.status, { ...answer.headers, ...length });
  if (cut === undefined && dripMs === undefined) {
    response.end(bytes);
    return;
  }
  const end = cut === "half-body" ? bytes.length >> 1 : bytes.length;
  const step = dripMs === undefined ? end : Math.ceil(bytes.length / DRIPS);
  for (let at = 0; at < end; at += step) {
    if (dripMs !== undefined && at > 0) await core.clock.sleep(dripMs, closing);
    await new Promise<void>((sent) =>
      response.write(bytes.subarray(at, Math.min(end, at + step)), () => sent()),
    );
  }
  if (cut === "half-body") incoming.socket.resetAndDestroy();
  else response.end();
}
