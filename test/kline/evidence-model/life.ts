/** One life of a process: it ends at any of its calls to KIS or the store, before or after they took effect. */
export class Life {
  #left = Infinity;
  #when: "before" | "after" = "before";
  #died: () => void = () => undefined;
  readonly death: Promise<void> = new Promise<void>((resolve) => (this.#died = resolve));
  isDead = false;

  killAfter(steps: number, when: "before" | "after"): void {
    this.#left = steps;
    this.#when = when;
  }

  async step(stage: "before" | "after"): Promise<void> {
    if (!this.isDead && (stage !== this.#when || this.#left-- > 0)) return;
    this.isDead = true;
    this.#died();
    await new Promise(() => undefined);
  }
}
