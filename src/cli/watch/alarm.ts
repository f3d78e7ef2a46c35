import { type Clock, ConfigError, type Logger } from "hantoo";

/** Something that is not as it should be. */
export interface Trouble {
  /** Each kind is reported once, until all is whole again. */
  readonly kind: string;
  /** One sentence. */
  readonly text: string;
}

/** Which kinds were reported, kept for the next process. */
export interface AlarmMemory {
  /** @returns the kinds that were reported and are not over. */
  read(): Promise<readonly string[]>;
  write(kinds: readonly string[]): Promise<void>;
}

/** Where to report, and how. */
export interface AlarmOptions {
  /** Requested after each pass: this address at success, with `/fail` appended at failure. */
  readonly ping?: URL;
  /** Gets `{ text }` when something is degraded, and when all is whole again. */
  readonly notify?: URL;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  /** Told what could not be sent, but never the address: everybody who knows it can use it. */
  readonly logger: Logger;
  readonly memory: AlarmMemory;
  /** Gives up what is being sent: a command that is stopped does not wait for a monitor. */
  readonly signal: AbortSignal;
  /** The beginning of the sentence that reports troubles. */
  readonly degraded: string;
  /** The sentence that reports the end of them. */
  readonly whole: string;
}

/** Limit of one attempt. */
const TIMEOUT_MS = 10_000;
/** Pauses before a second and a third attempt. */
const PAUSES_MS = [1000, 4000];

/**
 * Reports the outcome of passes to monitors. It never throws and never delays a pass. What cannot be sent is logged, and
 * troubles that could not be reported are tried again at the next pass.
 */
export class Alarm {
  readonly #options: AlarmOptions;
  #pinging: Promise<void> | undefined;
  #nextPing: boolean | undefined;
  #notifying: Promise<void> = Promise.resolve();
  #queued: string | undefined;
  #told: Set<string> | undefined;

  constructor(options: AlarmOptions) {
    this.#options = options;
  }

  /** Reports a pass. @param troubles - what is wrong now; an empty list is success. */
  tell(troubles: readonly Trouble[]): void {
    const { ping, notify } = this.#options;
    if (ping !== undefined) {
      this.#nextPing = troubles.length === 0;
      this.#pinging ??= this.#pingOn(ping).finally(() => (this.#pinging = undefined));
    }
    if (notify === undefined) return;
    const kinds = [...new Set(troubles.map(({ kind }) => kind))].sort().join();
    // The same report is waiting to be sent.
    if (this.#queued === kinds) return;
    this.#queued = kinds;
    this.#notifying = this.#notifying.then(() => {
      if (this.#queued === kinds) this.#queued = undefined;
      return this.#notify(notify, troubles);
    });
  }

  /** Resolves when every report is sent, or given up. */
  async close(): Promise<void> {
    await Promise.all([this.#pinging, this.#notifying]);
  }

  /** Only the latest outcome is sent: a slow monitor gets no queue. */
  async #pingOn(ping: URL): Promise<void> {
    for (let isWell = this.#nextPing; isWell !== undefined; isWell = this.#nextPing) {
      this.#nextPing = undefined;
      await this.#send("ping", isWell ? ping : failAddress(ping), { method: "GET" });
    }
  }

  async #notify(notify: URL, troubles: readonly Trouble[]): Promise<void> {
    const told = (this.#told ??= new Set(await this.#recall()));
    const { degraded, whole } = this.#options;
    const news = troubles.filter(({ kind }) => !told.has(kind));
    if (troubles.length === 0 ? told.size === 0 : news.length === 0) return;
    const text =
      troubles.length === 0 ? whole : `${degraded} ${news.map((trouble) => trouble.text).join("; ")}`;
    const sent = await this.#send("notify", notify, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ text }),
    });
    if (!sent) return;
    if (troubles.length === 0) told.clear();
    else for (const { kind } of news) told.add(kind);
    await this.#options.memory.write([...told].sort()).catch((err: unknown) => {
      this.#options.logger.warn(
        { err },
        "the store keeps no note of what was reported; another process may report it again",
      );
    });
  }

  async #recall(): Promise<readonly string[]> {
    try {
      return await this.#options.memory.read();
    } catch (err) {
      this.#options.logger.warn(
        { err },
        "the note of earlier reports cannot be read; they may be sent again",
      );
      return [];
    }
  }

  async #send(what: "ping" | "notify", url: URL, init: RequestInit): Promise<boolean> {
    const { fetch, clock, logger, signal } = this.#options;
    let reason = "";
    for (const pauseMs of [0, ...PAUSES_MS]) {
      try {
        if (pauseMs > 0) await clock.sleep(pauseMs, signal);
        const until = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
        const response = await fetch(url, { ...init, signal: until });
        await response.body?.cancel();
        if (response.ok) return true;
        reason = `HTTP ${response.status}`;
        // It would refuse another attempt as well.
        if (response.status < 500 && response.status !== 429) break;
      } catch (error) {
        if (signal.aborted) return false;
        reason = reasonOf(error);
      }
    }
    logger.warn({ what, reason }, `--${what} could not be sent (${reason})`);
    return false;
  }
}

/** A reason without the error's own message, which can hold the address. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error && "code" in cause && typeof cause.code === "string") return cause.code;
  return error instanceof Error ? error.name : "no Error";
}

function failAddress(ping: URL): URL {
  const url = new URL(ping);
  url.pathname = `${url.pathname.replace(/\/$/, "")}/fail`;
  return url;
}

/**
 * @param option - as it was typed, such as `"--ping"`.
 * @throws ConfigError, which does not show the address, if it is not an http or https address.
 */
export function alarmAddress(text: string, option: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "https:" || url?.protocol === "http:") return url;
  throw new ConfigError(option, "an http or https address", "something else");
}
