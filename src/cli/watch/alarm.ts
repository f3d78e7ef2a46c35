import { type Clock, ConfigError, type Logger } from "hantoo";

/** Something that is not as it should be. */
export interface Trouble {
  /** What kind it is: of one kind somebody is told once. */
  readonly kind: string;
  /** One sentence. */
  readonly text: string;
}

/** What was told of, kept where the next process finds it. */
export interface AlarmMemory {
  /** @returns the kinds that are told of and not whole again. */
  read(): Promise<readonly string[]>;
  write(kinds: readonly string[]): Promise<void>;
}

/** Whom to tell, and how. */
export interface AlarmOptions {
  /** Asked for after each pass: this address where all is well, `/fail` behind it where not. */
  readonly ping?: URL;
  /** Gets `{ text }` when something is degraded, and when all is whole again. */
  readonly notify?: URL;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  /** Told of what could not be sent; never of the addresses: who knows one can use it. */
  readonly logger: Logger;
  readonly memory: AlarmMemory;
  /** Whoever ends the command waits for no monitor: what is under way is given up. */
  readonly signal: AbortSignal;
  /** The sentence that goes before what is wrong. */
  readonly degraded: string;
  /** The sentence for when nothing is. */
  readonly whole: string;
}

/** How long an answer is waited for. */
const TIMEOUT_MS = 10_000;
/** Pauses before a second and a third attempt. */
const PAUSES_MS = [1000, 4000];

/**
 * Tells monitors how it goes. It never throws and holds nobody up: what cannot be sent is logged, and what somebody
 * should know is tried again at the next pass.
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

  /** A pass has ended. @param troubles - what is wrong now; none is success. */
  tell(troubles: readonly Trouble[]): void {
    const { ping, notify } = this.#options;
    if (ping !== undefined) {
      this.#nextPing = troubles.length === 0;
      this.#pinging ??= this.#pingOn(ping).finally(() => (this.#pinging = undefined));
    }
    if (notify === undefined) return;
    const kinds = [...new Set(troubles.map(({ kind }) => kind))].sort().join();
    // What waits to be told already says so.
    if (this.#queued === kinds) return;
    this.#queued = kinds;
    this.#notifying = this.#notifying.then(() => {
      if (this.#queued === kinds) this.#queued = undefined;
      return this.#notify(notify, troubles);
    });
  }

  /** Resolves when everything told so far is sent, or given up. */
  async close(): Promise<void> {
    await Promise.all([this.#pinging, this.#notifying]);
  }

  /** Only the latest counts: a monitor that answers slowly gets no queue. */
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
      this.#options.logger.warn({ err }, "what was told cannot be noted; another process may tell it again");
    });
  }

  async #recall(): Promise<readonly string[]> {
    try {
      return await this.#options.memory.read();
    } catch (err) {
      this.#options.logger.warn({ err }, "what was told before cannot be read; it may be told again");
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
        // Another attempt would be refused as well.
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

/** Its own message can hold the address. */
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
 * @throws ConfigError, which does not show the address, if it is none of the web.
 */
export function alarmAddress(text: string, option: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "https:" || url?.protocol === "http:") return url;
  throw new ConfigError(option, "an http or https address", "something else");
}
