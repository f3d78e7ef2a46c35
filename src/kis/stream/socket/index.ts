export { type StreamHold, type StreamLock, lockStream } from "./stream-lock.js";
export {
  type SocketEvents,
  type StreamConnector,
  type StreamSocket,
  openWebSocket,
} from "./stream-socket.js";
