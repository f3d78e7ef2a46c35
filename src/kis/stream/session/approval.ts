import type { StreamPorts } from "../stream-ports.js";

/** How long an approval key is used: KIS's 24 hours less one. */
const APPROVAL_MS = 23 * 3_600_000;

/** The approval key of an app key, a secret. It is fetched when it is needed, and used for almost a day. */
export class Approval {
  #held: { readonly key: string; readonly at: number } | undefined;

  /** The last approval key, even if it is too old; `undefined` if there is none. */
  get key(): string | undefined {
    return this.#held?.key;
  }

  /** @param now - epoch ms. */
  isGood(now: number): boolean {
    return this.#held !== undefined && Math.abs(now - this.#held.at) < APPROVAL_MS;
  }

  /** KIS refused it. */
  forget(): void {
    this.#held = undefined;
  }

  /** Fetches a new approval key unless there is a good one. */
  async renew({ clock, approve }: StreamPorts, signal: AbortSignal): Promise<void> {
    const at = clock.now();
    if (!this.isGood(at)) this.#held = { key: await approve(signal), at };
  }
}
