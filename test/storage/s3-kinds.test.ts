import { type Logger, type S3StoreOptions, ConfigError, S3Store, StorageConflictError } from "hantoo";
import { afterEach, describe, expect, test } from "vitest";
import { bytesOf, keysOf } from "../contract/object-store.js";
import { failureOf } from "../support/failure-of.js";
import { type S3Server, type S3ServerOptions, startS3Server } from "../support/s3-server.js";

// Servers beside AWS, each as its users report it: small ones of our own.
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

interface Kind {
  readonly server: S3Server;
  readonly warnings: string[];
  readonly open: (options?: Partial<S3StoreOptions>) => S3Store;
}

async function kindOf(options: S3ServerOptions): Promise<Kind> {
  const server = await startS3Server(options);
  closing.push(() => server.close());
  const warnings: string[] = [];
  const none = (): void => undefined;
  const warn = (_: object, message: string): void => void warnings.push(message);
  const logger: Logger = { debug: none, info: none, error: none, warn };
  return {
    server,
    warnings,
    open: (change = {}) => {
      const store = new S3Store({
        bucket: "bars",
        ...server.options,
        logger,
        env: {},
        maxAttempts: 1,
        random: () => 0,
        ...change,
      });
      closing.unshift(() => store.close());
      return store;
    },
  };
}

const uploads = ({ requests }: S3Server): string[] =>
  requests.flatMap(({ operation, checksum, status }) =>
    operation === "PUT" ? [`${checksum ? "checksum" : "plain"} ${status}`] : [],
  );

describe("a server without ListObjectsV2", () => {
  test.each(["ignores-v2", "refuses-v2"] as const)(
    "that %s is listed whole in V1, said once",
    async (listing) => {
      const { server, warnings, open } = await kindOf({ listing, pageSize: 3 });
      const names = Array.from({ length: 11 }, (_, n) => `d/${String(n).padStart(2, "0")} \u00e9\u{1F600}`);
      for (const name of names) server.objects.set(`bars/${name}`, Buffer.from("x"));
      const store = open();
      expect(await keysOf(store, "d/")).toEqual(names);
      expect(await keysOf(store, "d/0")).toHaveLength(10);
      expect(warnings).toEqual([
        "this S3 server does not know ListObjectsV2: it is asked in V1 from here on",
      ]);
      await store.verify();
      expect(await keysOf(open({ prefix: "d" }), "")).toEqual(names.map((name) => name.slice(2)));
    },
  );

  test("of one page nothing is said: it may know V2", async () => {
    const { server, warnings, open } = await kindOf({ listing: "ignores-v2", pageSize: 3 });
    server.objects.set("bars/a", Buffer.from("x"));
    expect(await keysOf(open(), "")).toEqual(["a"]);
    expect(warnings).toEqual([]);
  });

  test("a refusal that V1 meets as well is V2's own", async () => {
    const { open } = await kindOf({ denied: ["LIST"] });
    await expect(keysOf(open(), "")).rejects.toThrow(/s3:ListBucket/);
  });
});

describe("a server that refuses the SDK's checksums", () => {
  test.each<[status: number, code: string]>([
    [403, "AccessDenied"],
    [400, "InvalidArgument"],
    [501, "NotImplemented"],
    [403, "SignatureDoesNotMatch"],
    [400, "XAmzContentSHA256Mismatch"],
  ])("with %i %s gets uploads without them, said once and remembered", async (status, code) => {
    const { server, warnings, open } = await kindOf({ refusesChecksums: [status, code] });
    const store = open();
    await store.put("a", bytesOf("1"));
    await store.put("b", bytesOf("2"), { ifAbsent: true });
    await expect(store.put("b", bytesOf("3"), { ifAbsent: true })).rejects.toThrow(StorageConflictError);
    await store.verify();
    expect(uploads(server).slice(0, 2)).toEqual([`checksum ${status}`, "plain 200"]);
    expect(uploads(server).filter((upload) => upload.startsWith("checksum"))).toHaveLength(1);
    expect(warnings).toEqual([
      "this S3 server refuses the checksums of uploads: they are left out from here on",
    ]);
    expect(await store.get("b")).toEqual(bytesOf("2"));
  });

  test("eight uploads at once all get through", async () => {
    const { warnings, open } = await kindOf({ refusesChecksums: [400, "InvalidRequest"] });
    const store = open();
    await Promise.all(Array.from({ length: 8 }, (_, n) => store.put(`k${n}`, bytesOf("x"))));
    expect(await keysOf(store, "k")).toHaveLength(8);
    expect(warnings).toHaveLength(1);
  });

  test("knows conditional writes or not, whichever it refuses as well", async () => {
    const { warnings, open } = await kindOf({
      refusesChecksums: [501, "NotImplemented"],
      conditional: "unsupported",
    });
    const store = open();
    await store.put("a", bytesOf("1"), { ifAbsent: true });
    await expect(store.put("a", bytesOf("2"), { ifAbsent: true })).rejects.toThrow(StorageConflictError);
    expect(await store.conditionalWrites()).toBe(false);
    expect(warnings).toHaveLength(2);
  });

  test("a key that may not write is told so, by the first refusal", async () => {
    const { server, warnings, open } = await kindOf({ denied: ["PUT"] });
    const store = open();
    const error = (await failureOf(store.put("a", bytesOf("1")))) as Error;
    expect(error.message).toContain(
      "access is denied; check that the credentials, which are known, hold s3:PutObject",
    );
    expect(uploads(server)).toEqual(["checksum 403", "plain 403"]);
    expect(warnings).toEqual([]);
  });

  test("a server that took them once is not asked without", async () => {
    const { server, open } = await kindOf({});
    const store = open();
    await store.put("a", bytesOf("1"));
    server.faults.push({ on: "PUT", kind: "403" });
    await expect(store.put("b", bytesOf("1"))).rejects.toThrow(/s3:PutObject/);
    expect(uploads(server)).toEqual(["checksum 200", "checksum 403"]);
  });

  test.each([
    ["the variable", { env: { AWS_REQUEST_CHECKSUM_CALCULATION: "when_required" } }],
    ["the option", { requestChecksumCalculation: "WHEN_REQUIRED" as const }],
  ])("%s leaves them out from the first on", async (_, change) => {
    const { server, warnings, open } = await kindOf({ refusesChecksums: [403, "AccessDenied"] });
    await open(change).verify();
    expect(uploads(server).every((upload) => upload.startsWith("plain"))).toBe(true);
    expect(warnings).toEqual([]);
  });

  test("where the caller insists on them, the error says what else may be wrong", async () => {
    const { server, open } = await kindOf({ refusesChecksums: [403, "AccessDenied"] });
    const store = open({ requestChecksumCalculation: "WHEN_SUPPORTED" });
    await expect(store.put("a", bytesOf("1"))).rejects.toThrow(/set `requestChecksumCalculation`/);
    expect(uploads(server)).toEqual(["checksum 403"]);
  });
});

