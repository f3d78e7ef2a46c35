import { expect, test } from "vitest";
import type { TradeSourceEvent } from "hantoo";
import { DAY, at, openMarket } from "../../kis/stream/stream-market.js";
import { truthful, watch, without } from "./watched-bars.js";

const MINUTE = 60_000;
const SYMBOL = "005930";

test("while the stream is down, and until a trade shows what was missed, each minute is sealed at its time", async () => {
  const market = openMarket({ symbols: [SYMBOL], start: at("10:00") });
  const { clock } = market;
  let isBack = false;
  async function* falling(): AsyncGenerator<TradeSourceEvent> {
    yield { kind: "connected" };
    yield { kind: "subscribed", symbol: SYMBOL };
    await clock.sleep(2 * MINUTE);
    yield { kind: "disconnected", code: 1006 };
    await clock.sleep(4 * MINUTE);
    yield { kind: "connected", downMs: 4 * MINUTE };
    yield { kind: "subscribed", symbol: SYMBOL };
    isBack = true;
    await clock.sleep(8 * MINUTE);
  }
  const watched = watch(market, [SYMBOL], { trades: falling(), source: truthful(market) });
  const through = (): number => watched.events.findLast(({ kind }) => kind === "sealed")?.bar.time ?? 0;
  await clock.advance(3 * MINUTE + 15_000);
  expect(through()).toBe(at("10:02"));
  await clock.advance(MINUTE);
  expect(through()).toBe(at("10:03"));
  await clock.advance(3 * MINUTE);
  expect(isBack).toBe(true);
  expect(through()).toBe(at("10:06"));
  // Sealed beyond the moment at which the trades came back, it is a quiet symbol like any other.
  await clock.advance(2 * MINUTE);
  expect(through()).toBe(at("10:06"));
  await clock.runUntil(watched.done);
});

test("trades that end after an outage, with a symbol still unheard of: what was missed is sealed before the end", async () => {
  const market = openMarket({ symbols: [SYMBOL], start: at("10:00") });
  const { clock } = market;
  async function* ending(): AsyncGenerator<TradeSourceEvent> {
    yield { kind: "subscribed", symbol: SYMBOL };
    await clock.sleep(MINUTE + 5000);
    yield { kind: "disconnected", code: 1006 };
    await clock.sleep(90_000);
    yield { kind: "subscribed", symbol: SYMBOL };
    await clock.sleep(5000);
  }
  const watched = watch(market, [SYMBOL], { trades: ending(), source: truthful(market) });
  await clock.runUntil(watched.done);
  const truth = market.core.truth(SYMBOL, DAY).filter(({ time }) => time >= at("10:00"));
  const sealed = watched.events.filter(({ kind }) => kind === "sealed").map(({ bar }) => bar);
  expect(sealed).toEqual(truth.filter(({ time }) => time <= at("10:02")));
  expect(clock.now()).toBeLessThan(at("10:04"));
});

test("the last minutes before the closing auction are sealed though no trade follows them", async () => {
  const market = openMarket({ symbols: [SYMBOL], start: at("15:16:30") });
  const { clock } = market;
  async function* quiet(): AsyncGenerator<TradeSourceEvent> {
    yield { kind: "subscribed", symbol: SYMBOL };
    await clock.sleep(20 * MINUTE);
  }
  const watched = watch(market, [SYMBOL], { trades: quiet(), source: truthful(market) });
  await clock.advance(at("15:25:30") - clock.now());
  expect(watched.events.at(-1)?.bar.time).toBe(at("15:19"));
  await clock.runUntil(watched.done);
  expect(watched.events.at(-1)?.bar.time).toBe(at("15:30"));
});

test("bars are left within seconds, though their trades are passed on by a generator that waits for the next one", async () => {
  const market = openMarket({ symbols: [SYMBOL], start: at("16:30", "2026-11-21") });
  const { clock, client } = market;
  async function* passedOn(): AsyncGenerator<TradeSourceEvent> {
    yield* client.stream({ symbols: [SYMBOL] });
  }
  const controller = new AbortController();
  const watched = watch(market, [SYMBOL], { trades: passedOn(), signal: controller.signal });
  await clock.advance(MINUTE);
  const reason = { my: "reason" };
  controller.abort(reason);
  let ended: unknown;
  void watched.done.then((how) => (ended = how));
  await clock.advance(5000);
  expect(ended).toBe(reason);
  await clock.runUntil(client.close());
});

test("over midnight into the next session: both days' minutes, each once, and the totals begin anew", async () => {
  const evening = "2026-11-19"; // The CSAT day, which closes an hour late.
  const market = openMarket({ symbols: [SYMBOL], start: at("16:27", evening) });
  const { clock, client, core } = market;
  const watched = watch(market, [SYMBOL], { source: client });
  await clock.advance(at("09:06:30") - clock.now());
  await clock.runUntil(client.close());
  await clock.runUntil(watched.done);
  const sealed = watched.events.filter(({ kind }) => kind === "sealed").map(({ bar }) => bar);
  const wanted = [
    ...core.truth(SYMBOL, evening).filter(({ time }) => time >= at("16:27", evening)),
    ...core.truth(SYMBOL, DAY).filter(({ time }) => time < at("09:06")),
  ];
  expect(sealed.map(without)).toEqual(wanted.map(without));
  // Shares of before the open stand in the first trade's total: its minute waits for the seal.
  const morning = watched.events.filter(({ kind, bar }) => kind === "bar" && bar.time >= at("09:00"));
  expect(morning.map(({ bar }) => bar)).toEqual(wanted.filter(({ time }) => time >= at("09:01")));
});
