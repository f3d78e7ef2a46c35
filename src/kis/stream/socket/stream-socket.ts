import type { WebSocket as Socket } from "ws";
import { TransportError } from "../../../core/index.js";

/** Receives the events of a socket. `close` is the last one. */
export interface SocketEvents {
  /** The handshake is done. */
  open(): void;
  /** One message, as the bytes that came. */
  message(data: Uint8Array): void;
  /** The connection is lost or closed. @param code - WebSocket's close code; 1006 where there was no close frame. */
  close(code: number): void;
}

/** A socket to KIS. */
export interface StreamSocket {
  /** Sends one text message. */
  send(text: string): void;
  /** Sends a close frame. */
  close(): void;
  /** Cuts a dead connection, without a close frame. */
  terminate(): void;
}

/** Opens a socket. A stream reaches the network through this alone. */
export type StreamConnector = (url: string, events: SocketEvents) => StreamSocket;

/** KIS documents no bound. Clients with a bound of 8 KB failed. */
const MOST_BYTES = 16 * 1024 * 1024;
const HANDSHAKE_MS = 10_000;
const NORMAL = 1000;
const ABNORMAL = 1006;

/**
 * Opens a socket with the package `ws`, which is loaded with the first one. This is the default of the client's option
 * `webSocket`. Text is not checked to be UTF-8: KIS cuts letters in half, and a client that checks them closes with 1007
 * and loses its session.
 *
 * @example
 * ```ts
 * // A client that counts its connections.
 * let connections = 0;
 * const client = KisClient.fromEnv(process.env, {
 *   webSocket: (url, events) => {
 *     connections++;
 *     return openWebSocket(url, events);
 *   },
 * });
 * ```
 */
export const openWebSocket: StreamConnector = (url, events) => {
  let socket: Socket | undefined;
  let isOver = false;
  const end = (code: number): void => {
    if (isOver) return;
    isOver = true;
    events.close(code);
  };
  const open = async (): Promise<void> => {
    const { WebSocket } = await import("ws");
    if (isOver) return;
    socket = new WebSocket(url, {
      skipUTF8Validation: true,
      perMessageDeflate: false,
      maxPayload: MOST_BYTES,
      handshakeTimeout: HANDSHAKE_MS,
    });
    socket.on("open", () => events.open());
    socket.on("message", (data: Buffer) => {
      if (!isOver) events.message(data);
    });
    socket.on("close", end);
    // A close event follows, and the rest is done there.
    socket.on("error", () => undefined);
  };
  // The package does not load, or takes no such URL.
  open().catch(() => end(ABNORMAL));
  return {
    send(text) {
      if (socket?.readyState !== 1) throw new TransportError("the stream's socket is not open");
      socket.send(text);
    },
    close() {
      if (socket === undefined) end(ABNORMAL);
      else socket.close(NORMAL);
    },
    terminate() {
      if (socket === undefined) end(ABNORMAL);
      else socket.terminate();
    },
  };
};
