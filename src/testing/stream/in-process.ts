import type { SimulatorCore } from "../server/index.js";
import { createStreamServer } from "./stream-server.js";
import { type WebSocketSession, createWebSocketSession } from "./websocket-session.js";

/** What a client hears of a socket. */
export interface SocketEvents {
  open(): void;
  message(data: Uint8Array): void;
  /** @param code - 1006 where there was no close frame. */
  close(code: number): void;
}

/** What a client does with a socket. */
export interface ClientSocket {
  send(text: string): void;
  /** Sends a close frame. */
  close(code?: number): void;
  /** Cuts the line. */
  terminate(): void;
}

/** Sockets of a simulator in this process, and what became of them. */
export interface InProcessSockets {
  connect(url: string, events: SocketEvents): ClientSocket;
  /** Every connect so far: its monotonic ms, and how the client ended it, if it did. */
  readonly connects: readonly { readonly at: number; endedBy: "close-frame" | "cut" | undefined }[];
  /** Every text the client sent. */
  readonly sent: readonly string[];
}

/** What one end does reaches the other later, in order, as over a network. */
const later = (work: () => void): void => queueMicrotask(work);

/** The WebSocket side without a socket: everything happens on the simulator's clock, event by event. */
export function createInProcessSockets(core: SimulatorCore): InProcessSockets {
  const streamServer = createStreamServer(core);
  const connects: { at: number; endedBy: "close-frame" | "cut" | undefined }[] = [];
  const sent: string[] = [];

  const connect = (_url: string, events: SocketEvents): ClientSocket => {
    const entry: (typeof connects)[number] = { at: core.clock.monotonic(), endedBy: undefined };
    connects.push(entry);
    const ended = new AbortController();
    const close = (code: number): void => {
      if (ended.signal.aborted) return;
      ended.abort();
      later(() => events.close(code));
    };
    const session: WebSocketSession = createWebSocketSession(core, streamServer, {
      send: (data) => {
        const bytes = typeof data === "string" ? Buffer.from(data) : data;
        later(() => events.message(bytes));
      },
      close,
      cut: () => close(1006),
    });
    const end = (how: "close-frame" | "cut"): void => {
      if (ended.signal.aborted) return;
      entry.endedBy = how;
      later(() => session.gone(how === "close-frame"));
      close(how === "close-frame" ? 1005 : 1006);
    };
    let wake = new AbortController();
    const run = async (): Promise<void> => {
      while (!ended.signal.aborted) {
        const wait = session.dueInMs();
        wake = new AbortController();
        const until = AbortSignal.any([ended.signal, wake.signal]);
        const slept = core.clock.sleep(Number.isFinite(wait) ? wait : 3_600_000, until);
        await slept.catch(() => undefined);
        if (!ended.signal.aborted) session.pump();
      }
    };
    if (streamServer.isOut(core.clock.now())) close(1006);
    else {
      later(() => events.open());
      void run();
    }
    return {
      send: (text) => {
        sent.push(text);
        later(() => {
          if (ended.signal.aborted) return;
          session.receive(text);
          // What was registered may come due sooner than what the loop sleeps for.
          wake.abort();
        });
      },
      close: () => end("close-frame"),
      terminate: () => end("cut"),
    };
  };
  return { connect, connects, sent };
}
