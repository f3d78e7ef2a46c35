import { formatKstStamp } from "../../core/index.js";
import { hashText } from "../random.js";
import type { SimulatorCore } from "../server/index.js";
import { parseClientMessage } from "./client-message.js";
import type { Feed, FeedRecord } from "./feed-record.js";
import { openFeed } from "./feed.js";
import type { StreamServer } from "./stream-server.js";

/** A session in which a PINGPONG stays unanswered ends after 100 to 101 s. */
const SILENCE_MS = 100_500;
/** PINGPONG comes each 11 to 14 s. */
const PING_MS = 11_000;
const PING_SPREAD_MS = 3000;

/** One WebSocket connection's state, without the socket. */
export interface WebSocketSession {
  /** Takes a text of the client. */
  receive(text: string): void;
  /** Sends what has come due: records since the last time, PINGPONG, or the end. */
  pump(): void;
  /** Takes the echo of a PINGPONG, which may come as a pong frame as well. */
  heard(): void;
  /** The socket is gone; `isClean` after a close frame of the client's. */
  gone(isClean: boolean): void;
  /** Milliseconds until something comes due; `Infinity` if nothing will. */
  dueInMs(): number;
}

/** What a session does to its socket. */
export interface WebSocketLink {
  /** Sends a text frame; bytes where the text is none. */
  send(data: string | Uint8Array): void;
  close(code: number): void;
  /** Cuts the line without a close frame. */
  cut(): void;
}

interface Registration {
  readonly trId: string;
  readonly feed: Feed;
  /** Everything up to this instant was sent, or was before the registration. */
  sentTo: number;
}

