export type { KisStream, StreamStatus } from "./key-stream.js";
export { createClientStreams, type ClientStreams } from "./client-streams.js";
export type {
  BookEvent,
  ConnectionEvent,
  ExpectedEvent,
  GapEvent,
  IndexEvent,
  LaggingEvent,
  OperationEvent,
  RegistrationEvent,
  StreamEvent,
  StreamFeed,
  TradeEvent,
  TradeStreamEvent,
} from "./stream-events.js";
export type { StreamOptions, TradeStreamOptions } from "./stream-options.js";
export {
  type SocketEvents,
  type StreamConnector,
  type StreamSocket,
  lockStream,
  openWebSocket,
} from "./socket/index.js";
