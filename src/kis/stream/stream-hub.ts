import { isRetryable } from "../../core/index.js";
import { Connection, type ConnectionEnd } from "./connection.js";
import { ReconnectPace } from "./reconnect-pace.js";
import { Registrations } from "./registrations.js";
import type { StreamEvent } from "./stream-events.js";
import type { StreamHold } from "./socket/index.js";
import { APPROVAL_MS, LONGEST_SLEEP_MS, type Listener, type StreamPorts } from "./stream-ports.js";

/**
 * The one socket of a key, shared by its streams. It connects while a stream listens and reconnects when the connection
 * is lost, never more often than the pace allows, however often streams come and go.
 */
export class StreamHub {
  readonly #name: string;
  readonly #listeners = new Set<Listener>();
  readonly registrations: Registrations<Listener> = new Registrations();
  readonly #pace = new ReconnectPace();
  #approval: { readonly key: string; readonly at: number } | undefined;
  #connection: Connection | undefined;
  #running: Promise<void> | undefined;
  /** Aborted when the last listener leaves. */
  #idle = new AbortController();
  /** Monotonic ms at which the connection was lost; `undefined` before the first one and while there is one. */
  #downSince: number | undefined;
  #wasUp = false;
  /** How long all symbols may be silent at once. Doubles each time that a new connection did not help. */
  #silenceMs = 180_000;

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
    if (this.#idle.signal.aborted) this.#idle = new AbortController();
    if (this.isConnected) listener.take({ kind: "connected" });
    for (const key of listener.keys) this.registrations.add(key, listener);
    this.#running ??= this.#run();
    this.#connection?.registerMore();
  }

  /** Resolves when KIS has nothing of it left: the last listener takes the socket along, by a close frame. */
  async detach(listener: Listener): Promise<void> {
    if (!this.#listeners.delete(listener)) return;
    const ended = this.registrations.drop(listener);
    if (this.#listeners.size === 0) {
      this.#idle.abort();
      await this.#running;
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
        const idle = this.#idle.signal;
        try {
          hold ??= await ports.lock(this.#name);
          await this.#wait(ports, idle);
          const approval = await this.#approve(ports, idle);
          idle.throwIfAborted();
          this.#ended(ports, await this.#connect(ports, approval, idle));
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
        }
      }
    } finally {
      this.#wasUp = false;
      this.#downSince = undefined;
      await hold?.release();
      // A listener may have come while the lock was released.
      this.#running = this.#listeners.size > 0 ? this.#run() : undefined;
    }
  }

  async #wait({ clock }: StreamPorts, idle: AbortSignal): Promise<void> {
    for (;;) {
      const left = this.#pace.notBefore - clock.monotonic();
      if (!(left > 0)) return;
      await clock.sleep(Math.min(left, LONGEST_SLEEP_MS), idle);
    }
  }

  async #approve({ clock, approve }: StreamPorts, idle: AbortSignal): Promise<string> {
    const now = clock.now();
    const isGood = this.#approval !== undefined && Math.abs(now - this.#approval.at) < APPROVAL_MS;
    if (!isGood) this.#approval = { key: await approve(idle), at: now };
    return this.#approval?.key ?? "";
  }

  #connect(ports: StreamPorts, approval: string, idle: AbortSignal): Promise<ConnectionEnd> {
    this.registrations.reset();
    this.#pace.connecting(ports.clock.monotonic());
    this.#connection = new Connection({
      ports,
      approval: { key: approval, at: this.#approval?.at ?? 0 },
      registrations: this.registrations,
      silenceMs: this.#silenceMs,
      renew: () => this.#approve(this.#ports ?? ports, idle),
      onOpen: () => this.#isUp(ports),
      onData: () => this.#pace.sawData(),
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
    if (why === "bad-approval") this.#approval = undefined;
    if (why === "silent") this.#silenceMs *= 2;
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