export function createWebSocketSession(
  core: SimulatorCore,
  streamServer: StreamServer,
  link: WebSocketLink,
): WebSocketSession {
  const { clock } = core;
  const { settings } = streamServer;
  const registrations = new Map<string, Registration>();
  /** A record that is sent after the symbol's next one. */
  const late = new Map<string, FeedRecord>();
  const session = {};
  let state: "live" | "mute" | "half-open" | "over" = "live";
  let unansweredSince: number | undefined;
  let pingAt = 0;
  let isBusy = false;
  let pumpedTo = clock.now();

  const schedulePing = (): void => {
    pingAt = clock.monotonic() + PING_MS + Math.floor(streamServer.random() * PING_SPREAD_MS);
  };
  schedulePing();

  const end = (how: "cut" | number, isClean: boolean): void => {
    state = "over";
    streamServer.release(session, isClean);
    if (how === "cut") link.cut();
    else link.close(how);
  };

  const reply = (trId: string, trKey: string, msgCd: string, msg1: string, rtCd = "1"): void => {
    const ok = msgCd === "OPSP0000" || msgCd === "OPSP0001";
    const secret = hashText(`${core.market.seed}/ws/${trId}`).toString(16).padStart(8, "0");
    const output = ok ? { output: { iv: secret.repeat(2), key: secret.repeat(4) } } : {};
    link.send(
      JSON.stringify({
        header: { tr_id: trId, tr_key: trKey, encrypt: "N" },
        body: { rt_cd: ok ? "0" : rtCd, msg_cd: msgCd, msg1, ...output },
      }),
    );
  };

  const register = (trId: string, key: string): void => {
    const name = `${trId}/${key}`;
    if (registrations.has(name)) return reply(trId, key, "OPSP0002", "ALREADY IN SUBSCRIBE");
    if (registrations.size >= settings.cap) return reply(trId, key, "OPSP0008", "MAX SUBSCRIBE OVER");
    const feed = openFeed(core, settings, trId, key);
    if (feed === "OPSP8991") return reply(trId, key, feed, "INVALID TR_ID : NOT FOUND");
    if (feed === "OPSP8992") return reply(trId, key, feed, "INVALID TR_KEY : NOT FOUND");
    registrations.set(name, { trId, feed, sentTo: clock.now() });
    reply(trId, key, "OPSP0000", "SUBSCRIBE SUCCESS");
  };

  const unregister = (trId: string, key: string): void => {
    if (registrations.delete(`${trId}/${key}`)) reply(trId, key, "OPSP0001", "UNSUBSCRIBE SUCCESS");
    else reply(trId, key, "OPSP0003", "UNSUBSCRIBE ERROR(not found!)");
  };

  /** @returns the frames of records of one stream, in the order given. */
  const frames = function* (trId: string, records: readonly FeedRecord[]): Generator<string> {
    for (let at = 0; at < records.length;) {
      const count = Math.min(
        records.length - at,
        1 + Math.floor(streamServer.random() * settings.frameRecords),
      );
      const part = records.slice(at, at + count).map(({ text }) => text);
      yield `0|${trId}|${String(count).padStart(3, "0")}|${part.join("^")}`;
      at += count;
    }
  };

  const sendTrades = (trId: string, due: readonly FeedRecord[]): void => {
    const out: FeedRecord[] = [];
    const flush = (): void => {
      for (const frame of frames(trId, out.splice(0))) link.send(frame);
    };
    for (const record of due) {
      const fault = streamServer.drawFault(record.symbol, record.time);
      const held = late.get(record.symbol);
      late.delete(record.symbol);
      if (fault === "reorder") late.set(record.symbol, record);
      else if (fault === "broken-utf8") {
        flush();
        link.send(Buffer.concat([Buffer.from(`0|${trId}|001|${record.text}^`), CUT_LETTER]));
      } else if (fault?.startsWith("close-")) {
        flush();
        return fault === "close-1006" ? end("cut", false) : end(Number(fault.slice(6)), true);
      } else if (fault === "half-open" || fault === "mute") {
        flush();
        state = fault;
        return;
      } else if (fault !== "lose") out.push(record);
      if (fault === "duplicate") out.push(record);
      if (held !== undefined) out.push(held);
    }
    flush();
  };

  const pumpRecords = (): void => {
    const now = clock.now();
    const due = new Map<string, FeedRecord[]>();
    for (const registration of registrations.values()) {
      const { trId, feed, sentTo } = registration;
      if (now <= sentTo) continue;
      registration.sentTo = now;
      const records = feed.between(sentTo, now);
      if (records.length > 0) due.set(trId, [...(due.get(trId) ?? []), ...records]);
    }
    if (due.size === 0 || state === "mute") return;
    isBusy = true;
    for (const [trId, records] of due) {
      // A stream's frames hold whatever symbols traded, in order of time.
      records.sort((a, b) => a.time - b.time);
      if (trId.endsWith("CNT0")) sendTrades(trId, records);
      else for (const frame of frames(trId, records)) link.send(frame);
      if (state !== "live") return;
    }
  };

  const pumpPing = (): void => {
    if (clock.monotonic() < pingAt) return;
    schedulePing();
    const skip = isBusy && settings.busyWithoutPing;
    isBusy = false;
    if (skip) return;
    unansweredSince ??= clock.monotonic();
    link.send(JSON.stringify({ header: { tr_id: "PINGPONG", datetime: formatKstStamp(clock.now()) } }));
  };

  return {
    heard() {
      if (state !== "half-open") unansweredSince = undefined;
    },
    gone(isClean) {
      // What a half-open session never heard is no close frame to it.
      if (state !== "over") streamServer.release(session, isClean && state !== "half-open");
      state = "over";
    },
    receive(text) {
      if (state === "over" || state === "half-open") return;
      const message = parseClientMessage(text);
      if (message === undefined) return reply("(null)", "", "OPSP9999", "JSON PARSING ERROR : invalid JSON");
      const { trId, trKey, trType, approvalKey } = message;
      if (message.headerTrId === "PINGPONG") {
        unansweredSince = undefined;
        return;
      }
      if (!core.approves(approvalKey)) {
        if (settings.badApproval === "OPSP0011")
          reply(trId, trKey, "OPSP0011", "invalid approval : NOT FOUND", "9");
        return;
      }
      if (!streamServer.claim(session)) {
        reply("(null)", "", "OPSP8996", "ALREADY IN USE appkey", "9");
        return end(1000, true);
      }
      if (trType === "1") return register(trId, trKey);
      if (trType === "2") return unregister(trId, trKey);
      return reply(trId, trKey, "OPSP8993", "INVALID TR_TYPE");
    },
    pump() {
      const now = clock.now();
      const cut = state === "over" ? undefined : streamServer.cutBetween(pumpedTo, now);
      pumpedTo = Math.max(pumpedTo, now);
      if (cut !== undefined) return end("cut", cut === "restart");
      if (state === "over" || state === "half-open") return;
      if (unansweredSince !== undefined && clock.monotonic() - unansweredSince >= SILENCE_MS)
        return end(1000, true);
      pumpRecords();
      if (state === "live" || state === "mute") pumpPing();
    },
    dueInMs() {
      if (state === "over") return Infinity;
      const now = clock.now();
      let due = streamServer.nextCutAt(pumpedTo) - now;
      if (state === "half-open") return due;
      const elapsed = clock.monotonic();
      due = Math.min(due, pingAt - elapsed);
      if (unansweredSince !== undefined) due = Math.min(due, unansweredSince + SILENCE_MS - elapsed);
      for (const { feed, sentTo } of registrations.values())
        due = Math.min(due, feed.nextAfter(sentTo) - now);
      return Math.max(0, due);
    },
  };
}

/** The first half of a letter in CP949, which is no UTF-8. */
const CUT_LETTER = Buffer.from([0xc7]);
