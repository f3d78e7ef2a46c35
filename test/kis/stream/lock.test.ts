import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
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
