import { MINUTE_MS, isSymbol, kstTime } from "../../core/index.js";
import { servedDay } from "../endpoints/index.js";
import { type SimulatedInstrument, type SymbolDay, priceStep } from "../market/index.js";
import type { SimulatorCore } from "../server/index.js";
import type { StreamSettings } from "../settings/index.js";
import { TRADE_STREAMS, tradeFieldsOn, tradeRecord } from "./trade-record.js";
import { openIndexFeed, operationFeed } from "./market-feeds.js";
import type { Feed, FeedRecord } from "./feed-record.js";
import { type TapeEntry, tapeOf, tapeThrough } from "./trade-tape.js";

/** Streams besides trades: what is registered and what is simulated of it. Only the first is on paper as well. */
const BOOK = "H0STASP0";
const EXPECTED = "H0STANC0";
const OPERATION = "H0STMKO0";
const INDEX = "H0UPCNT0";

/** The expected price comes while an auction takes orders. */
const EXPECTED_EVERY_MS = 10_000;

/**
 * @returns the feed of a registration; a refusal's code if KIS would refuse it.
 */
export function openFeed(
  core: SimulatorCore,
  settings: StreamSettings,
  trId: string,
  key: string,
): Feed | "OPSP8991" | "OPSP8992" {
  const venue = TRADE_STREAMS[trId];
  const isTrades = venue !== undefined && (core.environment === "live" || venue === "KRX");
  const isOther = core.environment === "live" && [EXPECTED, OPERATION, INDEX].includes(trId);
  if (!isTrades && !isOther && trId !== BOOK) return "OPSP8991";
  if (trId === INDEX) return openIndexFeed(core, key) ?? "OPSP8992";
  const instrument = isSymbol(key) ? core.market.instrument(key) : undefined;
  if (instrument === undefined) return "OPSP8992";
  if (trId === OPERATION) return operationFeed(core, instrument);
  // Acknowledged all the same: nothing tells this silence from that of a quiet symbol.
  if (venue !== undefined && venue !== "KRX" && !instrument.nxt) return silent;
  const dayAt = (atMs: number): SymbolDay | undefined =>
    core.market.symbolDay(key, servedDay(core.contextAt(atMs)), venue ?? "KRX");
  if (trId === EXPECTED) return expectedFeed(instrument, dayAt);
  return tapeFeed(instrument, dayAt, (day, entry) =>
    trId === BOOK
      ? bookRecord(instrument, entry)
      : tradeRecord(instrument, day, entry, settings.tradeFields ?? tradeFieldsOn(day)),
  );
}

const silent: Feed = { between: () => [], nextAfter: () => Infinity };

function tapeFeed(
  instrument: SimulatedInstrument,
  dayAt: (atMs: number) => SymbolDay | undefined,
  format: (day: SymbolDay, entry: TapeEntry) => string,
): Feed {
  return {
    between(fromMs, toMs) {
      const day = dayAt(toMs);
      if (day === undefined) return [];
      const tape = tapeOf(day);
      return tape.slice(tapeThrough(tape, fromMs), tapeThrough(tape, toMs)).map((entry) => ({
        time: entry.trade.time,
        symbol: instrument.symbol,
        text: format(day, entry),
      }));
    },
    nextAfter(fromMs) {
      const day = dayAt(fromMs);
      const tape = day === undefined ? [] : tapeOf(day);
      return tape[tapeThrough(tape, fromMs)]?.trade.time ?? Infinity;
    },
  };
}

function expectedFeed(instrument: SimulatedInstrument, dayAt: (atMs: number) => SymbolDay | undefined): Feed {
  const at = (day: SymbolDay, fromMs: number): number => {
    const label = day.minutes[day.auction] ?? -Infinity;
    const next = Math.floor(fromMs / EXPECTED_EVERY_MS + 1) * EXPECTED_EVERY_MS;
    const first = Math.max(next, label - 10 * MINUTE_MS);
    return first < label ? first : Infinity;
  };
  return {
    between(fromMs, toMs) {
      const day = dayAt(toMs);
      const records: FeedRecord[] = [];
      if (day === undefined) return records;
      for (let time = at(day, fromMs); time <= toMs; time = at(day, time)) {
        records.push({
          time,
          symbol: instrument.symbol,
          text: expectedRecord(instrument, day, time),
        });
      }
      return records;
    },
    nextAfter(fromMs) {
      const day = dayAt(fromMs);
      return day === undefined ? Infinity : at(day, fromMs);
    },
  };
}

/** 63 fields, as seen since 2026-09: 59 documented ones, and the market class at the end. */
function bookRecord(instrument: SimulatedInstrument, { trade }: TapeEntry): string {
  const step = priceStep(trade.price, instrument.kind);
  const levels = Array.from({ length: 10 }, (_, level) => level);
  const sizes = levels.map((level) => String(100 * (level + 1)));
  const fields = [
    instrument.symbol,
    kstTime(trade.time),
    "0",
    ...levels.map((level) => String(trade.price + step * (level + 1))),
    ...levels.map((level) => String(Math.max(0, trade.price - step * level))),
    ...sizes,
    ...sizes,
    "5500",
    "5500",
    ...Array.from({ length: 8 }, () => "0"),
    String(trade.accVolume),
    ...Array.from({ length: 8 }, () => "0"),
    "2",
  ];
  return fields.join("^");
}

/** 45 fields of the trades' layout with an expected price in the price's place, and a blank one at the end. */
function expectedRecord(instrument: SimulatedInstrument, day: SymbolDay, time: number): string {
  const price = day.close[day.auction] ?? 0;
  const fields = Array.from({ length: 46 }, () => "0");
  fields[0] = instrument.symbol;
  fields[1] = kstTime(time);
  fields[2] = String(price);
  fields[12] = String(day.volume[day.auction] ?? 0);
  fields[33] = day.tradingDay.replaceAll("-", "");
  fields[34] = "00";
  fields[43] = "B";
  fields[45] = "";
  return fields.join("^");
}
