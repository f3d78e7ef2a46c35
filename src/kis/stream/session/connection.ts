import { isHantooError } from "../../../core/index.js";
import {
  CONTROL_CODES,
  type Frame,
  readControl,
  readFrame,
  registration,
  tradeIn,
} from "../../wire/index.js";
import type { Approval } from "./approval.js";
import { decodeRecord, isKnownWidth, leastFields } from "../decode-record.js";
import type { MuteWatch } from "./mute-session.js";
import { type Registration, type Registrations, nameOf } from "../registrations.js";
import { LONGEST_SLEEP_MS, type Listener, type StreamPorts } from "../stream-ports.js";
import type { StreamSocket } from "../socket/index.js";
import type { SurpriseLog } from "./surprise-log.js";
import { HOLD_MS } from "../trade-sequence.js";

/** Who ended a connection, and the code they gave. */
export interface ConnectionEnd {
  readonly why: "left" | "closed" | "dead" | "mute" | "in-use" | "full" | "bad-approval";
  /** WebSocket's close code, or KIS's. */
  readonly code: number | string;
}

interface ConnectionOptions {
  readonly ports: StreamPorts;
  readonly approval: Approval;
  readonly registrations: Registrations<Listener>;
  readonly mute: MuteWatch;
  readonly surprises: SurpriseLog;
  readonly onOpen: () => void;
  /** Records came. @param now - monotonic ms. */
  readonly onData: (now: number) => void;
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
/** How a socket reads that ended without a close frame. */
const ABNORMAL = 1006;
const [BRACE, ENCRYPTED] = [0x7b, 0x31];

/** One connection to KIS, from its handshake to its close. */
export class Connection {
  readonly ended: Promise<ConnectionEnd>;
  readonly #options: ConnectionOptions;
  readonly #socket: StreamSocket;
  readonly #over = new AbortController();
  readonly #closed: (code: number) => void;
  #isOpen = false;
  #isClosing = false;
  #why: ConnectionEnd["why"] | undefined;
  #code: string | undefined;
  #inFlight: Registration<Listener> | undefined;
  #hasAnswer = false;
  #unanswered = 0;
  #isRenewing = false;
  /** Monotonic ms before which no approval key is asked for again. */
  #renewAt = Number.NEGATIVE_INFINITY;
  /** Whether KIS refused an approval key and has taken no other one since. */
  #wasRefused = false;
  /** How many messages KIS has not answered yet, and how many of them were sent with the key that it refused. */
  #due = 0;
  #dueToOld = 0;
  /** To be ended at KIS. */
  #toEnd: Registration<Listener>[] = [];
  /** By name: ended, and not confirmed yet. */
  readonly #ending = new Map<string, Registration<Listener>>();
  /** Names of all that were ended here: records of them may still be on their way. */
  readonly #left = new Set<string>();
  #isHolding = false;
  readonly #startedAt: number;
  #heardAt: number;
  #dataAt: number;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    const { ports, idle, onOpen } = options;
    this.#startedAt = this.#heardAt = this.#dataAt = this.#now;
    const { promise, resolve } = withResolvers<ConnectionEnd>();
    this.ended = promise;
    this.#closed = (code) => {
      if (this.#over.signal.aborted) return;
      this.#isOpen = false;
      this.#over.abort();
      resolve({ why: this.#why ?? "closed", code: this.#code ?? code });
    };
    this.#socket = ports.connect(ports.url ?? "", {
      open: () => {
        if (this.#isClosing || this.#over.signal.aborted) return;
        this.#isOpen = true;
        this.#heardAt = this.#dataAt = this.#now;
        onOpen();
        this.registerMore();
      },
      message: (data) => this.#message(data),
      close: this.#closed,
    });
    const leave = (): void => this.#end("left");
    if (idle.aborted) leave();
    else idle.addEventListener("abort", leave, { once: true, signal: this.#over.signal });
    void this.#watch();
  }

  get isOpen(): boolean {
    return this.#isOpen && !this.#isClosing;
  }

  /** Sends what is due: ends first, then registrations, each of which waits for the answer to the one before. */
  registerMore(): void {
    const { approval, ports, registrations } = this.#options;
    if (!this.isOpen || this.#isRenewing) return;
    const isNextDue = this.#inFlight === undefined && registrations.isWaiting;
    if (!isNextDue && this.#toEnd.length === 0) return;
    if (!approval.isGood(ports.clock.now()) && this.#now >= this.#renewAt) return void this.#renew();
    if (approval.key === undefined) return;
    for (const one of this.#toEnd.splice(0)) this.#send("unregister", one);
    if (!isNextDue) return;
    this.#inFlight = registrations.next(this.#now);
    if (this.#inFlight !== undefined) this.#send("register", this.#inFlight);
  }

  unregister(ended: readonly Registration<Listener>[]): void {
    for (const one of ended) {
      if (one === this.#inFlight) this.#inFlight = undefined;
      const name = nameOf(one.trId, one.key);
      this.#left.add(name);
      this.#ending.set(name, one);
      this.#toEnd.push(one);
    }
    this.registerMore();
  }

  get #now(): number {
    return this.#options.ports.clock.monotonic();
  }

  async #renew(): Promise<void> {
    const { approval, idle, ports } = this.#options;
    this.#isRenewing = true;
    try {
      await approval.renew(ports, idle);
    } catch (error) {
      // An old key may still be valid; if it is not, KIS says so.
      this.#renewAt = this.#now + ASK_AGAIN_MS;
      if (!idle.aborted)
        ports.logger.warn({ err: error }, "no approval key for what is to be registered; trying again");
    }
    this.#isRenewing = false;
    this.registerMore();
  }

  #send(type: "register" | "unregister", { trId, key }: Registration<Listener>): void {
    const { approval, ports } = this.#options;
    const approvalKey = approval.key ?? "";
    this.#due++;
    this.#write(registration({ approvalKey, custtype: ports.custtype, type, trId, key }));
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
    if (!this.isOpen) return;
    this.#heardAt = this.#now;
    if (data[0] === BRACE) return this.#control(data);
    const frame = readFrame(data);
    if (frame === undefined)
      return this.#options.surprises.say({ encrypted: data[0] === ENCRYPTED }, "a frame that cannot be read");
    this.#records(frame);
  }

  #control(data: Uint8Array): void {
    const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("latin1");
    const message = readControl(text);
    const { registrations, surprises } = this.#options;
    if (message === undefined) return surprises.say({}, "a message that cannot be read");
    if (message.kind === "ping") return this.#write(text);
    const { trId, key, code } = message;
    if (code === CONTROL_CODES.inUse) return this.#end("in-use", code);
    const isDueToOld = this.#dueToOld > 0;
    this.#due = Math.max(0, this.#due - 1);
    this.#dueToOld = Math.max(0, this.#dueToOld - 1);
    if (CONTROL_CODES.badApproval.has(code)) {
      // Each message sent with the old key is refused, and none of that is about the new one.
      if (!isDueToOld) this.#approvalRefused(code);
      return;
    }
    this.#hasAnswer = true;
    const name = nameOf(trId, key);
    if (CONTROL_CODES.ended.has(code)) {
      this.#ending.delete(name);
      return this.registerMore();
    }
    const found = registrations.find(trId, key);
    if (CONTROL_CODES.accepted.has(code)) {
      this.#wasRefused = false;
      this.#dueToOld = 0;
    }
    if (found !== undefined && (found.state === "sent" || found.state === "unanswered")) {
      registrations.answered(found, code);
      this.#dataAt = this.#now;
      // A session that takes none is of no use. KIS may still count those of one that died.
      if (registrations.cap === 0) return this.#end("full", code);
    } else if (found === undefined && !CONTROL_CODES.accepted.has(code))
      surprises.say({ trId, code }, "KIS said something that nothing was asked for");
    if (found === this.#inFlight) this.#inFlight = undefined;
    this.registerMore();
  }

  /** A session that has worked needs another key, once, and not another session: its feeds go on meanwhile. */
  #approvalRefused(code: string): void {
    if (!this.#hasAnswer || this.#wasRefused) return this.#end("bad-approval", code);
    this.#wasRefused = true;
    this.#dueToOld = this.#due;
    this.#options.approval.forget();
    if (this.#inFlight !== undefined) this.#inFlight.state = "desired";
    this.#inFlight = undefined;
    this.#toEnd = [...this.#ending.values()];
    this.registerMore();
  }

  #records(frame: Frame): void {
    const { registrations, ports, surprises, onData } = this.#options;
    const { trId, count, width } = frame;
    const now = this.#now;
    let isOurs = false;
    for (let record = 0; record < count; record++) {
      const key = frame.text(record, 0);
      const found = registrations.find(trId, key);
      if (found === undefined) {
        // Of one that was ended a moment ago a record may come.
        if (!this.#left.has(nameOf(trId, key)))
          surprises.say({ trId, key: key.slice(0, 20) }, "a record that was not asked for");
        continue;
      }
      const { feed } = found;
      if (!isKnownWidth(feed, width)) surprises.say({ trId, width }, "records have another width than known");
      if (width < leastFields(feed)) continue;
      const isFirst = !found.isDelivering;
      isOurs = found.isDelivering = true;
      if (feed === "trade") {
        const trade = tradeIn(frame, record);
        if (trade === undefined) surprises.say({ trId, key: found.key }, "a trade that cannot be read");
        else {
          found.sequence.take(trade, now, !isFirst, found.emit);
          if (found.sequence.isWaiting) this.#hold();
        }
      } else {
        const event = decodeRecord(feed, frame, record, ports.clock.now());
        if (event === undefined) surprises.say({ trId, key: found.key }, "a record that cannot be read");
        else found.emit(event);
      }
    }
    if (!isOurs) return;
    this.#dataAt = now;
    onData(now);
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
      () => {
        this.#socket.terminate();
        this.#closed(ABNORMAL);
      },
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
      this.#due = this.#dueToOld = 0;
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
    if (this.#isMute(now)) this.#end("mute");
  }

  /** KIS acknowledged everything and delivers nothing. */
  #isMute(now: number): boolean {
    const { mute, registrations, ports } = this.#options;
    const trades = registrations.acknowledged.filter(({ feed }) => feed === "trade").length;
    return mute.isMute(ports, trades, now - this.#dataAt);
  }
}

/** `Promise.withResolvers` comes with Node 22. */
function withResolvers<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => (resolve = done));
  return { promise, resolve };
}
