import { isRetryable } from "../../core/index.js";
import { Approval, Connection, type ConnectionEnd, MuteWatch, SurpriseLog } from "./session/index.js";
import { ReconnectPace } from "./reconnect-pace.js";
import { Registrations } from "./registrations.js";
import type { StreamEvent } from "./stream-events.js";
import type { StreamHold } from "./socket/index.js";
import { LONGEST_SLEEP_MS, type Listener, type StreamPorts } from "./stream-ports.js";

/** The time from the first listener to the moment at which none is left. */
class Attendance {
  readonly #idle = new AbortController();
  /** Resolves when nothing of it is left: neither socket nor lock, unless others have come for them. */
  readonly isGone: Promise<void>;
  #setGone: () => void = () => undefined;

  constructor() {
    this.isGone = new Promise((resolve) => (this.#setGone = resolve));
  }

  /** Aborted when the last listener leaves. */
  get idle(): AbortSignal {
    return this.#idle.signal;
  }

  end(): void {
    this.#idle.abort();
  }

  gone(): void {
    this.#setGone();
  }
}

/**
 * The one socket of a key, shared by its streams. It connects while a stream listens and reconnects when the connection
 * is lost, never more often than the pace allows, however often streams come and go.
 */
export class StreamHub {
  readonly #name: string;
  readonly #listeners = new Set<Listener>();
  readonly registrations: Registrations<Listener> = new Registrations(({ symbol }) =>
    this.#surprises?.say({ symbol }, "a record that the totals or the day of others contradict"),
  );
  readonly #pace = new ReconnectPace();
  readonly #approval = new Approval();
  readonly #mute = new MuteWatch();
  #surprises: SurpriseLog | undefined;
  #connection: Connection | undefined;
  #running: Promise<void> | undefined;
  #attendance = new Attendance();
  /** Those that ended and are not gone yet: several, where streams come and go while one socket closes. */
  readonly #leaving = new Set<Attendance>();
  /** Monotonic ms at which the connection was lost; `undefined` before the first one and while there is one. */
  #downSince: number | undefined;
  #wasUp = false;

  constructor(name: string) {
    this.#name = name;
  }

  /** Whether the socket is open. */
  get isConnected(): boolean {
    return this.#connection?.isOpen === true;
  }

  /** Whether a stream listens, or a registration is still to be ended. */
  get isUsed(): boolean {
    return this.#running !== undefined;
  }

  attach(listener: Listener): void {
    this.#listeners.add(listener);
    if (this.#attendance.idle.aborted) this.#attendance = new Attendance();
    if (this.isConnected) listener.take({ kind: "connected" });
    for (const key of listener.keys) this.registrations.add(key, listener);
    this.#running ??= this.#run();
    this.#connection?.registerMore();
  }

  /** Resolves when KIS has no registration of it left. With the last listener the socket is closed, by a close frame. */
  async detach(listener: Listener): Promise<void> {
    if (!this.#listeners.delete(listener)) return;
    const ended = this.registrations.drop(listener);
    if (this.#listeners.size === 0) {
      const own = this.#attendance;
      this.#leaving.add(own);
      own.end();
      await own.isGone;
    } else this.#connection?.unregister(ended);
  }

  get #ports(): StreamPorts | undefined {
    const [first] = this.#listeners;
    return first?.ports;
  }

  async #run(): Promise<void> {
    let hold: StreamHold | undefined;
    try {
      for (let ports = this.#ports; ports !== undefined; ports = this.#ports) {
        const { idle } = this.#attendance;
        try {
          hold ??= await ports.lock(this.#name);
          await this.#wait(ports, idle);
          await this.#approval.renew(ports, idle);
          idle.throwIfAborted();
          this.#ended(ports, await this.#connect(ports, idle));
        } catch (error) {
          // The listeners of that time have left; others may have come since.
          if (idle.aborted) continue;
          if (!isRetryable(error)) {
            this.#failAll(error);
            continue;
          }
          ports.logger.warn({ err: error }, "no way to the stream yet; trying again");
          this.#pace.ended(ports.clock.monotonic(), "other", ports.random());
          this.#isDown(ports);
        } finally {
          // Whoever left waits for the socket that was theirs, not for those who came since.
          if (this.#listeners.size > 0) this.#gone();
        }
      }
    } finally {
      this.#wasUp = false;
      this.#downSince = undefined;
      await hold?.release();
      // A listener may have come while the lock was released.
      this.#running = this.#listeners.size > 0 ? this.#run() : undefined;
      this.#gone();
    }
  }

  #gone(): void {
    for (const one of this.#leaving) one.gone();
    this.#leaving.clear();
  }

  async #wait({ clock }: StreamPorts, idle: AbortSignal): Promise<void> {
    for (;;) {
      const left = this.#pace.notBefore - clock.monotonic();
      if (!(left > 0)) return;
      await clock.sleep(Math.min(left, LONGEST_SLEEP_MS), idle);
    }
  }

  #connect(ports: StreamPorts, idle: AbortSignal): Promise<ConnectionEnd> {
    this.registrations.reset();
    this.#pace.connecting(ports.clock.monotonic());
    this.#surprises = new SurpriseLog(ports.logger);
    this.#connection = new Connection({
      ports,
      approval: this.#approval,
      registrations: this.registrations,
      mute: this.#mute,
      surprises: this.#surprises,
      onOpen: () => this.#isUp(ports),
      onData: (now) => {
        this.#pace.sawData();
        this.#mute.sawData(now);
      },
      idle,
    });
    return this.#connection.ended;
  }

  #isUp({ clock }: StreamPorts): void {
    const downMs =
      this.#downSince === undefined ? undefined : Math.round(clock.monotonic() - this.#downSince);
    this.#downSince = undefined;
    this.#wasUp = true;
    this.#tellAll({ kind: "connected", ...(downMs === undefined ? {} : { downMs }) });
  }

  #isDown({ clock }: StreamPorts, code?: number | string): void {
    if (this.#downSince !== undefined) return;
    this.#downSince = clock.monotonic();
    if (this.#wasUp || code !== undefined)
      this.#tellAll({ kind: "disconnected", ...(code === undefined ? {} : { code }) });
  }

  #ended(ports: StreamPorts, { code, why }: ConnectionEnd): void {
    this.#connection = undefined;
    for (const { sequence, emit } of this.registrations.values()) sequence.flush(emit);
    if (why === "bad-approval") this.#approval.forget();
    if (why === "mute") this.#mute.ended(ports.clock.now());
    const isTaken = why === "in-use" || why === "full";
    this.#pace.ended(ports.clock.monotonic(), isTaken ? "in-use" : "other", ports.random());
    if (why === "left") return;
    const waitMs = Math.round(this.#pace.notBefore - ports.clock.monotonic());
    ports.logger.warn({ code, why, waitMs }, "the stream is down; connecting again after a pause");
    this.#isDown(ports, code);
  }

  #tellAll(event: StreamEvent): void {
    for (const listener of this.#listeners) listener.take(event);
  }

  #failAll(error: unknown): void {
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) {
      this.registrations.drop(listener);
      listener.fail(error);
    }
  }
}
