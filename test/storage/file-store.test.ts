import { spawn } from "node:child_process";
import { once } from "node:events";
import * as nodeFs from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { createInterface } from "node:readline";
import * as fc from "fast-check";
import { type FileSystem, ConfigError, FileStore, StorageConflictError, StorageError } from "hantoo";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bytesOf, keysOf } from "../contract/object-store.js";
import { noise } from "../support/noise.js";

let root: string;
beforeEach(async () => {
  root = await nodeFs.mkdtemp(join(tmpdir(), "hantoo-file-store-"));
});
afterEach(() => nodeFs.rm(root, { recursive: true }));

const systemError = (code: string): Error => Object.assign(new Error(`${code}: injected`), { code });

/** The real file system, every single call of which passes `gate` first. */
function gated(gate: (call: string, target: unknown) => Promise<void>): FileSystem {
  const wrap = <T extends object>(target: T, name: string): T =>
    new Proxy(target, {
      get(on, property) {
        const member: unknown = Reflect.get(on, property);
        if (typeof member !== "function") return member;
        return async (...args: unknown[]): Promise<unknown> => {
          const call = `${name}${String(property)}`;
          if (call !== "file.close") await gate(call, args[0]);
          const result: unknown = await Reflect.apply(member, on, args);
          if (call === "file.close") await gate(call, args[0]); // closed all the same, as POSIX leaves it
          return property === "open" ? wrap(result as nodeFs.FileHandle, "file.") : result;
        };
      },
    });
  return wrap<FileSystem>({ ...nodeFs }, "");
}

const filesIn = async (dir: string): Promise<string[]> =>
  (await nodeFs.readdir(dir, { recursive: true, withFileTypes: true }))
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)));

describe("a disk that fails at any one step", () => {
  const scenarios = [
    { name: "a first put", before: undefined, ifAbsent: false },
    { name: "an overwrite", before: bytesOf("old"), ifAbsent: false },
    { name: "a put with ifAbsent", before: undefined, ifAbsent: true },
  ];
  const codes = ["ENOSPC", "EROFS", "EMFILE"];

  test.each(scenarios)("$name leaves the old or the new object, never a part of one", async (scenario) => {
    const bytes = noise(10_000, 1);
    const run = async (
      dir: string,
      failAt: number,
      code: string,
    ): Promise<{ calls: string[]; failed: boolean }> => {
      if (scenario.before !== undefined) await new FileStore(dir).put("a/b", scenario.before);
      const calls: string[] = [];
      const fs = gated(async (call) => {
        calls.push(call);
        if (calls.length - 1 === failAt) throw systemError(code);
      });
      const put = new FileStore(dir, { fs }).put("a/b", bytes, { ifAbsent: scenario.ifAbsent });
      const error: unknown = await put.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (error !== undefined) {
        expect(error).toBeInstanceOf(StorageError);
        expect(error).not.toBeInstanceOf(StorageConflictError);
        expect(error).toMatchObject({ operation: "put", key: "a/b", retryable: code === "EMFILE" });
        expect((error as Error).message).toContain(code);
      }
      return { calls, failed: error !== undefined };
    };

    const { calls } = await run(join(root, "whole"), -1, "");
    expect(calls).toEqual(expect.arrayContaining(["mkdir", "file.writeFile", "file.sync", "file.close"]));
    let failures = 0;
    for (const code of codes) {
      for (const [failAt, call] of calls.entries()) {
        const dir = join(root, `${code}-${failAt}`);
        const { failed } = await run(dir, failAt, code);
        if (failed) failures++;
        const store = new FileStore(dir);
        const read = await store.get("a/b");
        // What is said to be stored is stored; what failed before its place was taken changed nothing.
        if (!failed) expect(read, `${code} at ${call}`).toEqual(bytes);
        else expect([scenario.before, bytes], `${code} at ${call}`).toContainEqual(read);
        expect(await keysOf(store, "")).toEqual(read === undefined ? [] : ["a/b"]);
        const left = await filesIn(dir).catch(() => []);
        if (call !== "unlink") expect(left.filter((file) => file !== join("a", "b"))).toEqual([]);
        if (failed && scenario.ifAbsent && read !== undefined) continue;
        await store.put("a/b", bytes, { ifAbsent: scenario.ifAbsent && failed });
        expect(await store.get("a/b")).toEqual(bytes);
      }
    }
    expect(failures).toBeGreaterThan(codes.length * 5);
  });

  test.each(["get", "delete", "list", "verify"] as const)(
    "%s says what failed and what to do",
    async (operation) => {
      await new FileStore(root).put("a/b", bytesOf("x"));
      const failing = (code: string): FileStore => {
        const fs = gated(async (call) => {
          if (/readFile|unlink|readdir|^open/.test(call)) throw systemError(code);
        });
        return new FileStore(root, { fs });
      };
      const attempt = async (store: FileStore): Promise<unknown> => {
        if (operation === "list") return keysOf(store, "a/");
        if (operation === "verify") return store.verify();
        return store[operation]("a/b");
      };
      await expect(attempt(failing("EACCES"))).rejects.toThrow(/permission is denied; give this user access/);
      await expect(attempt(failing("EIO"))).rejects.toThrow(StorageError);
      await expect(attempt(failing("EMFILE"))).rejects.toMatchObject({ retryable: true });
      expect(await new FileStore(root).get("a/b")).toEqual(bytesOf("x"));
    },
  );
});

