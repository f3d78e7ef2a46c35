import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { FileStore, MemoryStore, S3Store } from "hantoo";
import { describe, test } from "vitest";
import { objectStoreContract } from "../contract/object-store.js";
import { startS3Server } from "../support/s3-server.js";

objectStoreContract("MemoryStore", async () => {
  const store = new MemoryStore();
  return { open: () => store };
});

objectStoreContract("FileStore", async () => {
  const dir = await mkdtemp(join(tmpdir(), "hantoo-files-"));
  return {
    open: () => new FileStore(join(dir, "not", "there yet")),
    close: () => rm(dir, { recursive: true }),
  };
});

objectStoreContract("S3Store", async () => {
  const server = await startS3Server({ pageSize: 97 });
  const store = new S3Store({ bucket: "bars", ...server.options });
  return {
    open: () => store,
    async close() {
      await store.close();
      await server.close();
    },
  };
});

objectStoreContract("S3Store under a prefix, without checksums", async () => {
  const server = await startS3Server();
  const options = {
    ...server.options,
    prefix: "team/삼성",
    requestChecksumCalculation: "WHEN_REQUIRED",
  } as const;
  const open = (): S3Store => new S3Store({ bucket: "bars", ...options });
  const beside = new S3Store({ bucket: "bars", ...server.options });
  await beside.put("team/삼성", new Uint8Array(1));
  await beside.put("team/삼성2", new Uint8Array(1));
  return { open, close: () => server.close() };
});

// A real one: CI starts Ceph's radosgw, whose keys are the same as our own server's.
const radosgw = process.env["HANTOO_RADOSGW"];
if (radosgw === undefined) {
  // Needs a server that npm does not bring; the same suite runs on our own S3 server everywhere.
  describe("S3Store on radosgw", () => test.skip("set HANTOO_RADOSGW=http://127.0.0.1:PORT"));
} else {
  objectStoreContract("S3Store on radosgw", async () => {
    const keys = { accessKeyId: "TESTKEY", secretAccessKey: "testsecret" };
    const bucket = `contract-${process.pid}`;
    const client = new S3Client({
      endpoint: radosgw,
      region: "us-east-1",
      forcePathStyle: true,
      credentials: keys,
    });
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    client.destroy();
    const store = new S3Store({ bucket, endpoint: radosgw, ...keys });
    return { open: () => store, close: () => store.close() };
  });
}
