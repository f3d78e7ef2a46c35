// Writes everything this package writes to disk, under the umask given, and prints the mode of each file and folder.
import { lstatSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { FileStore, createFileTokenStore } from "hantoo";
import { createRecorder } from "hantoo/testing";

const folder = mkdtempSync(join(tmpdir(), "hantoo-modes-"));
process.umask(Number.parseInt(process.argv[2] ?? "", 8));
try {
  const key = { environment: "live", appKeyHash: "0".repeat(64) } as const;
  const tokens = createFileTokenStore({ folder: join(folder, "tokens", "hantoo") });
  const during: string[] = [];
  await tokens.exclusive(key, async () => {
    await tokens.write({ ...key, accessToken: "token", expiresAt: 2, issuedAt: 1 });
    during.push(...modes(join(folder, "tokens")));
  });
  const bytes = new Uint8Array([1]);
  await new FileStore(join(folder, "private"), { private: true }).put("a/b", bytes);
  await new FileStore(join(folder, "shared")).put("a/b", bytes, { ifAbsent: true });
  const recorder = createRecorder({
    dir: join(folder, "recording"),
    fetch: async () => Response.json({ rt_cd: "0" }),
  });
  await recorder.fetch("https://example.com/x");
  await recorder.close();
  process.stdout.write(JSON.stringify([...during, ...modes(folder)]));
} finally {
  rmSync(folder, { recursive: true });
}

function modes(at: string): string[] {
  const all = readdirSync(at, { recursive: true, encoding: "utf8" });
  return all.map((name) => {
    const path = join(at, name);
    return `${relative(folder, path)} ${(lstatSync(path).mode & 0o777).toString(8)}`;
  });
}
