import type { createMarket } from "hantoo/testing";
import { krx } from "../../src/calendar/index.js";
import {
  type Clock,
  KisApiError,
  type MinuteBar,
  type MinuteBarsRequest,
  finalCount,
} from "../../src/core/index.js";
import type { BarSource, SourceBars } from "../../src/kline/evidence/bar-source.js";

type Market = ReturnType<typeof createMarket>;

/** How a virtual source behaves. */
export interface VirtualSourceOptions {
  readonly clock: Clock;
  readonly market: Pick<Market, "truth" | "symbols">;
  readonly ratePerSecond?: number;
  readonly latencyMs?: number;
  /** Thrown instead of an answer where it returns something. */
  readonly fault?: (request: MinuteBarsRequest, call: number) => unknown;
}

/** A source on the clock of a test: 120 rows a call, evenly paced, true to the market. */
export interface VirtualSource extends BarSource {
  readonly asked: string[];
  readonly inFlight: ReadonlySet<string>;
  calls: number;
  /** Epoch ms of each request. */
  readonly sentAt: number[];
}

export function createVirtualSource(options: VirtualSourceOptions): VirtualSource {
  const { clock, market, ratePerSecond = 18, latencyMs = 80, fault } = options;
  const symbols = new Set(market.symbols);
  const inFlight = new Set<string>();
  let nextAt = -Infinity;

  const call = async (signal: AbortSignal | undefined): Promise<void> => {
    const at = Math.max(nextAt, clock.monotonic());
    nextAt = at + 1000 / ratePerSecond;
    if (at > clock.monotonic()) await clock.sleep(at - clock.monotonic(), signal);
    source.calls++;
    source.sentAt.push(clock.now());
    await clock.sleep(latencyMs, signal);
  };

  const source: VirtualSource = {
    asked: [],
    inFlight,
    calls: 0,
    sentAt: [],
    capacity: { ratePerSecond, minutesPerCall: 120 },
    async minuteBars(request): Promise<SourceBars> {
      const { symbol, tradingDay = "", venue = "KRX", hours = "regular", from = 0, signal } = request;
      const name = `${symbol} ${tradingDay}`;
      source.asked.push(name);
      inFlight.add(name);
      try {
        const minutes = krx.minutes(tradingDay, { venue, hours });
        const final = finalCount(minutes, clock.now(), 10_000);
        const through = minutes[final - 1] ?? (minutes[0] ?? 0) - 60_000;
        const truth = symbols.has(symbol) ? market.truth(symbol, tradingDay, { venue, hours }) : [];
        const bars = truth.filter(({ time }) => time >= from && time <= through);
        const pages = Math.max(1, Math.ceil(bars.length / 120));
        for (let page = 0; page < pages; page++) {
          await call(signal);
          const error = fault?.(request, source.calls);
          if (error !== undefined) throw error;
        }
        if (!symbols.has(symbol)) {
          throw new KisApiError(`KIS knows no symbol ${symbol}`, {
            status: 200,
            trId: "T",
            rtCd: "0",
            msgCd: "",
          });
        }
        return {
          symbol,
          venue,
          tradingDay,
          bars: since(bars),
          through,
          complete: final === minutes.length,
          calls: pages,
        };
      } finally {
        inFlight.delete(name);
      }
    },
  };
  return source;
}

/** `accVolume` counts from the first minute asked for. */
function since(bars: readonly MinuteBar[]): MinuteBar[] {
  let accVolume = 0;
  return bars.map((bar) => ({ ...bar, accVolume: (accVolume += bar.volume) }));
}
