import { UNKNOWN_SOURCE, checkProvenance, checkSource } from "../../archive/index.js";
import type { TradingDay } from "../../core/index.js";
import type { ObjectStore } from "../../storage/index.js";
import type { BarSource } from "../evidence/index.js";
import { type PrefixSettings, type WantedSettings, claimSettings, readSettings } from "./prefix-settings.js";

interface PrefixGuardOptions {
  readonly source: Pick<BarSource, "provenance" | "tradingDay">;
  readonly store: ObjectStore;
  readonly wanted: WantedSettings;
  /** Other kinds of bars that may stand beside the source's. */
  readonly accept: readonly string[];
  /** A day before today, for a question whose answer shows who answers. */
  readonly pastDay: () => TradingDay;
}

/** Keeps bars of different kinds, hours or fields from mixing under one prefix. */
export class PrefixGuard {
  readonly #options: PrefixGuardOptions;
  readonly #done = new Map<string, Promise<void>>();

  constructor(options: PrefixGuardOptions) {
    this.#options = options;
  }

  /** Where the source's bars come from, as far as it can tell by now. */
  get provenance(): string {
    return this.#options.source.provenance ?? UNKNOWN_SOURCE;
  }

  /**
   * Before bars are asked for. Writes nothing; asks at most whether a past day was a trading day.
   *
   * @returns what the prefix's writers agreed on, if anything.
   * @throws {@link ConfigError} naming what contradicts it, {@link StorageError} if the store fails.
   */
  async begin(): Promise<PrefixSettings | undefined> {
    const { source, store, wanted, accept, pastDay } = this.#options;
    const settings = await readSettings(store, wanted);
    await this.#once(JSON.stringify(["begin", this.provenance]), () =>
      checkSource({
        store,
        prefix: wanted.prefix,
        source: () => this.provenance,
        accept,
        ...(source.tradingDay && { ask: async () => source.tradingDay?.(pastDay()) }),
      }),
    );
    return settings;
  }

  /**
   * Before each write.
   *
   * @param fields - what is written; part of what later writers are told.
   * @returns what objects are to say of where their bars come from.
   * @throws as {@link begin}.
   */
  async beforeWrite(fields: PrefixSettings["fields"]): Promise<string> {
    const { store, wanted, accept } = this.#options;
    const { provenance } = this;
    await this.#checkProvenance(provenance, accept);
    await this.#once(JSON.stringify(["settings", provenance]), () =>
      claimSettings(store, { ...wanted, fields }, provenance),
    );
    return provenance;
  }

  #checkProvenance(source: string, accept: readonly string[]): Promise<void> {
    const { store, wanted } = this.#options;
    return this.#once(JSON.stringify([source, accept]), () =>
      checkProvenance({ store, prefix: wanted.prefix, source, accept }),
    );
  }

  #once(name: string, work: () => Promise<void>): Promise<void> {
    const known = this.#done.get(name);
    if (known !== undefined) return known;
    const done = work();
    this.#done.set(name, done);
    done.catch(() => this.#done.delete(name));
    return done;
  }
}
