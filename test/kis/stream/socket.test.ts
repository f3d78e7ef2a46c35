import { once } from "node:events";
import { type AddressInfo, type Socket, createServer } from "node:net";
import { afterEach, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { KisClient, type SocketEvents, createMemoryTokenStore, openWebSocket } from "hantoo";
import { createManualClock } from "hantoo/testing";
import { unpaced } from "../unpaced.js";
import { at } from "./stream-market.js";

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

/** A server on the loopback, and the end of whatever connects to it. */
async function listen(onConnect: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => undefined).resume());
    onConnect(socket);
  });
  open.push({
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** Opens a socket, and resolves with the code it ends by. */
function ended(url: string, act: (socket: ReturnType<typeof openWebSocket>) => void = () => undefined) {
  return new Promise<number>((resolve) => {
    const events: SocketEvents = { open: () => act(socket), message: () => undefined, close: resolve };
    const socket = openWebSocket(url, events);
  });
}

test("a host that takes the connection and never answers it is given up", async () => {
  let arrived: (socket: Socket) => void = () => undefined;
  const arrival = new Promise<Socket>((resolve) => (arrived = resolve));
  const url = await listen((socket) => arrived(socket));
  const clock = createManualClock(at("10:00"));
  const client = new KisClient({
    appKey: "test",
    appSecret: "test",
    websocketUrl: url,
    fetch: () => Promise.resolve(Response.json({ approval_key: "k" })),
    clock,
    random: () => 0,
    limiter: unpaced(),
    tokenStore: createMemoryTokenStore(),
  });
  open.push(client);
  const stream = client.stream({ symbols: ["005930"] });
  const first = stream.next();
  const gone = once(await arrival, "close");
  await clock.advance(15_000);
  await gone;
  expect(await first).toEqual({ done: false, value: { kind: "disconnected", code: 1006 } });
  await clock.runUntil(stream.return());
});

test("whatever a host does to a socket ends in one close, and in no error that nobody hears", async () => {
  expect(await ended(await listen((socket) => socket.destroy()))).toBe(1006);
  expect(await ended(await listen((socket) => socket.end("HTTP/1.1 503 Busy\r\n\r\n")))).toBe(1006);
  expect(await ended(await listen((socket) => socket.end("nonsense\r\n\r\n")))).toBe(1006);
  // No URL of a socket, and a host that is not there.
  expect(await ended("ws://127.0.0.1:1/#fragment")).toBe(1006);
  expect(await ended("ws://127.0.0.1:1/")).toBe(1006);

  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  open.push(server);
  await once(server, "listening");
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  server.once("connection", (socket) => socket.close(1009));
  expect(await ended(url)).toBe(1009);
  server.once("connection", (socket) => socket.terminate());
  expect(await ended(url)).toBe(1006);
  // More than a message may hold: this end cuts it.
  server.once("connection", (socket) => socket.send(Buffer.alloc(17 * 1024 * 1024)));
  expect(await ended(url)).toBe(1006);
  // Closed twice, cut, and written to after its end.
  const twice = await ended(url, (socket) => {
    socket.close();
    socket.close();
    socket.terminate();
    expect(() => socket.send("x")).toThrow("not open");
  });
  expect([1005, 1006]).toContain(twice);
});

test("left before it is open, it is closed as well", async () => {
  const gone = new Promise((resolve) => {
    void listen((socket) => {
      socket.on("close", resolve);
      line.close();
    }).then(
      (url) => (line = openWebSocket(url, { open() {}, message() {}, close: (code) => codes.push(code) })),
    );
  });
  const codes: number[] = [];
  let line = openWebSocket("ws://127.0.0.1:1/", {
    open() {},
    message() {},
    close: (code) => codes.push(code),
  });
  // Before its package is even loaded.
  line.close();
  line.terminate();
  expect(codes).toEqual([1006]);
  await gone;
  expect(codes).toEqual([1006, 1006]);
});
