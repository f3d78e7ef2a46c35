import { MINUTE_MS, isHantooError, kstDay, minuteOf } from "../../core/index.js";
import { CONTROL_CODES, type Frame, readControl, readFrame, registration, tradeIn } from "../wire/index.js";
import { decodeRecord, isKnownWidth, leastFields } from "./decode-record.js";
import type { Registration, Registrations } from "./registrations.js";
import { APPROVAL_MS, LONGEST_SLEEP_MS, type Listener, type StreamPorts } from "./stream-ports.js";
import type { StreamSocket } from "./socket/index.js";
import { SurpriseLog } from "./surprise-log.js";
import { HOLD_MS } from "./trade-sequence.js";

/** Who ended a connection, and the code they gave. */
export interface ConnectionEnd {
  readonly why: "left" | "closed" | "dead" | "silent" | "in-use" | "full" | "bad-approval";
  /** WebSocket's close code, or KIS's. */
  readonly code: number | string;
}

interface ConnectionOptions {
  readonly ports: StreamPorts;
  readonly approval: { readonly key: string; readonly at: number };
  readonly registrations: Registrations<Listener>;
  /** How long all symbols may be silent at once while the market trades. */
  readonly silenceMs: number;
  /** An approval key that is valid now. */
  readonly renew: () => Promise<string>;
  readonly onOpen: () => void;
  readonly onData: () => void;
  /** Aborted when the last listener leaves. */
  readonly idle: AbortSignal;
}

/** Longest a handshake may take. */
const OPEN_MS = 15_000;
/** A socket without any message for this long is dead: a quiet session gets a PINGPONG every 11 to 14 s. */
const DEAD_MS = 120_000;
/** An answer to a registration comes within milliseconds; KIS documents no bound. */
const ANSWER_MS = 5000;
const ASK_AGAIN_MS = 60_000;
/** Longest wait for the answer to a close frame. */
const CLOSE_MS = 2000;
/** This many symbols are never all silent for minutes while the market trades; fewer may be. */
const MANY_SYMBOLS = 5;
const BRACE = 0x7b;

