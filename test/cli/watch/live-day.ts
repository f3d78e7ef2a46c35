import { MemoryStore } from "hantoo";
import { HantooKlineLogger } from "hantoo/kline";
import { type ManualClock, createManualClock, createMarket } from "hantoo/testing";
import { TransportError } from "../../../src/core/index.js";
import { at } from "../../kline/logger-setup.js";
import { createVirtualSource } from "../../kline/virtual-source.js";

/** Lets time pass in small steps, each once all that can be done before it is done. */
export async function pass(clock: ManualClock, until: number): Promise<void> {
  const rest = async (): Promise<void> => {
    while (clock.sleeping === 0) await new Promise(setImmediate);
  };
  while (clock.now() < until) {
    await rest();
    await clock.advance(Math.min(10_000, until - clock.now()));
  }
  await rest();
}

/** A session that is being followed. */
export interface LiveDay {
  readonly clock: ManualClock;
  readonly market: ReturnType<typeof createMarket>;
  readonly logger: HantooKlineLogger;
  readonly symbols: readonly string[];
  /** The symbol that has lost a row. */
  readonly lossy: string;
  /** The symbol whose answers stop. */
  readonly cut: string;
  /** From now on nothing answers. */
  readonly die: () => void;
  readonly end: () => Promise<void>;
}

/** A morning that is followed: a symbol KIS does not know, one that is cut off, a lost row, and a dead network later. */
export function liveDay(count: number): LiveDay {
  const clock = createManualClock(at("10:00"));
  const market = createMarket({ seed: 7 });
  const known = ["005930", "000660", "035420"];
  const others = market.symbols.filter((symbol) => !known.includes(symbol)).slice(0, count - 4);
  const symbols = [...known, ...others, "X99999"];
  const [, , , lossy = "", cut = ""] = symbols;
  let isDead = false;
  const source = createVirtualSource({
    clock,
    market,
    latencyMs: 20,
    fault: ({ symbol }) =>
      isDead || (symbol === cut && clock.now() > at("10:17"))
        ? new TransportError("connection reset")
        : undefined,
  });
  const ask = source.minuteBars.bind(source);
  source.minuteBars = async (request) => {
    const answer = await ask(request);
    const lost = at("09:48");
    if (request.symbol !== lossy || answer.through < lost) return answer;
    const bars = answer.bars.filter(({ time }) => time !== lost);
    return { ...answer, bars, holes: [{ from: lost, to: lost, kind: "lost" as const }] };
  };
  Object.assign(source, {
    pace: { ceiling: 18, current: 17, refusals: 2 },
    tokens: { issued: 1, issuedAt: at("10:00") },
  });
  const logger = new HantooKlineLogger({
    client: source,
    store: new MemoryStore(),
    symbols,
    clock,
    zstdLevel: 1,
    logger: { debug() {}, info() {}, warn() {}, error() {} },
  });
  const stop = new AbortController();
  const run = (async () => {
    for await (const _ of logger.run({ signal: stop.signal }));
  })().catch(() => undefined);
  return {
    clock,
    market,
    logger,
    symbols,
    lossy,
    cut,
    die: () => {
      isDead = true;
    },
    async end() {
      stop.abort();
      await run;
      await logger.close();
    },
  };
}