test.each([
  ["rename", {}],
  ["link", { ifAbsent: true }],
] as const)(
  "the bytes are on disk before their %s, and the name before put resolves",
  async (place, options) => {
    const calls: string[] = [];
    const store = new FileStore(root, { fs: gated(async (call) => void calls.push(call)) });
    await store.put("warm", bytesOf("x"));
    calls.length = 0;
    await store.put("k", bytesOf("x"), options);
    expect(calls.filter((call) => call !== "unlink")).toEqual([
      "mkdir",
      "open",
      "file.writeFile",
      "file.sync",
      "file.close",
      place,
      "open",
      "file.sync",
      "file.close",
    ]);
  },
);

test("new folders are entries of their parents, which are synced as well, up to the one that was there", async () => {
  const opened: unknown[] = [];
  const fs = gated(async (call, target) => void (call === "open" && opened.push(target)));
  await new FileStore(join(root, "new", "store"), { fs }).put("a/b/k", bytesOf("x"));
  const folders = ["new/store/a/b", "new/store/a", "new/store", "new", ""].map((at) => join(root, at));
  expect(opened).toEqual(expect.arrayContaining(folders.map((at) => at.replace(/\/$/, ""))));
});

describe("things in the way", () => {
  test("a file where the folder should be is an error, not an empty store", async () => {
    await nodeFs.writeFile(join(root, "file"), "x");
    for (const dir of [join(root, "file"), join(root, "file", "below")]) {
      const store = new FileStore(dir);
      const works = [
        () => store.get("k"),
        () => store.put("k", bytesOf("x")),
        () => keysOf(store, ""),
        () => store.delete("k"),
        () => store.verify(),
      ];
      for (const work of works) {
        const error: unknown = await work().catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(StorageError);
        expect((error as Error).message).toMatch(/file.*choose another folder/);
      }
    }
    expect(await nodeFs.readFile(join(root, "file"), "utf8")).toBe("x");
  });

  test("a key cannot be the folder of another, nor the other way round", async () => {
    const store = new FileStore(root);
    await store.put("a/b", bytesOf("x"));
    for (const ifAbsent of [false, true]) {
      const onFolder = store.put("a", bytesOf("y"), { ifAbsent });
      await expect(onFolder).rejects.toThrow(/a folder is in the way/);
      await expect(onFolder).rejects.not.toBeInstanceOf(StorageConflictError);
      await expect(store.put("a/b/c", bytesOf("y"), { ifAbsent })).rejects.toThrow(/a file is in the way/);
    }
    expect(await store.get("a")).toBeUndefined();
    expect(await store.get("a/b/c")).toBeUndefined();
    await store.delete("a");
    await store.delete("a/b/c");
    expect(await filesIn(root)).toEqual([join("a", "b")]);
  });

  test("a name too long for the file system is said to be so", async () => {
    await expect(new FileStore(root).put("x".repeat(300), bytesOf("x"))).rejects.toThrow(
      /longer than the file system/,
    );
  });

  describe("a file system without hard links (exFAT, SMB)", () => {
    test.each(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EINVAL", "EISDIR"])(
      "%s: usable, and says that conditional writes are not one step",
      async (errno) => {
        const fs = gated(async (call) => {
          if (call === "link") throw systemError(errno);
        });
        const store = new FileStore(root, { fs });
        await store.put("a/k", bytesOf("x"), { ifAbsent: true });
        await expect(store.put("a/k", bytesOf("y"), { ifAbsent: true })).rejects.toThrow(
          StorageConflictError,
        );
        await expect(store.put("a", bytesOf("y"), { ifAbsent: true })).rejects.toThrow(
          /a folder is in the way/,
        );
        expect(await store.get("a/k")).toEqual(bytesOf("x"));
        expect(await store.conditionalWrites()).toBe(false);
        const other = new FileStore(root, { fs });
        await other.verify();
        expect(await other.conditionalWrites()).toBe(false);
        expect(await filesIn(root)).toEqual(["a/k"]);
      },
    );

    test("is asked once", async () => {
      let links = 0;
      const fs = gated(async (call) => {
        if (call === "link") {
          links++;
          throw systemError("EPERM");
        }
      });
      const store = new FileStore(root, { fs });
      for (let n = 0; n < 3; n++) expect(await store.conditionalWrites()).toBe(false);
      expect(links).toBe(1);
    });
  });

  describe("verify()", () => {
    test("leaves nothing behind, and knows links", async () => {
      const store = new FileStore(join(root, "new"));
      await store.verify();
      expect(await store.conditionalWrites()).toBe(true);
      expect(await nodeFs.readdir(join(root, "new"))).toEqual([]);
    });

    test.each(["open", "rename", "link", "readFile", "readdir"])(
      "finds a %s that fails, and leaves nothing behind",
      async (failing) => {
        const fs = gated(async (call) => {
          if (call === failing) throw systemError("EACCES");
        });
        await expect(new FileStore(root, { fs }).verify()).rejects.toThrow(/permission is denied/);
        expect(await nodeFs.readdir(root)).toEqual([]);
      },
    );

    test("finds a full disk, which still has room for an empty file", async () => {
      const open: FileSystem["open"] = async (path, flags, mode) => {
        const file = await nodeFs.open(path, flags, mode);
        file.writeFile = async (data) => {
          if ((data as Uint8Array).length > 0) throw systemError("ENOSPC");
        };
        return file;
      };
      await expect(new FileStore(root, { fs: { ...nodeFs, open } }).verify()).rejects.toThrow(
        /the disk is full/,
      );
      expect(await nodeFs.readdir(root)).toEqual([]);
    });

    test("finds a folder that gives back something else", async () => {
      const readFile = (async () => Buffer.from("other")) as unknown as FileSystem["readFile"];
      await expect(new FileStore(root, { fs: { ...nodeFs, readFile } }).verify()).rejects.toThrow(
        /did not give it back as it was/,
      );
    });
  });

  test("a file system of the caller's own keeps its `this`", async () => {
    const fs = {
      ...nodeFs,
      made: 0,
      mkdir(...call: Parameters<FileSystem["mkdir"]>) {
        this.made++;
        return nodeFs.mkdir(...call);
      },
    };
    await new FileStore(root, { fs: fs as FileSystem }).put("a/k", bytesOf("x"));
    expect(await filesIn(root)).toEqual([join("a", "k")]);
    expect(fs.made).toBeGreaterThan(0);
  });

  test("a link whose answer was lost and asked for again is our own", async () => {
    const link: FileSystem["link"] = async (from, to) => {
      await nodeFs.link(from, to);
      throw systemError("EEXIST");
    };
    const store = new FileStore(root, { fs: { ...nodeFs, link } });
    await store.put("k", bytesOf("x"), { ifAbsent: true });
    expect(await filesIn(root)).toEqual(["k"]);
    await expect(new FileStore(root).put("k", bytesOf("y"), { ifAbsent: true })).rejects.toThrow(
      StorageConflictError,
    );
  });

  test.each(["", "nul\0", 7, undefined])("refuses the folder %j", (dir) => {
    expect(() => new FileStore(dir as string)).toThrow(ConfigError);
  });
});

