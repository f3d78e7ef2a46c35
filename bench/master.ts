/*
 * How fast master files are parsed, in one run beside
 *   plain    the straightforward parser: a slice, a trim and a Number for each field of the same layout
 *   floor    the same rows without any check: one-byte string, fixed shape, hand-read ints, names in one batch
 *   names    decoding the Korean names alone
 *   pandas   KIS's own script (bench/master-pandas.py), where Python has pandas
 *
 *   HANTOO_RECORDINGS=... npx tsx bench/master.ts [rounds]
 *
 * Without real files in HANTOO_RECORDINGS, invented ones of the same size are taken. PYTHON names the interpreter
 * (default /usr/bin/python3, where Debian's python3-pandas goes).
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { argv, env, stdout, version } from "node:process";
import { fileURLToPath } from "node:url";
import { type Market, createMaster, formatMaster, masterFiles, parseMaster } from "hantoo/master";
import iconv from "iconv-lite";
import { decodeTexts } from "../src/master/cp949.js";
import type { FixedField, FixedLayout } from "../src/master/layout.js";

const ROUNDS = Number(argv[2] ?? 25);
const say = (line: string): void => void stdout.write(`${line}\n`);

interface Sample {
  readonly name: string;
  readonly market: Market;
  readonly bytes: Uint8Array;
}

function samples(): Sample[] {
  const root = env["HANTOO_RECORDINGS"];
  if (root === undefined) return [invented("kospi", 2500), invented("kosdaq", 1800)];
  const dir = join(root, "mst");
  const newest = new Map<Market, Sample>();
  for (const file of readdirSync(dir).sort()) {
    const market = (file.split(".")[0] ?? "").replace("_code", "") as Market;
    newest.set(market, { name: file, market, bytes: new Uint8Array(readFileSync(join(dir, file))) });
  }
  return [...newest.values()];
}

function invented(market: "kospi" | "kosdaq", count: number): Sample {
  const rows = Array.from({ length: count }, (_, i) => ({
    symbol: String(100_000 + i),
    isin: "KR7005930003",
    koreanName: `가나다라마바사 ${i}`,
    securityGroup: "ST",
    basePrice: i * 100,
    previousVolume: i * 1000,
    capital: i * 1_000_000,
    listingDate: "1999-12-31",
    isTradingHalted: false,
    sales: i,
    roe: 7,
  }));
  return {
    name: `invented ${market}`,
    market,
    bytes: formatMaster(createMaster(market, rows, { date: "2026-11-20" })),
  };
}

/** What one writes first: correct, and with nothing proved. */
function parsePlainly(layout: FixedLayout, bytes: Uint8Array): Map<string, Record<string, unknown>> {
  const instruments = new Map<string, Record<string, unknown>>();
  for (let at = 0; at < bytes.length; at += layout.rowBytes + 1) {
    const row = Buffer.from(bytes.subarray(at, at + layout.rowBytes));
    const instrument: Record<string, unknown> = {};
    for (const { name, type, offset, width } of layout.fields) {
      const text = iconv.decode(row.subarray(offset, offset + width), "cp949").trim();
      if (text === "") instrument[name] = undefined;
      else if (type === "flag" || type === "bit") instrument[name] = text === "Y" || text === "1";
      else if (["int", "decimal", "wrapped", "truncated", "ratio"].includes(type))
        instrument[name] = Number(text);
      else instrument[name] = text;
    }
    instruments.set(String(instrument["symbol"]), instrument);
  }
  return instruments;
}

/** The same with the one obvious saving: only names are decoded, the rest is sliced from a string. */
function parsePlainlyInAscii(layout: FixedLayout, bytes: Uint8Array): Map<string, Record<string, unknown>> {
  const instruments = new Map<string, Record<string, unknown>>();
  for (const line of Buffer.from(bytes).toString("latin1").split("\n")) {
    if (line === "") continue;
    const instrument: Record<string, unknown> = {};
    for (const { name, type, offset, width } of layout.fields) {
      const raw = line.slice(offset, offset + width);
      const text = (type === "cp949" ? iconv.decode(Buffer.from(raw, "latin1"), "cp949") : raw).trim();
      if (text === "") instrument[name] = undefined;
      else if (type === "flag" || type === "bit") instrument[name] = text === "Y" || text === "1";
      else if (["int", "decimal", "wrapped", "truncated", "ratio"].includes(type))
        instrument[name] = Number(text);
      else instrument[name] = text;
    }
    instruments.set(String(instrument["symbol"]), instrument);
  }
  return instruments;
}

