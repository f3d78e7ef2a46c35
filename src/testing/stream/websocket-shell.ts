import type { Server } from "node:http";
import type { WebSocket, WebSocketServer } from "ws";
import type { SimulatorCore } from "../server/index.js";
import { createStreamServer } from "./stream-server.js";
import { type WebSocketSession, createWebSocketSession } from "./websocket-session.js";

/** How often a running clock is looked at. */
const PUMP_MS = 50;
/** What a close without a frame reads as. */
const ABNORMAL = 1006;

/**
 * Accepts WebSocket connections on any path of the server; `ws` loads with the first of them.
 *
 * @returns what ends them all.
 */
export function attachWebSockets(core: SimulatorCore, server: Server): () => void {
  const streamServer = createStreamServer(core);
  const sessions = new Map<WebSocket, WebSocketSession>();
  let accepting: Promise<WebSocketServer> | undefined;
  let closed = false;
  const accept = (): Promise<WebSocketServer> =>
    (accepting ??= import("ws").then((ws) => new ws.WebSocketServer({ noServer: true })));

  const pump = (): void => {
    for (const session of sessions.values()) session.pump();
  };
  const stopListening = core.onClockMove(pump);
  const timer = setInterval(pump, PUMP_MS);
  timer.unref();

  const open = (socket: WebSocket): void => {
    const session = createWebSocketSession(core, streamServer, {
      send: (data) => socket.send(data, { binary: false }),
      close: (code) => socket.close(code),
      cut: () => socket.terminate(),
    });
    sessions.set(socket, session);
    socket.on("message", (data: Buffer) => session.receive(data.toString("utf8")));
    socket.on("pong", () => session.heard());
    socket.on("close", (code: number) => {
      sessions.delete(socket);
      session.gone(code !== ABNORMAL);
    });
    socket.on("error", () => socket.terminate());
  };

  server.on("upgrade", (request, socket, head) => {
    // The same socket events as any connection's: a reset before the handshake ends is no crash.
    socket.on("error", () => socket.destroy());
    if (streamServer.isOut(core.clock.now())) {
      socket.destroy();
      return;
    }
    accept().then(
      (sockets) => (closed ? socket.destroy() : sockets.handleUpgrade(request, socket, head, open)),
      () => socket.destroy(),
    );
  });

  return () => {
    closed = true;
    clearInterval(timer);
    stopListening();
    for (const socket of sessions.keys()) socket.terminate();
  };
}