describe("beside other files", () => {
  test("lists through links, and neither temporary files nor names no key can have", async () => {
    const store = new FileStore(join(root, "store"));
    await store.put("a/b", bytesOf("x"));
    await nodeFs.mkdir(join(root, "elsewhere"));
    await nodeFs.writeFile(join(root, "elsewhere", "c"), "y");
    await nodeFs.symlink(join(root, "elsewhere"), join(root, "store", "linked"));
    await nodeFs.writeFile(join(root, "store", "a", ".hantoo-tmp-1"), "half");
    await nodeFs.writeFile(join(root, "store", "a", "new\nline"), "z");
    expect(await keysOf(store, "")).toEqual(["a/b", "linked/c"]);
    expect(await store.get("linked/c")).toEqual(bytesOf("y"));
  });

  test("leftovers are removed after a day, and no sooner", async () => {
    await nodeFs.mkdir(join(root, "a"));
    const now = Math.floor(Date.now() / 1000);
    for (const [name, hours] of [
      ["old", 25],
      ["young", 23],
    ] as const) {
      await nodeFs.writeFile(join(root, "a", `.hantoo-tmp-${name}`), "half");
      await nodeFs.utimes(join(root, "a", `.hantoo-tmp-${name}`), now, now - hours * 3600);
    }
    await nodeFs.writeFile(join(root, "a", "object"), "x");
    await nodeFs.utimes(join(root, "a", "object"), now, now - 99 * 3600);
    await new FileStore(root).put("a/k", bytesOf("x"));
    expect((await nodeFs.readdir(join(root, "a"))).sort()).toEqual([".hantoo-tmp-young", "k", "object"]);
  });

  test.runIf(process.platform !== "win32")("is readable by this user alone if so asked", async () => {
    await new FileStore(join(root, "new"), { private: true }).put("a/k", bytesOf("x"));
    const modeOf = async (path: string): Promise<number> =>
      (await nodeFs.stat(join(root, path))).mode & 0o777;
    expect([await modeOf("new"), await modeOf("new/a"), await modeOf("new/a/k")]).toEqual([
      0o700, 0o700, 0o600,
    ]);
  });
});