/** One connection to KIS, from its handshake to its close. */
export class Connection {
  readonly ended: Promise<ConnectionEnd>;
  readonly #options: ConnectionOptions;
  readonly #socket: StreamSocket;
  readonly #surprises: SurpriseLog;
  readonly #over = new AbortController();
  #isOpen = false;
  #isClosing = false;
  #why: ConnectionEnd["why"] | undefined;
  #code: string | undefined;
  #approval: ConnectionOptions["approval"];
  #inFlight: Registration<Listener> | undefined;
  #hasAnswer = false;
  #unanswered = 0;
  #isRenewing = false;
  #isHolding = false;
  readonly #startedAt: number;
  #heardAt: number;
  #dataAt: number;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    const { ports, idle, onOpen } = options;
    this.#approval = options.approval;
    this.#surprises = new SurpriseLog(ports.logger);
    this.#startedAt = this.#heardAt = this.#dataAt = this.#now;
    const { promise, resolve } = withResolvers<ConnectionEnd>();
    this.ended = promise;
    this.#socket = ports.connect(ports.url ?? "", {
      open: () => {
        this.#isOpen = true;
        this.#heardAt = this.#dataAt = this.#now;
        onOpen();
        this.registerMore();
      },
      message: (data) => this.#message(data),
      close: (code) => {
        if (this.#over.signal.aborted) return;
        this.#isOpen = false;
        this.#over.abort();
        resolve({ why: this.#why ?? "closed", code: this.#code ?? code });
      },
    });
    const leave = (): void => this.#end("left");
    if (idle.aborted) leave();
    else idle.addEventListener("abort", leave, { once: true, signal: this.#over.signal });
    void this.#watch();
  }

  get isOpen(): boolean {
    return this.#isOpen && !this.#isClosing;
  }

  /** Sends the next registration, one at a time: each waits for the answer to the one before. */
  registerMore(): void {
    if (!this.isOpen || this.#inFlight !== undefined || this.#isRenewing) return;
    const { ports, registrations } = this.#options;
    if (Math.abs(ports.clock.now() - this.#approval.at) >= APPROVAL_MS) return void this.#renew();
    const next = registrations.next(this.#now);
    this.#inFlight = next;
    if (next !== undefined) this.#send("register", next);
  }

  unregister(ended: readonly Registration<Listener>[]): void {
    for (const one of ended) {
      if (one === this.#inFlight) this.#inFlight = undefined;
      if (this.isOpen) this.#send("unregister", one);
    }
    this.registerMore();
  }

  get #now(): number {
    return this.#options.ports.clock.monotonic();
  }

  async #renew(): Promise<void> {
    const { ports, renew } = this.#options;
    this.#isRenewing = true;
    try {
      this.#approval = { key: await renew(), at: ports.clock.now() };
    } catch (error) {
      ports.logger.warn({ err: error }, "no approval key for what is to be registered; trying again");
      // The old key may still be valid; if it is not, KIS says so.
      this.#approval = { ...this.#approval, at: ports.clock.now() };
    }
    this.#isRenewing = false;
    this.registerMore();
  }

  #send(type: "register" | "unregister", { trId, key }: Registration<Listener>): void {
    const { custtype } = this.#options.ports;
    this.#write(registration({ approvalKey: this.#approval.key, custtype, type, trId, key }));
  }

  #write(text: string): void {
    try {
      this.#socket.send(text);
    } catch (error) {
      // The close event follows, and the rest is done there.
      if (!isHantooError(error))
        this.#options.ports.logger.debug({ err: error }, "a message could not be sent");
    }
  }

  #message(data: Uint8Array): void {
    if (this.#isClosing) return;
    this.#heardAt = this.#now;
    if (data[0] === BRACE) return this.#control(data);
    const frame = readFrame(data);
    if (frame === undefined)
      return this.#surprises.say({ bytes: data.length }, "a frame that cannot be read");
    this.#records(frame);
  }

  #control(data: Uint8Array): void {
    const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("latin1");
    const message = readControl(text);
    if (message === undefined) return this.#surprises.say({}, "a message that cannot be read");
    if (message.kind === "ping") return this.#write(text);
    const { trId, key, code } = message;
    if (code === CONTROL_CODES.inUse) return this.#end("in-use", code);
    if (CONTROL_CODES.badApproval.has(code)) return this.#end("bad-approval", code);
    this.#hasAnswer = true;
    const { registrations } = this.#options;
    const found = registrations.find(trId, key);
    if (!CONTROL_CODES.ended.has(code)) {
      if (found !== undefined && (found.state === "sent" || found.state === "unanswered")) {
        registrations.answered(found, code);
        this.#dataAt = this.#now;
        // A session that takes none is of no use. KIS may still count those of one that died.
        if (registrations.cap === 0) return this.#end("full", code);
      } else if (found === undefined && !CONTROL_CODES.accepted.has(code))
        this.#surprises.say({ trId, code }, "KIS said something that nothing was asked for");
    }
    if (found === this.#inFlight) this.#inFlight = undefined;
    this.registerMore();
  }

  #records(frame: Frame): void {
    const { registrations, ports, onData } = this.#options;
    const { trId, count, width } = frame;
    const now = this.#now;
    let isOurs = false;
    for (let record = 0; record < count; record++) {
      const found = registrations.find(trId, frame.text(record, 0));
      // A record of a registration that was ended a moment ago.
      if (found === undefined) continue;
      const { feed } = found;
      if (!isKnownWidth(feed, width))
        this.#surprises.say({ trId, width }, "records have another width than known");
      if (width < leastFields(feed)) continue;
      const isFirst = !found.isDelivering;
      isOurs = found.isDelivering = true;
      if (feed === "trade") {
        const trade = tradeIn(frame, record);
        if (trade === undefined) this.#surprises.say({ trId, key: found.key }, "a trade that cannot be read");
        else {
          found.sequence.take(trade, now, !isFirst, found.emit);
          if (found.sequence.isWaiting) this.#hold();
        }
      } else {
        const event = decodeRecord(feed, frame, record, ports.clock.now());
        if (event === undefined)
          this.#surprises.say({ trId, key: found.key }, "a record that cannot be read");
        else found.emit(event);
      }
    }
    if (!isOurs) return;
    this.#dataAt = now;
    onData();
  }

  /** Gives up on late records in time, as long as any record waits for an earlier one. */
  #hold(): void {
    if (this.#isHolding) return;
    this.#isHolding = true;
    const { clock } = this.#options.ports;
    const look = (): void => {
      this.#isHolding = false;
      let waits = false;
      for (const { sequence, emit } of this.#options.registrations.values()) {
        sequence.expire(this.#now, emit);
        waits ||= sequence.isWaiting;
      }
      if (waits) this.#hold();
    };
    // At the end of the connection the hub delivers what waits.
    clock.sleep(HOLD_MS, this.#over.signal).then(look, () => undefined);
  }

  /** Ends the connection by a close frame, and cuts the line if it is not answered. */
  #end(why: ConnectionEnd["why"], code?: string): void {
    if (this.#isClosing || this.#over.signal.aborted) return;
    this.#isClosing = true;
    this.#why = why;
    this.#code = code;
    this.#socket.close();
    this.#options.ports.clock.sleep(CLOSE_MS, this.#over.signal).then(
      () => this.#socket.terminate(),
      () => undefined,
    );
  }

  async #watch(): Promise<void> {
    const { clock } = this.#options.ports;
    while (!this.#over.signal.aborted) {
      const dueAt = this.#isOpen ? this.#heardAt + DEAD_MS : this.#startedAt + OPEN_MS;
      const wait = Math.min(LONGEST_SLEEP_MS, Math.max(1, dueAt - this.#now));
      await clock.sleep(wait, this.#over.signal).catch(() => undefined);
      if (!this.#over.signal.aborted) this.#look();
    }
  }

  #look(): void {
    const now = this.#now;
    if (!this.#isOpen) {
      if (now - this.#startedAt >= OPEN_MS) this.#end("dead");
      return;
    }
    if (now - this.#heardAt >= DEAD_MS) return this.#end("dead");
    const waiting = this.#inFlight;
    if (waiting !== undefined && now - waiting.sentAt >= ANSWER_MS) {
      waiting.state = "unanswered";
      this.#inFlight = undefined;
      this.#unanswered++;
      this.registerMore();
      // Users reported that KIS may not answer an expired approval key at all.
      if (!this.#hasAnswer && (this.#unanswered > 1 || this.#inFlight === undefined))
        return this.#end("bad-approval");
    }
    for (const found of this.#options.registrations.values()) {
      if (found.state === "unanswered" && now - found.sentAt >= ASK_AGAIN_MS) found.state = "desired";
    }
    this.registerMore();
    if (this.#isSilent(now)) this.#end("silent");
  }

  /**
   * One silent symbol is normal. If all are silent while the market trades, KIS acknowledged everything and delivers
   * nothing.
   */
  #isSilent(now: number): boolean {
    const { registrations, silenceMs, ports } = this.#options;
    const trades = registrations.acknowledged.filter(({ feed }) => feed === "trade").length;
    const borneMs = silenceMs * Math.max(1, MANY_SYMBOLS / trades);
    if (trades === 0 || now - this.#dataAt < borneMs) return false;
    const at = ports.clock.now();
    return isTrading(ports, at) && isTrading(ports, at - borneMs);
  }
}

/** Whether the exchange trades continuously in the minute of an instant; `false` if that is not known. */
function isTrading({ calendar }: StreamPorts, atMs: number): boolean {
  try {
    const minutes = calendar.minutes(kstDay(atMs));
    return minutes.includes(minuteOf(atMs)) && minutes.includes(minuteOf(atMs) - MINUTE_MS);
  } catch {
    return false;
  }
}

/** `Promise.withResolvers` comes with Node 22. */
function withResolvers<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => (resolve = done));
  return { promise, resolve };
}
