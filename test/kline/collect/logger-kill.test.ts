import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { build } from "esbuild";
import { beforeAll, describe, expect, test } from "vitest";
import { krx } from "../../../src/calendar/index.js";
import { systemClock } from "../../../src/core/index.js";
import { HantooKlineLogger } from "../../../src/kline/index.js";
import { createKlineStore } from "../../../src/archive/kline-store.js";
import { FileStore, type ObjectStore, S3Store } from "../../../src/storage/index.js";
import { startKisSimulator } from "../../../src/testing/index.js";
import { createFileTokenStore } from "../../../src/kis/index.js";
import { clientOf } from "../../kis/unpaced.js";
import { startS3Server } from "../../support/s3-server.js";
import { at, expectRows, storedRows } from "../logger-setup.js";
import { createRandom, filledCells } from "../sample-market.js";

const KILLS = Number(process.env["HANTOO_KILLS"] ?? 3);
const SYMBOLS = ["0001A0", "000660", "005380", "005930", "28513K", "Q530036"];
const NOW = at("20:00", "2026-11-20");
const [FROM, TO] = ["2025-12-01", "2026-11-20"];

const PROGRAM = "node_modules/.cache/hantoo-test/sync-forever.mjs";

/** Bundled once: two hundred processes that each compile the package would be most of the time. */
beforeAll(async () => {
  await build({
    entryPoints: ["test/support/sync-forever.ts"],
    outfile: PROGRAM,
    bundle: true,
    packages: "external",
    alias: { hantoo: "./src/index.ts" },
    platform: "node",
    format: "esm",
    target: "node20",
  });
});

/** Resolves with what it printed last, when it printed something or ended. */
function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let errors = "";
    child.stderr?.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    child.stdout?.once("data", (chunk: Buffer) => resolve(chunk.toString().trim().split("\n").at(-1) ?? ""));
    child.once("exit", (code) => reject(new Error(`ended with ${code} before it began: ${errors}`)));
  });
}

/** Kills a logging process again and again, then syncs once: the truth, in whole objects alone. */
async function killAndHeal(store: ObjectStore, where: readonly string[], tokens: string): Promise<void> {
  const random = createRandom(KILLS);
  await using simulator = await startKisSimulator({
    seed: 3,
    now: NOW,
    clock: "running",
    symbols: SYMBOLS,
    limits: false,
  });
  const { clock } = simulator;
  const client = clientOf(simulator, {
    clock: { ...systemClock, now: () => clock.now() },
    tokenStore: createFileTokenStore({ folder: tokens }),
  });
  // One token for all, or each process would be killed while it waits for the minute between two.
  await client.quote(SYMBOLS[0] ?? "");
  let oldest = TO;
  for (let kill = 0; kill < Math.ceil(KILLS / 2); kill++) {
    const args = [PROGRAM, simulator.baseUrl, tokens, SYMBOLS.join(","), FROM, TO, ...where];
    const child = spawn(process.execPath, args, {
      env: { ...process.env, NOW: String(NOW) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    let day = await firstLine(child);
    child.stdout?.on("data", (chunk: Buffer) => (day = chunk.toString().trim().split("\n").at(-1) ?? day));
    await sleep(random() * 250); // a moment that nobody chose is the point: the outcome must not depend on it
    child.kill("SIGKILL");
    await ended;
    if (day < oldest) oldest = day;
  }
  const klineStore = createKlineStore({ store });
  const logger = new HantooKlineLogger({ client, store, symbols: SYMBOLS, clock });
  for (const tradingDay of krx.tradingDays(oldest, TO)) {
    const { damaged, keptOut } = await klineStore.readDay({ tradingDay, venue: "KRX", hours: "regular" });
    expect([damaged, keptOut]).toEqual([[], []]);
    expect((await logger.sync({ tradingDay })).failures).toEqual([]);
    const truth = SYMBOLS.map((symbol) => [
      symbol,
      filledCells(simulator.truth(symbol, tradingDay), krx.minutes(tradingDay)),
    ]);
    expectRows(await storedRows(store, tradingDay), Object.fromEntries(truth));
  }
}

describe(`killed ${KILLS} times with SIGKILL, half of them on each store, one pass ends in the truth`, () => {
  test("on files", { timeout: 1_800_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), "hantoo-kill-"));
    const tokens = await mkdtemp(join(tmpdir(), "hantoo-kill-token-"));
    try {
      await killAndHeal(new FileStore(folder), ["files", folder], tokens);
      // What a killed put left behind has a name of its own, which is no key.
      const names = (await readdir(folder, { recursive: true })).filter((name) => name.includes("."));
      expect(
        names.filter(
          (name) =>
            !/\.zstd$|\.hantoo-tmp-|_logger-KRX\.json$|date=[-0-9]{10}\.json$|bars\.parquet$/.test(name),
        ),
      ).toEqual([]);
    } finally {
      await rm(folder, { recursive: true });
      await rm(tokens, { recursive: true });
    }
  });

  test("on S3", { timeout: 1_800_000 }, async () => {
    const server = await startS3Server();
    const tokens = await mkdtemp(join(tmpdir(), "hantoo-kill-token-"));
    try {
      const options = { bucket: "bars", ...server.options };
      await killAndHeal(new S3Store(options), ["s3", JSON.stringify(options)], tokens);
    } finally {
      await server.close();
      await rm(tokens, { recursive: true });
    }
  });
});