describe("the environment", () => {
  const keys = ({ accessKeyId, secretAccessKey }: S3Server): Partial<S3StoreOptions> => ({
    accessKeyId,
    secretAccessKey,
  });

  test.each(["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"])(
    "%s is the endpoint, with path style and a region",
    async (name) => {
      const { server } = await kindOf({});
      const endpoint = server.endpoint.replace("127.0.0.1", "localhost");
      const store = new S3Store({ bucket: "bars", ...keys(server), env: { [name]: endpoint } });
      await store.put("k", bytesOf("x"));
      await store.close();
      expect([...server.objects.keys()]).toEqual(["bars/k"]);
    },
  );

  test("the one of S3 wins over the general one, and the option over both", async () => {
    const { server } = await kindOf({});
    const nowhere = "http://127.0.0.1:1";
    for (const options of [
      { env: { AWS_ENDPOINT_URL_S3: server.endpoint, AWS_ENDPOINT_URL: nowhere } },
      { env: { AWS_ENDPOINT_URL_S3: nowhere }, endpoint: server.endpoint },
    ]) {
      const store = new S3Store({ bucket: "bars", ...keys(server), ...options });
      await store.verify();
      await store.close();
    }
  });

  test("a variable that is no URL is named", () => {
    const env = { AWS_ENDPOINT_URL_S3: "minio:9000" };
    expect(() => new S3Store({ bucket: "bars", env })).toThrow(/^`AWS_ENDPOINT_URL_S3` must be a URL/);
    const ignored = { ...env, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" };
    expect(new S3Store({ bucket: "bars", env: ignored }).bucket).toBe("bars");
  });

  test("a directory bucket is refused by name", () => {
    expect(() => new S3Store({ bucket: "bars--apne2-az1--x-s3" })).toThrow(ConfigError);
    expect(() => new S3Store({ bucket: "bars--apne2-az1--x-s3" })).toThrow(/directory buckets/);
  });
});

test("whatever a server says, errors and logs stay short", async () => {
  const { server, warnings, open } = await kindOf({
    refusesChecksums: [403, `AccessDenied${"x".repeat(5000)}`],
    denied: ["GET"],
  });
  const store = open({ requestChecksumCalculation: "WHEN_SUPPORTED" });
  const error = (await failureOf(store.put("k", bytesOf("x")))) as Error;
  expect(error.message.length).toBeLessThan(1000);
  expect((error.cause as Error).message.length).toBeLessThanOrEqual(300);
  expect((error.cause as Error).name.length).toBeLessThanOrEqual(80);
  await open().put("k", bytesOf("x"));
  expect(uploads(server)).toEqual(["checksum 403", "checksum 403", "plain 200"]);
  expect(warnings).toHaveLength(1);
});

describe("a probe", () => {
  test("leaves nothing behind", async () => {
    const { server, open } = await kindOf({});
    for (let run = 0; run < 5; run++) await open().verify();
    expect(server.objects.size).toBe(0);
  });

  test("leaves one object of a fixed key where deleting is refused, however often it runs", async () => {
    const { server, open } = await kindOf({ denied: ["DELETE"] });
    for (let run = 0; run < 5; run++) {
      const store = open();
      await store.verify();
      expect(await store.conditionalWrites()).toBe(true);
      expect(await keysOf(store, "")).toEqual([]);
    }
    expect([...server.objects.keys()]).toEqual(["bars/.hantoo-tmp-probe-shared"]);
  });

  test.each(["honoured", "ignored"] as const)(
    "of ten writers at once on the fixed key all see the truth (%s)",
    async (conditional) => {
      const { open } = await kindOf({ denied: ["DELETE"], conditional });
      const answers = await Promise.all(Array.from({ length: 10 }, () => open().conditionalWrites()));
      expect(new Set(answers)).toEqual(new Set([conditional === "honoured"]));
    },
  );

  test.each([
    ["PUT", /s3:PutObject/],
    ["LIST", /s3:ListBucket/],
    ["GET", /s3:GetObject/],
  ] as const)("verify() of a key without the right to %s says which it lacks", async (operation, right) => {
    const { open } = await kindOf({ denied: [operation] });
    await expect(open().verify()).rejects.toThrow(right);
  });
});
