/*
 * How fast master files are parsed, in one run beside
 *   plain    the straightforward parser: split, slice, trim, Number
 *   floor    the same rows without any check: one-byte string, fixed shape, hand-read ints, names in one batch
 *   names    decoding the Korean names alone
 *   pandas   KIS's own script (bench/master-pandas.py), where Python has pandas
 *
 *   HANTOO_RECORDINGS=... npx tsx bench/master.ts [rounds]
 *
 * Without real files in HANTOO_RECORDINGS, invented ones of the same size are taken. PYTHON names the interpreter
 * (default /usr/bin/python3, where Debian's python3-pandas goes).
 */
import { fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import process, { argv, env, stdout } from "node:process";
import { fileURLToPath } from "node:url";
import { type Market, createMaster, formatMaster, masterFiles, parseMaster } from "hantoo/master";
import iconv from "iconv-lite";
import { decodeTexts } from "../src/master/cells/cp949.js";
import { markdownTable } from "./markdown.js";
import type { FixedField, FixedLayout } from "../src/master/layouts/layout.js";

const ROUNDS = Number(argv[2] ?? 25);
const TURN_MS = 40;

interface Sample {
  readonly name: string;
  readonly market: Market;
  readonly layout: FixedLayout;
  readonly bytes: Uint8Array;
}

const layoutOf = (market: Market): FixedLayout => masterFiles[market].layout as FixedLayout;

function samples(): Sample[] {
  const root = env["HANTOO_RECORDINGS"];
  if (root === undefined) return [invented("kospi", 2500), invented("kosdaq", 1800)];
  const dir = join(root, "mst");
  const newest = new Map<Market, Sample>();
  for (const file of readdirSync(dir).sort()) {
    const market = (file.split(".")[0] ?? "").replace("_code", "") as Market;
    const bytes = new Uint8Array(readFileSync(join(dir, file)));
    newest.set(market, { name: market, market, layout: layoutOf(market), bytes });
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
    name: market,
    market,
    layout: layoutOf(market),
    bytes: formatMaster(createMaster(market, rows, { date: "2026-11-20" })),
  };
}

const NUMERIC = ["int", "decimal", "wrapped", "truncated", "ratio"];

/**
 * What one writes who knows the file, with nothing proved. Widths are bytes, so lines and fields are cut before they
 * are decoded, and only names are decoded. To decode the whole file first and count from the ends of its lines, as
 * KIS's script does, takes as long (25.7 ms beside 25.5 for KOSPI) and does for one name a row only; to decode each
 * field takes nine times as long, and to beat that says little.
 */
function parsePlainly(layout: FixedLayout, bytes: Uint8Array): Map<string, Record<string, unknown>> {
  const instruments = new Map<string, Record<string, unknown>>();
  for (const line of Buffer.from(bytes).toString("latin1").split("\n")) {
    if (line === "") continue;
    const instrument: Record<string, unknown> = {};
    for (const { name, type, offset, width, implied = 0 } of layout.fields) {
      const raw = line.slice(offset, offset + width);
      const text = (type === "cp949" ? iconv.decode(Buffer.from(raw, "latin1"), "cp949") : raw).trim();
      if (text === "") instrument[name] = undefined;
      else if (type === "flag" || type === "bit") instrument[name] = text === "Y" || text === "1";
      else if (NUMERIC.includes(type)) instrument[name] = Number(text) / 10 ** implied;
      else instrument[name] = text;
    }
    instruments.set(layout.key.map((name) => instrument[name]).join(layout.separator), instrument);
  }
  return instruments;
}

/** The two agree wherever ours does not say more than the bytes do (dates with dashes, volumes unwrapped). */
function checkEqual(
  layout: FixedLayout,
  ours: ReadonlyMap<string, object>,
  plain: ReadonlyMap<string, object>,
): void {
  for (const [key, instrument] of ours) {
    for (const { name, type } of layout.fields) {
      const [value, other] = [instrument, plain.get(key)].map(
        (row) => (row as Record<string, unknown>)[name],
      );
      const same = value === other || ["wrapped", "truncated", "ratio", "date"].includes(type);
      if (!same) throw new Error(`${key} ${name}: ${String(value)}, plainly ${String(other)}`);
    }
  }
}

/** A reader with nothing but the work that cannot be left out, compiled from the layout (here `new Function` may). */
function floorOf(layout: FixedLayout): (bytes: Uint8Array) => Map<string, unknown> {
  const named = layout.fields.filter(({ type }) => type === "cp949");
  const read = ({ type, offset, width, name }: FixedField): string => {
    const at = `at + ${offset}`;
    if (type === "cp949")
      return `names[n * ${named.length} + ${named.findIndex((field) => field.name === name)}]`;
    if (type === "flag" || type === "bit") return `flag(bytes[${at}])`;
    if (["int", "wrapped", "truncated"].includes(type)) return `int(bytes, ${at}, ${width})`;
    if (type === "decimal" || type === "ratio") return `+text.slice(${at}, ${at} + ${width})`;
    return width === 1 ? `text[${at}]` : `trimmed(text, ${at}, ${width})`;
  };
  const literal = layout.fields.map((field) => `${field.name}: ${read(field)}`).join(", ");
  // oxlint-disable-next-line no-new-func, typescript/no-implied-eval
  const row = new Function(
    "bytes",
    "text",
    "at",
    "names",
    "n",
    "int",
    "flag",
    "trimmed",
    `return { ${literal} }`,
  ) as (...args: unknown[]) => { symbol: string };
  const int = (bytes: Uint8Array, at: number, width: number): number | undefined => {
    let value = 0;
    let i = at;
    const first = bytes[at] as number;
    if (first === 32) return undefined;
    if (first === 45) i++;
    for (; i < at + width; i++) value = value * 10 + (bytes[i] as number) - 48;
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
      const instrument = row(bytes, text, n * step, names, n, int, flag, trimmed);
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

interface Times {
  readonly median: number;
  readonly best: number;
}

/** Each gives what is to be timed. */
const contestants = {
  hantoo:
    ({ market, bytes }: Sample) =>
    (): unknown =>
      parseMaster(market, bytes, { date: "2026-11-20" }),
  plain:
    ({ layout, bytes }: Sample) =>
    (): unknown =>
      parsePlainly(layout, bytes),
  floor({ layout, bytes }: Sample): () => unknown {
    const floor = floorOf(layout);
    return () => floor(bytes);
  },
  "names alone":
    ({ layout, bytes }: Sample) =>
    (): unknown =>
      namesOf(layout, bytes),
};
type Contestant = keyof typeof contestants;

/** Milliseconds a run, over a turn of many: each pays for its own garbage, none for caches that another left cold. */
function turn(run: () => unknown): number {
  const start = performance.now();
  let [runs, elapsed] = [0, 0];
  for (; elapsed < TURN_MS; runs++) {
    run();
    elapsed = performance.now() - start;
  }
  return elapsed / runs;
}

/**
 * Median and best turn. Contestants take turns, so that a busy moment meets them all, and each has a process of its
 * own: in one heap, V8 moves one's rows to the old generation because of what another left in the young one, and the
 * same code takes 3.2 ms in one process and 4.7 in the next.
 */
async function race(sample: Sample): Promise<Record<Contestant, Times>> {
  const names = Object.keys(contestants);
  const processes = names.map((name) =>
    fork(fileURLToPath(import.meta.url), [name], { serialization: "advanced" }),
  );
  for (const contestant of processes) contestant.send(sample);
  const turns = names.map((): number[] => []);
  for (let round = -5; round < ROUNDS; round++) {
    for (const [i, contestant] of processes.entries()) {
      contestant.send("go");
      const [time] = (await once(contestant, "message")) as [number];
      if (round >= 0) turns[i]?.push(time);
    }
  }
  for (const contestant of processes) contestant.disconnect();
  return Object.fromEntries(
    turns.map((times, i) => {
      const sorted = times.sort((a, b) => a - b);
      return [names[i], { median: sorted[sorted.length >> 1] as number, best: sorted[0] as number }];
    }),
  ) as Record<Contestant, Times>;
}

/** Median of pandas on the same bytes, in ms; `undefined` without pandas. */
function pandas(market: string, bytes: Uint8Array): Times | undefined {
  const dir = mkdtempSync(join(tmpdir(), "hantoo-bench-"));
  try {
    writeFileSync(join(dir, `${market}_code.mst`), bytes);
    const script = fileURLToPath(new URL("master-pandas.py", import.meta.url));
    const run = spawnSync(env["PYTHON"] ?? "/usr/bin/python3", [script, market, dir, "7"], {
      encoding: "utf8",
    });
    return run.status === 0 ? (JSON.parse(run.stdout) as Times) : undefined;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

async function main(): Promise<void> {
  const table: Readonly<Record<string, string>>[] = [];
  for (const sample of samples()) {
    const { name, market, layout, bytes } = sample;
    checkEqual(
      layout,
      parseMaster(market, bytes, { date: "2026-11-20" }).instruments,
      parsePlainly(layout, bytes),
    );
    const { hantoo: ours, ...others } = await race(sample);
    const rows = bytes.length / (layout.rowBytes + 1);
    const hasScript = market === "kospi" || market === "kosdaq";
    const times = { ...others, pandas: hasScript ? pandas(market, bytes) : undefined };
    table.push({
      file: name,
      rows: rows.toLocaleString("en"),
      "hantoo, ms": `${ours.median.toFixed(2)} (${ours.best.toFixed(2)})`,
      "k rows/s": (rows / ours.median).toFixed(0),
      "MB/s": (bytes.length / 1e3 / ours.median).toFixed(0),
      ...Object.fromEntries(
        Object.entries(times).map(([who, time]) => [
          who,
          time && `${(time.median / ours.median).toFixed(2)} x (${(time.best / ours.best).toFixed(2)})`,
        ]),
      ),
    });
  }
  const kind = env["HANTOO_RECORDINGS"] === undefined ? "Invented files" : "KIS's own files";
  stdout.write(`${kind}; median of ${ROUNDS} rounds, best in brackets:\n\n${markdownTable(table)}`);
}

if (process.send === undefined) await main();
else {
  process.once("message", (sample: Sample) => {
    const run = contestants[argv[2] as Contestant](sample);
    process.on("message", () => void process.send?.(turn(run)));
  });
}
