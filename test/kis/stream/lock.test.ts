import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { lstatSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { ConfigError } from "hantoo";
import { lockAddress, lockAt, lockStream } from "../../../src/kis/stream/socket/stream-lock.js";

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

async function holder(name: string): Promise<{ readonly child: ChildProcess; readonly said: string }> {
  const child = spawn(process.execPath, ["--import", "tsx", "test/support/hold-stream.ts", name]);
  children.push(child);
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return { child, said: line.toString().trim() };
}

test("one process a key and host: the second is told who has it, and kill -9 frees it at once", async () => {
  const name = randomUUID();
  const first = await holder(name);
  expect(first.said).toBe("held");
  const second = await holder(name);
  expect(second.said).toMatch(new RegExp(`^config: .appKey. must be .* process ${first.child.pid} holds`));
  await expect(lockStream(name)).rejects.toThrow(`process ${first.child.pid}`);
  const gone = once(first.child, "exit");
  first.child.kill("SIGKILL");
  await gone;
  const hold = await lockStream(name);
  await expect(lockStream(name)).rejects.toThrow("must be");
  await hold.release();
  await (await lockStream(name)).release();
});

test("another key, or another host of it, is no matter", async () => {
  const holds = await Promise.all([lockStream(randomUUID()), lockStream(randomUUID())]);
  for (const hold of holds) await hold.release();
});

test("a host that opens no local socket is told as such, without the place", async () => {
  const error: unknown = await lockAt("/no-such-folder/hantoo.sock").catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ConfigError);
  expect(String(error)).toMatch(/`stream` must be opened where .* TMPDIR .*, received "E[A-Z]+"/);
  expect(String(error)).not.toContain("no-such-folder");
});

test("its name is no secret and short enough for a socket's file", () => {
  const name = "live ws://host 0123456789abcdef";
  expect(lockAddress(name, "linux", "/tmp")).toMatch(/^\0hantoo-stream-[0-9a-f]{32}$/);
  expect(lockAddress(name, "win32", "/tmp")).toMatch(/^\\\\\.\\pipe\\hantoo-stream-[0-9a-f]{32}$/);
  const folder = "/var/folders/ab/abcdefghijklmnopqrstuvwxyz0123/T";
  expect(lockAddress(name, "darwin", folder).length).toBeLessThan(104);
});

test("where the lock is a socket's file: a dead holder's is passed over by one of many, a stranger's file by none", async () => {
  const folder = mkdtempSync(join(tmpdir(), "hantoo-lock-"));
  try {
    const address = join(folder, "hantoo-x.sock");
    const child = spawn(process.execPath, [
      "-e",
      `require("node:net").createServer().listen(${JSON.stringify(address)}, () => console.log("held"))`,
    ]);
    children.push(child);
    await once(child.stdout, "data");
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
    // The kernel leaves the file. Its process id may be another program's by now: nobody asks for it.
    expect(lstatSync(address).isSocket()).toBe(true);
    const tries = await Promise.allSettled([lockAt(address), lockAt(address), lockAt(address)]);
    const held = tries.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    expect(held.length).toBe(1);
    await expect(lockAt(address)).rejects.toThrow(`process ${process.pid} holds`);
    await held[0]!.release();
    await (await lockAt(address)).release();

    writeFileSync(address, "not a socket");
    await expect(lockAt(address)).rejects.toThrow(ConfigError);
    expect(readFileSync(address, "utf8")).toBe("not a socket");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
