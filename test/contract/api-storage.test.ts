import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ConfigError,
  FileStore,
  MemoryStore,
  type ObjectStore,
  S3Store,
  StorageConflictError,
  StorageError,
  isHantooError,
} from "hantoo";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { failureOf } from "../support/failure-of.js";
import { type S3Server, startS3Server } from "../support/s3-server.js";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const keys = async (store: ObjectStore, prefix: string): Promise<string[]> => {
  const found: string[] = [];
  for await (const key of store.list(prefix)) found.push(key);
  return found;
};

let folder: string;
let s3: S3Server;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hantoo-api-"));
  s3 = await startS3Server({ buckets: ["bars"], pageSize: 2 });
});
afterAll(async () => {
  await s3.close();
  await rm(folder, { recursive: true });
});

describe.each<[string, () => ObjectStore]>([
  ["MemoryStore", () => new MemoryStore()],
  ["FileStore", () => new FileStore(join(folder, "store"))],
  ["S3Store", () => new S3Store({ bucket: "bars", region: "us-east-1", ...s3.options })],
])("%s", (_name, open) => {
  test("get, put, list and delete as the page says", async () => {
    const store = open();
    expect(await store.get("p/none")).toBeUndefined();
    await store.put("p/b", bytes("2"));
    await store.put("p/a", bytes("1"), { ifAbsent: true });
    await store.put("p/c", bytes("3"), { ifAbsent: false });
    await store.put("q/d", bytes("4"), {});
    expect(await store.get("p/a")).toEqual(bytes("1"));
    expect(await keys(store, "p/")).toEqual(["p/a", "p/b", "p/c"]);
    expect(await keys(store, "p/b")).toEqual(["p/b"]);
    expect(await keys(store, "")).toEqual(["p/a", "p/b", "p/c", "q/d"]);
    expect(await keys(store, "zz")).toEqual([]);
    const error = await failureOf(store.put("p/a", bytes("x"), { ifAbsent: true }));
    expect(error).toBeInstanceOf(StorageConflictError);
    expect(error).toBeInstanceOf(StorageError);
    expect(error).toMatchObject({ operation: "put", key: "p/a", code: "storage_conflict" });
    expect(await store.get("p/a")).toEqual(bytes("1"));
    await store.put("p/a", bytes("replaced"));
    expect(await store.get("p/a")).toEqual(bytes("replaced"));
    await store.delete("p/a");
    await store.delete("p/a");
    expect(await store.get("p/a")).toBeUndefined();
    expect(await keys(store, "p/")).toEqual(["p/b", "p/c"]);
  });

  test("a Buffer is bytes", async () => {
    const store = open();
    await store.put("buffer", Buffer.from("abc"));
    expect(Buffer.from((await store.get("buffer")) ?? [])).toEqual(Buffer.from("abc"));
  });

  test("a key that leaves the store is refused", async () => {
    const store = open();
    for (const key of ["../x", "a/../../x", "", "/etc/x"]) {
      expect(await failureOf(store.put(key, bytes("x")))).toBeInstanceOf(ConfigError);
      expect(await failureOf(store.get(key))).toBeInstanceOf(ConfigError);
    }
  });
});

describe("FileStore", () => {
  test("an object is a file of that name, and nothing else is left", async () => {
    const dir = join(folder, "plain");
    const store = new FileStore(dir);
    await store.put("hantoo_master/20261120_kospi.json", bytes("{}"));
    expect(await readFile(join(dir, "hantoo_master/20261120_kospi.json"), "utf8")).toBe("{}");
    expect(await keys(store, "")).toEqual(["hantoo_master/20261120_kospi.json"]);
  });

  test("a folder that does not exist is empty; a path that is a file is an error", async () => {
    expect(await keys(new FileStore(join(folder, "nowhere")), "")).toEqual([]);
    const file = join(folder, "a-file");
    await writeFile(file, "x");
    expect(await failureOf(new FileStore(file).put("a", bytes("x")))).toBeInstanceOf(StorageError);
  });
});

describe("S3Store: nothing is undefined but a missing key", () => {
  test("a missing bucket throws, reading, writing and listing", async () => {
    const store = new S3Store({ bucket: "no-such-bucket", ...s3.options, maxAttempts: 1 });
    const works = [
      () => store.get("a"),
      () => store.put("a", bytes("x")),
      () => keys(store, ""),
      () => store.delete("a"),
    ];
    for (const work of works) expect(await failureOf(work())).toBeInstanceOf(StorageError);
  });

  test("a 403 throws and holds no secret", async () => {
    const secretAccessKey = "wrong-secret-wrong-secret";
    const store = new S3Store({ bucket: "bars", ...s3.options, secretAccessKey, maxAttempts: 1 });
    const error = await failureOf(store.get("a"));
    expect(error).toBeInstanceOf(StorageError);
    expect(error).toMatchObject({ operation: "get", key: "a" });
    expect(JSON.stringify(error) + String(error)).not.toContain(secretAccessKey);
  });

  test.each(["cut-list", "loop-list", "foreign-list"] as const)("a listing with %s throws", async (kind) => {
    const store = new S3Store({ bucket: "bars", ...s3.options, maxAttempts: 1 });
    for (let n = 0; n < 5; n++) await store.put(`broken/${kind}/${n}`, bytes("x"));
    s3.faults.push({ on: "LIST", kind, times: 9 });
    expect(await failureOf(keys(store, `broken/${kind}/`))).toBeInstanceOf(StorageError);
    s3.faults.length = 0;
  });

  test("a put that took effect and was answered 500 is a success, not a conflict", async () => {
    const store = new S3Store({ bucket: "bars", ...s3.options });
    await store.put("warm", bytes("x"), { ifAbsent: true }); // the probe is done now
    s3.faults.push({ on: "PUT", kind: "500-after", key: /effect/ });
    await store.put("effect", bytes("mine"), { ifAbsent: true });
    expect(await store.get("effect")).toEqual(bytes("mine"));
  });

  test("a bad option is a config error at once", () => {
    expect(() => new S3Store({ bucket: "" })).toThrow(ConfigError);
    expect(() => new S3Store({} as never)).toThrow(ConfigError);
    let opened: S3Store | undefined;
    try {
      opened = new S3Store({ bucket: "bars", accessKeyId: "only-one-of-the-pair" });
    } catch (error) {
      expect(isHantooError(error)).toBe(true);
      return;
    }
    expect(opened).toBeUndefined();
    throw new Error("it did not throw");
  });
});