/** A reader with nothing but the work that cannot be left out, compiled from the layout (here `new Function` may). */
function floorOf(layout: FixedLayout): (bytes: Uint8Array) => Map<string, unknown> {
  const named = layout.fields.filter(({ type }) => type === "cp949");
  const read = ({ type, offset, width, name }: FixedField): string => {
    const at = `at + ${offset}`;
    if (type === "cp949")
      return `names[n * ${named.length} + ${named.findIndex((field) => field.name === name)}]`;
    if (type === "flag" || type === "bit") return `flag(text.charCodeAt(${at}))`;
    if (["int", "wrapped", "truncated"].includes(type)) return `int(text, ${at}, ${width})`;
    if (type === "decimal" || type === "ratio") return `+text.slice(${at}, ${at} + ${width})`;
    return width === 1 ? `text[${at}]` : `trimmed(text, ${at}, ${width})`;
  };
  const literal = layout.fields.map((field) => `${field.name}: ${read(field)}`).join(", ");
  // oxlint-disable-next-line no-new-func, typescript/no-implied-eval
  const row = new Function("text", "at", "names", "n", "int", "flag", "trimmed", `return { ${literal} }`) as (
    ...args: unknown[]
  ) => { symbol: string };
  const int = (text: string, at: number, width: number): number | undefined => {
    let value = 0;
    let i = at;
    const first = text.charCodeAt(at);
    if (first === 32) return undefined;
    if (first === 45) i++;
    for (; i < at + width; i++) value = value * 10 + text.charCodeAt(i) - 48;
    return first === 45 ? -value : value;
  };
  const flag = (char: number): boolean | undefined => (char === 89 ? true : char === 78 ? false : undefined);
  const trimmed = (text: string, at: number, width: number): string => {
    let end = at + width;
    while (end > at && text.charCodeAt(end - 1) === 32) end--;
    return text.slice(at, end);
  };
  return (bytes) => {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
    const names = namesOf(layout, bytes);
    const instruments = new Map<string, unknown>();
    const step = layout.rowBytes + 1;
    for (let n = 0; n * step < text.length; n++) {
      const instrument = row(text, n * step, names, n, int, flag, trimmed);
      instruments.set(instrument.symbol, instrument);
    }
    return instruments;
  };
}

function namesOf(layout: FixedLayout, bytes: Uint8Array): (string | undefined)[] {
  const named = layout.fields.filter(({ type }) => type === "cp949");
  const rows = Math.floor(bytes.length / (layout.rowBytes + 1));
  const from = new Int32Array(rows * named.length);
  const to = new Int32Array(rows * named.length);
  for (let n = 0; n < from.length; n++) {
    const { offset, width } = named[n % named.length] as FixedField;
    from[n] = Math.floor(n / named.length) * (layout.rowBytes + 1) + offset;
    to[n] = (from[n] as number) + width;
  }
  return decodeTexts(bytes, from, to).texts;
}

/** Median and best of the rounds, in ms; contestants take turns, so that a busy moment meets them all. */
function race(
  contestants: Readonly<Record<string, () => unknown>>,
): Record<string, { median: number; best: number }> {
  const times = new Map(Object.keys(contestants).map((name) => [name, [] as number[]]));
  for (let round = -5; round < ROUNDS; round++) {
    for (const [name, run] of Object.entries(contestants)) {
      const start = performance.now();
      run();
      if (round >= 0) times.get(name)?.push(performance.now() - start);
    }
  }
  return Object.fromEntries(
    [...times].map(([name, list]) => {
      const sorted = [...list].sort((a, b) => a - b);
      return [name, { median: sorted[sorted.length >> 1] as number, best: sorted[0] as number }];
    }),
  );
}

/** Median of pandas on the same bytes, in ms; `undefined` without pandas. */
function pandas(market: string, bytes: Uint8Array): { median: number; best: number } | undefined {
  const dir = mkdtempSync(join(tmpdir(), "hantoo-bench-"));
  try {
    writeFileSync(join(dir, `${market}_code.mst`), bytes);
    const script = fileURLToPath(new URL("master-pandas.py", import.meta.url));
    const run = spawnSync(env["PYTHON"] ?? "/usr/bin/python3", [script, market, dir, "7"], {
      encoding: "utf8",
    });
    return run.status === 0 ? (JSON.parse(run.stdout) as { median: number; best: number }) : undefined;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

say(`node ${version}, ${ROUNDS} rounds, median of ms (best); rows/s and MB/s by the median`);
for (const { name, market, bytes } of samples()) {
  const layout = masterFiles[market].layout as FixedLayout;
  const rows = bytes.length / (layout.rowBytes + 1);
  const floor = floorOf(layout);
  const result: Record<string, { median: number; best: number } | undefined> = {
    ...race({
      hantoo: () => parseMaster(market, bytes, { date: "2026-11-20" }),
      "floor, unchecked": () => floor(bytes),
      plain: () => parsePlainly(layout, bytes),
      "plain, ASCII sliced": () => parsePlainlyInAscii(layout, bytes),
      "names alone": () => namesOf(layout, bytes),
    }),
    "official pandas": market === "kospi" || market === "kosdaq" ? pandas(market, bytes) : undefined,
  };
  const ours = result["hantoo"]?.median ?? Number.NaN;
  say(`\n${name}: ${rows} rows, ${(bytes.length / 1e6).toFixed(2)} MB`);
  for (const [who, time] of Object.entries(result)) {
    if (time === undefined) continue;
    const { median, best } = time;
    say(
      `  ${who.padEnd(20)} ${median.toFixed(2).padStart(8)} (${best.toFixed(2)})`.padEnd(46) +
        `${Math.round(rows / median)
          .toString()
          .padStart(
            6,
          )} k rows/s ${(bytes.length / 1e3 / median).toFixed(1).padStart(7)} MB/s   ${(median / ours).toFixed(2)} x our time`,
    );
  }
}
