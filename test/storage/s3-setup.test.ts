import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { S3Client } from "@aws-sdk/client-s3";
import { type S3StoreOptions, ConfigError, S3Store, StorageError } from "hantoo";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bytesOf, keysOf } from "../contract/object-store.js";
import { failureOf } from "../support/failure-of.js";
import { type S3Server, startS3Server } from "../support/s3-server.js";

let server: S3Server;
let stores: S3Store[];
beforeEach(async () => {
  server = await startS3Server();
  stores = [];
});
afterEach(async () => {
  await Promise.all(stores.map((store) => store.close()));
  await server.close();
});

function open(options: Partial<S3StoreOptions> = {}): S3Store {
  const store = new S3Store({ bucket: "bars", ...server.options, random: () => 0, ...options });
  stores.push(store);
  return store;
}

describe("what is set up wrong is said before anything is lost", () => {
  const operations = (store: S3Store): (() => Promise<unknown>)[] => [
    () => store.verify(),
    () => store.get("k"),
    () => store.put("k", bytesOf("x")),
    () => store.put("k", bytesOf("x"), { ifAbsent: true }),
    () => keysOf(store, ""),
    () => store.delete("k"),
  ];

  test.each<[string, Partial<S3StoreOptions>, RegExp]>([
    [
      "a wrong secret",
      { secretAccessKey: "WRONG-SECRET-VALUE" },
      /bucket bars at http:.*check the secret access key/,
    ],
    [
      "an unknown key id",
      { accessKeyId: "UNKNOWN" },
      /bucket bars at http:.*does not know the access key id/,
    ],
    ["a missing bucket", { bucket: "nowhere" }, /bucket nowhere at http:.*does not exist there; create it/],
    [
      "a server that is not there",
      { endpoint: "http://127.0.0.1:1" },
      /nobody answers there \(ECONNREFUSED\); check `endpoint`/,
    ],
    [
      "an expired token",
      { secretAccessKey: "WRONG-SECRET-VALUE", sessionToken: "SESSION-TOKEN-VALUE" },
      /refuses the signature/,
    ],
  ])("%s", async (_, options, message) => {
    for (const operation of operations(open({ maxAttempts: 2, ...options }))) {
      const error = await failureOf(operation());
      expect(error).toBeInstanceOf(StorageError);
      expect((error as Error).message).toMatch(message);
      const shown =
        inspect(error, { depth: 9, showHidden: true }) +
        JSON.stringify(error) +
        String((error as Error).stack);
      expect(shown).not.toMatch(/WRONG-SECRET-VALUE|SESSION-TOKEN-VALUE|testsecret/);
    }
    expect(server.objects.size).toBe(0);
  });

  test("an error of the SDK that drags the signed request along is not kept", async () => {
    const dragging = Object.assign(new Error("The request signature we calculated does not match"), {
      name: "SignatureDoesNotMatch",
      CanonicalRequest: "x-amz-security-token:SESSION-TOKEN-VALUE",
      $response: { request: { headers: { authorization: "SESSION-TOKEN-VALUE" } } },
      $metadata: { httpStatusCode: 403, attempts: 1 },
    });
    const client = { send: () => Promise.reject(dragging) } as unknown as S3Client;
    const error = await failureOf(new S3Store({ bucket: "bars", client }).get("k"));
    expect(error).toBeInstanceOf(StorageError);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("SESSION-TOKEN-VALUE");
  });

  test("a web page instead of S3 is no empty bucket", async () => {
    const page = createServer((_, response) => void response.end("<html><body>Welcome</body></html>"));
    page.listen(0, "127.0.0.1");
    await once(page, "listening");
    const endpoint = `http://127.0.0.1:${(page.address() as AddressInfo).port}`;
    const store = open({ endpoint });
    for (const work of [
      () => keysOf(store, ""),
      () => store.verify(),
      () => store.put("k", bytesOf("x"), { ifAbsent: true }),
    ]) {
      expect(await failureOf(work())).toBeInstanceOf(StorageError);
    }
    page.close();
    page.closeAllConnections();
  });

  test("a store that is right verifies, each time anew", async () => {
    const store = open();
    await store.verify();
    server.faults.push({ on: "LIST", kind: "403" });
    await expect(store.verify()).rejects.toThrow(/s3:ListBucket/);
    server.faults.push({ on: "PUT", kind: "403" });
    await expect(store.verify()).rejects.toThrow(/s3:PutObject/);
    await store.verify();
    expect(server.objects.size).toBe(0);
  });

  test("shows no secret when it is printed", () => {
    const shown = inspect(open({ sessionToken: "SESSION-TOKEN-VALUE" }), { depth: 9, showHidden: true });
    expect(shown).toContain("bars");
    expect(shown).not.toMatch(/testsecret|SESSION/);
  });

  test.each<[string, Record<string, unknown>]>([
    ["bucket", { bucket: undefined }],
    ["bucket", { bucket: "" }],
    ["bucket", { bucket: "a/b" }],
    ["bucket", { bucket: "https://x" }],
    ["prefix", { prefix: "" }],
    ["prefix", { prefix: "a/" }],
    ["prefix", { prefix: "../a" }],
    ["endpoint", { endpoint: "localhost:9000" }],
    ["endpoint", { endpoint: "http://user:pass@host" }],
    ["endpoint", { endpoint: "nonsense" }],
    ["secretAccessKey", { secretAccessKey: undefined }],
    ["accessKeyId", { accessKeyId: undefined }],
    ["secretAccessKey", { secretAccessKey: "" }],
    ["credentials", { credentials: { accessKeyId: "a", secretAccessKey: "b" } }],
    ["timeoutMs", { timeoutMs: 0 }],
    ["timeoutMs", { timeoutMs: Number.NaN }],
    ["maxAttempts", { maxAttempts: 1.5 }],
    ["maxAttempts", { maxAttempts: 0 }],
  ])("refuses %s in %j", (option, change) => {
    const options = { bucket: "bars", ...server.options, ...change } as S3StoreOptions;
    expect(() => new S3Store(options)).toThrow(ConfigError);
    expect(() => new S3Store(options)).toThrow(new RegExp(`^\`${option}\` must be`));
    expect(() => new S3Store(options)).not.toThrow(/pass@|testsecret/);
  });
});

test("a client of the caller's own is used, with its own retries counted, and left open", async () => {
  const { endpoint, accessKeyId, secretAccessKey } = server;
  const client = new S3Client({
    endpoint,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  });
  const store = new S3Store({ bucket: "bars", client, prefix: "p" });
  await store.verify();
  server.faults.push({ on: "PUT", kind: "500-after" });
  await store.put("k", bytesOf("x"), { ifAbsent: true });
  await store.close();
  expect(await store.get("k")).toEqual(bytesOf("x"));
  expect([...server.objects.keys()]).toEqual(["bars/p/k"]);
  client.destroy();
});

test("credentials may come in the AWS SDK's form, also from a provider", async () => {
  const { endpoint, accessKeyId, secretAccessKey } = server;
  for (const credentials of [
    { accessKeyId, secretAccessKey },
    async () => ({ accessKeyId, secretAccessKey }),
  ]) {
    const store = new S3Store({ bucket: "bars", endpoint, credentials });
    await store.verify();
    await store.close();
  }
});
