import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";

const run = promisify(execFile);

/** Modes by what was written, under an umask: of a process of its own, as it holds for a whole process. */
async function modesUnder(umask: string): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const { stdout } = await run(process.execPath, ["--import", "tsx", "test/support/modes-probe.ts", umask]);
  const modes = new Map<string, Set<string>>();
  for (const line of JSON.parse(stdout) as string[]) {
    const [path = "", mode = ""] = line.split(" ");
    const kind = path.replace(/token-[\w-]+\.json/, "token.json").replace(/^recording\/.*/, "recording/file");
    modes.set(kind, (modes.get(kind) ?? new Set()).add(mode));
  }
  return modes;
}

describe.runIf(process.platform !== "win32").each([
  ["000", { file: "666", folder: "777" }],
  ["022", { file: "644", folder: "755" }],
  ["077", { file: "600", folder: "700" }],
])("under umask %s", (umask, shared) => {
  test("tokens and private stores are their owner's alone; the rest is as the umask says", async () => {
    expect(Object.fromEntries(await modesUnder(umask))).toEqual({
      tokens: new Set(["700"]),
      "tokens/hantoo": new Set(["700"]),
      "tokens/hantoo/token.json": new Set(["600"]),
      "tokens/hantoo/token.json.lock": new Set(["600"]),
      private: new Set(["700"]),
      "private/a": new Set(["700"]),
      "private/a/b": new Set(["600"]),
      shared: new Set([shared.folder]),
      "shared/a": new Set([shared.folder]),
      "shared/a/b": new Set([shared.file]),
      recording: new Set([shared.folder]),
      "recording/file": new Set([shared.file]),
    });
  });
});
