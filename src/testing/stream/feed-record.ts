/** One record as it goes over the wire. */
export interface FeedRecord {
  /** Epoch ms. */
  readonly time: number;
  readonly symbol: string;
  readonly text: string;
}

/** What one registration delivers. */
export interface Feed {
  /** Records after `fromMs` up to and with `toMs`, ascending. */
  between(fromMs: number, toMs: number): readonly FeedRecord[];
  /** Epoch ms of the first record after an instant; `Infinity` if the day has none. */
  nextAfter(fromMs: number): number;
}
