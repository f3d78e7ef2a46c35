import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { ConfigError, FileStore, MemoryStore, S3Store, StorageError, systemClock } from "hantoo";
import { expect, onTestFinished, test } from "vitest";
import { isKey } from "../../src/storage/key.js";
import { s3Error, s3Failure } from "../../src/storage/s3/s3-errors.js";
import { damaged, hostile, outcomeOfAsync, runs } from "../support/fuzz.js";

const keys = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc
    .array(
      fc.constantFrom("a", "..", ".", "", "/", "\\", "\0", "%2e%2e", "~", "CON", ".hantoo-tmp-x", "가"),
      {
        maxLength: 6,
      },
    )
    .map((parts) => parts.join("/")),
  hostile as fc.Arbitrary<string>,
);

test("no key leads out of the folder: it is an object of the store, or a ConfigError", async () => {
  const outer = mkdtempSync(join(tmpdir(), "hantoo-fuzz-"));
  onTestFinished(() => rmSync(outer, { recursive: true }));
  const bytes = new Uint8Array([1, 2, 3]);
  let number = 0;
  await fc.assert(
    fc.asyncProperty(keys, async (key) => {
      const name = String(number++);
      const files = new FileStore(join(outer, name));
      for (const store of [files, new MemoryStore()]) {
        const put = await outcomeOfAsync(() => store.put(key, bytes));
        if ("error" in put) {
          // A name the file system itself cannot hold is a StorageError.
          expect(put.error instanceof (isKey(key) ? StorageError : ConfigError), put.error.message).toBe(
            true,
          );
          continue;
        }
        expect(await store.get(key)).toEqual(bytes);
        const listed: string[] = [];
        for await (const found of store.list("")) listed.push(found);
        expect(listed).toEqual([key]);
        await store.delete(key);
        expect(await store.get(key)).toBeUndefined();
      }
      for (const found of readdirSync(outer)) expect(Number(found)).toBeLessThan(number);
      rmSync(files.dir, { recursive: true, force: true });
    }),
    { numRuns: runs },
  );
});

test("whatever an SDK throws is a StorageError that can be shown", () => {
  const thrown = fc.oneof(
    hostile,
    fc.anything(),
    fc.record({
      name: fc.oneof(hostile, fc.constantFrom("NoSuchKey", "SlowDown", "AccessDenied", "TimeoutError")),
      code: fc.oneof(hostile, fc.constantFrom("ECONNRESET", "ECONNREFUSED")),
      message: hostile,
      $metadata: fc.oneof(
        hostile,
        fc.record({ httpStatusCode: fc.oneof(hostile, fc.integer()), attempts: hostile }),
      ),
    }),
  );
  const place = { where: "bucket b", mayRefuseChecksums: false, timeoutMs: 1000 };
  fc.assert(
    fc.property(thrown, (error) => {
      const made = s3Error(s3Failure(error), { operation: "get", key: "k" }, place);
      expect(made).toBeInstanceOf(StorageError);
      expect(typeof made.retryable).toBe("boolean");
      JSON.stringify(made);
    }),
    { numRuns: runs },
  );
});

const listing = Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name><Prefix></Prefix><KeyCount>2</KeyCount>
<MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>
<Contents><Key>a/1</Key><LastModified>2026-11-20T00:00:00.000Z</LastModified><ETag>"x"</ETag><Size>1</Size></Contents>
<Contents><Key>a/2</Key><LastModified>2026-11-20T00:00:00.000Z</LastModified><ETag>"y"</ETag><Size>1</Size></Contents>
</ListBucketResult>`);
const refusal = Buffer.from(
  `<?xml version="1.0"?><Error><Code>NoSuchKey</Code><Message>gone</Message><RequestId>1</RequestId></Error>`,
);

test("answers of a server that is no S3, or a damaged one: keys that could be, or a StorageError", async () => {
  let answer: { status: number; body: Uint8Array } = { status: 200, body: new Uint8Array() };
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    request.resume().on("end", () => {
      response.writeHead(answer.status, { "content-type": "application/xml" }).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const store = new S3Store({
    bucket: "bucket",
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    accessKeyId: "TESTKEY",
    secretAccessKey: "testsecret",
    maxAttempts: 1,
    clock: { ...systemClock, sleep: () => Promise.resolve() },
  });
  const status = fc.constantFrom(200, 200, 200, 206, 301, 400, 403, 404, 409, 412, 500, 501, 503);
  const body = fc.oneof(
    damaged(listing),
    damaged(refusal),
    fc
      .constantFrom("", "<", "<html>", "null", "<ListBucketResult/>", "<Error/>")
      .map((text) => Buffer.from(text)),
  );
  await fc.assert(
    fc.asyncProperty(status, body, async (code, bytes) => {
      answer = { status: code, body: bytes };
      requests = 0;
      const listed = await outcomeOfAsync(async () => {
        const found: string[] = [];
        for await (const key of store.list("a/")) {
          found.push(key);
          expect(isKey(key) && key.startsWith("a/"), key).toBe(true);
        }
        return found;
      });
      if ("error" in listed) {
        expect(listed.error).toBeInstanceOf(StorageError);
        expect(listed.error.message).not.toContain("testsecret");
      }
      const got = await outcomeOfAsync(() => store.get("a/1"));
      if ("error" in got) expect(got.error).toBeInstanceOf(StorageError);
      expect(requests).toBeLessThan(12);
    }),
    { numRuns: Math.ceil(runs / 2) },
  );
});
