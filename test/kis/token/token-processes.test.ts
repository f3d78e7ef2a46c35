import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { startKisSimulator } from "hantoo/testing";
import { build } from "tsup";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "hantoo-cold-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("twenty programs that start at once cause one issue, and one token file", async () => {
  const program = join(folder, "cold-start.cjs");
  await build({
    entry: { "cold-start": "test/kis/token/cold-start.ts" },
    outDir: folder,
    format: ["cjs"],
    noExternal: [/./],
    external: ["ioredis"],
    config: false,
    silent: true,
    esbuildOptions: (options) => {
      options.alias = { "hantoo/kis": resolve("src/kis/index.ts") };
    },
    outExtension: () => ({ js: ".cjs" }),
  });
  const simulator = await startKisSimulator({ limits: { perSecond: false } });
  const env = { ...process.env, XDG_CACHE_HOME: folder };
  const programs = Array.from({ length: 20 }, () => fork(program, [simulator.baseUrl], { env }));
  await Promise.all(programs.map((one) => once(one, "message")));
  const answers = programs.map((one) => once(one, "message"));
  for (const one of programs) one.send("go");
  expect((await Promise.all(answers)).map(([answer]) => String(answer))).toEqual(Array(20).fill("ok"));
  expect(simulator.stats.tokenIssues).toBe(1);
  expect(simulator.stats.byEndpoint["/oauth2/tokenP"]).toBe(1);
  const files = readdirSync(join(folder, "hantoo"));
  expect(files).toHaveLength(1);
  expect(files[0]).toMatch(/^token-live-[0-9a-f]{32}-[0-9a-f]{8}\.json$/);
  await simulator.close();
});