const keyArbitrary = fc.constantFrom("a", "b/c", "b/d", "b-", "b0", "e/f/g", "005930", "Q530036");
const commandArbitrary = fc.record({
  kind: fc.constantFrom("put", "ifAbsent", "delete", "get", "list"),
  key: keyArbitrary,
  value: fc.uint8Array({ maxLength: 5 }),
});

test("one after another, any operations do what they do to a map", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(commandArbitrary, { maxLength: 25 }), async (commands) => {
      const dir = await nodeFs.mkdtemp(join(root, "model-"));
      const model = new Map<string, Uint8Array>();
      for (const { kind, key, value } of commands) {
        const store = new FileStore(dir);
        if (kind === "get") expect(await store.get(key)).toEqual(model.get(key));
        else if (kind === "delete") await store.delete(key).then(() => model.delete(key));
        else if (kind === "put") await store.put(key, value).then(() => model.set(key, value));
        else if (kind === "list") {
          const prefix = key.slice(0, 1);
          expect(await keysOf(store, prefix)).toEqual(
            [...model.keys()].filter((k) => k.startsWith(prefix)).sort(),
          );
        } else {
          const put = store.put(key, value, { ifAbsent: true });
          if (model.has(key)) await expect(put).rejects.toThrow(StorageConflictError);
          else await put.then(() => model.set(key, value));
        }
      }
      expect(await keysOf(new FileStore(dir), "")).toEqual([...model.keys()].sort());
    }),
    { numRuns: Number(process.env["HANTOO_RUNS"] ?? 60) },
  );
});

