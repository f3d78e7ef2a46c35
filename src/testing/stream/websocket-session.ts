import { formatKstStamp, isSymbol } from "../../core/index.js";
import { tradesBetween, servedDay } from "../endpoints/index.js";
import { hashText } from "../random.js";
import type { SimulatorCore } from "../server/index.js";
import { TRADE_STREAMS, tradeFrames } from "./trade-frame.js";

/** Registrations of one session, all streams together (notice of 2026-04-20). */
const REGISTRATIONS = 41;
/** A session that echoes no PINGPONG was seen to end after about 105 s; how often one is sent is not known. */
const SILENCE_MS = 105_000;
const PING_MS = 10_000;

/** One WebSocket connection's state, without the socket. */
export interface WebSocketSession {
  /** Takes a text of the client. */
  receive(text: string): void;
  /** Sends what has come due: trades since the last time, PINGPONG, or the end. */
  pump(): void;
  /** Takes the echo of a PINGPONG, which may come as a pong frame as well. */
  heard(): void;
  /** Whether its approval key has been accepted. */
  readonly isOpen: boolean;
}

/** What a session does to its socket, and who else is there. */
interface WebSocketLink {
  send(text: string): void;
  end(): void;
  /** Whether another session holds the app key. */
  isTaken(): boolean;
}

interface Subscription {
  readonly trId: string;
  readonly symbol: string;
  /** Everything up to this instant was sent, or was before the registration. */
  sentTo: number;
}

export function createWebSocketSession(core: SimulatorCore, link: WebSocketLink): WebSocketSession {
  const subscriptions = new Map<string, Subscription>();
  let isOpen = false;
  let heardAt = core.clock.monotonic();
  let pingedAt = heardAt;

  const heard = (): void => {
    heardAt = core.clock.monotonic();
  };

  const reply = (trId: string, trKey: string, msgCd: string, msg1: string): void => {
    const ok = msgCd === "OPSP0000" || msgCd === "OPSP0001";
    const secret = hashText(`${core.market.seed}/ws/${trId}`).toString(16).padStart(8, "0");
    const output = ok ? { output: { iv: secret.repeat(2), key: secret.repeat(4) } } : {};
    link.send(
      JSON.stringify({
        header: { tr_id: trId, tr_key: trKey, encrypt: "N" },
        body: { rt_cd: ok ? "0" : "1", msg_cd: msgCd, msg1, ...output },
      }),
    );
  };

  const subscribe = (trId: string, symbol: string): void => {
    const name = `${trId}/${symbol}`;
    if (subscriptions.has(name)) return reply(trId, symbol, "OPSP0002", "ALREADY IN SUBSCRIBE");
    if (subscriptions.size >= REGISTRATIONS) return reply(trId, symbol, "OPSP0008", "MAX SUBSCRIBE OVER");
    const known = isSymbol(symbol) && core.market.instrument(symbol) !== undefined;
    const offered = TRADE_STREAMS[trId] !== undefined && (core.environment === "live" || trId === "H0STCNT0");
    if (!offered) return reply(trId, symbol, "OPSP8991", "INVALID TR_ID : NOT FOUND");
    if (!known) return reply(trId, symbol, "OPSP8992", "INVALID TR_KEY : NOT FOUND");
    subscriptions.set(name, { trId, symbol, sentTo: core.clock.now() });
    reply(trId, symbol, "OPSP0000", "SUBSCRIBE SUCCESS");
  };

  const unsubscribe = (trId: string, symbol: string): void => {
    const found = subscriptions.delete(`${trId}/${symbol}`);
    reply(
      trId,
      symbol,
      found ? "OPSP0001" : "OPSP0003",
      found ? "UNSUBSCRIBE SUCCESS" : "UNSUBSCRIBE ERROR(not found!)",
    );
  };

  const pumpTrades = (subscription: Subscription): void => {
    const now = core.clock.now();
    const { trId, symbol, sentTo } = subscription;
    subscription.sentTo = now;
    const instrument = core.market.instrument(symbol);
    const tradingDay = servedDay(core.contextAt(now));
    const day = core.market.symbolDay(symbol, tradingDay, TRADE_STREAMS[trId] ?? "KRX");
    if (day === undefined || instrument === undefined || now <= sentTo) return;
    const start = (day.minutes[0] ?? now) - 1;
    if (tradesBetween(day, Math.max(sentTo, start), now).length === 0) return;
    const all = tradesBetween(day, start, now);
    const after = all.filter(({ time }) => time <= sentTo).length;
    for (const frame of tradeFrames(trId, { instrument, day }, all, after)) link.send(frame);
  };

  return {
    get isOpen() {
      return isOpen;
    },
    heard,
    receive(text) {
      const message = parse(text);
      if (message === undefined) return reply("(null)", "", "OPSP9999", "JSON PARSING ERROR : invalid JSON");
      const { trId, trKey, trType, approvalKey } = message;
      if (message.headerTrId === "PINGPONG") return heard();
      if (!core.approves(approvalKey)) {
        reply(trId, trKey, "OPSP9994", "INVALID APPROVAL_KEY : NOT FOUND");
        return link.end();
      }
      if (!isOpen && link.isTaken()) {
        reply(trId, trKey, "OPSP8996", "ALREADY IN USE appkey");
        return link.end();
      }
      isOpen = true;
      if (trType === "1") return subscribe(trId, trKey);
      if (trType === "2") return unsubscribe(trId, trKey);
      return reply(trId, trKey, "OPSP8993", "INVALID TR_TYPE");
    },
    pump() {
      const elapsed = core.clock.monotonic();
      if (elapsed - heardAt >= SILENCE_MS) return link.end();
      if (elapsed - pingedAt >= PING_MS) {
        pingedAt = elapsed;
        const datetime = formatKstStamp(core.clock.now());
        link.send(JSON.stringify({ header: { tr_id: "PINGPONG", datetime } }));
      }
      for (const subscription of subscriptions.values()) pumpTrades(subscription);
    },
  };
}

interface ClientMessage {
  readonly headerTrId: string;
  readonly approvalKey: string;
  readonly trType: string;
  readonly trId: string;
  readonly trKey: string;
}

function parse(text: string): ClientMessage | undefined {
  try {
    const { header, body } = JSON.parse(text) as {
      header?: Record<string, unknown>;
      body?: { input?: Record<string, unknown> };
    };
    return {
      headerTrId: textOf(header?.["tr_id"]),
      approvalKey: textOf(header?.["approval_key"]),
      trType: textOf(header?.["tr_type"]),
      trId: textOf(body?.input?.["tr_id"]),
      trKey: textOf(body?.input?.["tr_key"]),
    };
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