test("interleaved at every step, each object is what one writer wrote, and ifAbsent has one winner", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(
        fc.record({ kind: fc.constantFrom("put", "ifAbsent", "delete"), key: fc.constantFrom("a/x", "a/y") }),
        {
          minLength: 2,
          maxLength: 6,
        },
      ),
      async (scheduler, commands) => {
        const dir = await nodeFs.mkdtemp(join(root, "race-"));
        const step = scheduler.scheduleFunction(async (call: string) => void call);
        const outcomes = commands.map(async ({ kind, key }, writer) => {
          const store = new FileStore(dir, { fs: gated(step) });
          if (kind === "delete") return store.delete(key);
          return store.put(key, noise(1000, writer), { ifAbsent: kind === "ifAbsent" });
        });
        const settled = await scheduler.waitFor(Promise.allSettled(outcomes));
        const store = new FileStore(dir);
        const listed = await keysOf(store, "");
        for (const key of ["a/x", "a/y"]) {
          const own = commands.flatMap((command, writer) =>
            command.key === key ? [{ ...command, writer }] : [],
          );
          const written = own.filter(
            ({ kind, writer }) => kind !== "delete" && settled[writer]!.status === "fulfilled",
          );
          const read = await store.get(key);
          expect(listed.includes(key)).toBe(read !== undefined);
          if (read !== undefined)
            expect(written.map(({ writer }) => noise(1000, writer))).toContainEqual(read);
          if (written.length > 0 && !own.some(({ kind }) => kind === "delete")) expect(read).toBeDefined();
          if (own.every(({ kind }) => kind === "ifAbsent"))
            expect(written).toHaveLength(Math.min(1, own.length));
        }
        for (const outcome of settled) {
          if (outcome.status === "rejected") expect(outcome.reason).toBeInstanceOf(StorageConflictError);
        }
        expect((await filesIn(dir).catch(() => [])).filter((file) => file.includes(".hantoo-tmp-"))).toEqual(
          [],
        );
      },
    ),
    { numRuns: Number(process.env["HANTOO_RUNS"] ?? 60) },
  );
});

test("killed at any moment (SIGKILL), every visible object is whole and every confirmed one is there", async () => {
  let next = 0;
  for (const lines of [1, 7, 20]) {
    const args = ["--import", "tsx", "test/support/put-forever.ts", root, String(next)];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    const confirmed: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      confirmed.push(line);
      if (confirmed.length === lines) child.kill("SIGKILL");
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    expect(child.signalCode).toBe("SIGKILL");

    const store = new FileStore(root);
    const isWhole = (name: string, bytes: Uint8Array): boolean => {
      const [n, length] = name.split("_").map(Number);
      return Buffer.compare(bytes, noise(length!, n!)) === 0;
    };
    const keys = await keysOf(store, "new/");
    expect(keys).toEqual(expect.arrayContaining(confirmed.map((name) => `new/${name}`)));
    for (const key of keys) expect(isWhole(key.slice(4), (await store.get(key))!), key).toBe(true);
    const replaced = Buffer.from((await store.get("replaced"))!);
    const end = replaced.indexOf("\n");
    expect(isWhole(replaced.subarray(0, end).toString(), replaced.subarray(end + 1))).toBe(true);
    next += 1000;
  }
});

test.runIf(process.platform === "linux")(
  "a place that takes no folders is refused at once, not tried for ever",
  async () => {
    await expect(new FileStore("/proc/hantoo/data").put("a", Buffer.from("x"))).rejects.toMatchObject({
      code: "storage",
      message: expect.stringContaining("cannot be made, or a link leads nowhere; choose another") as string,
    });
  },
);
