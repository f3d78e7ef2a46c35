/** The cache on real disks and over a real wire, against a host on loopback that misbehaves. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Clock,
  type DownloadMasterOptions,
  FileStore,
  type ObjectStore,
  S3Store,
  downloadMaster,
  formatMaster,
  kstInstant,
} from "hantoo";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { failureOf } from "../../support/failure-of.js";
import { type S3Server, startS3Server } from "../../support/s3-server.js";
import { kospiZip } from "../master-host.js";
import { kospiBytes, symbols } from "../sample-rows.js";

const key = "hantoo_master/20261120_kospi.json";
const timeoutMs = 60_000;

/** 10:00 KST for ever; pauses take no time, and time limits run out when the test says so. */
function standingClock(): Clock & { runOut(): void } {
  let limits: (() => void)[] = [];
  return {
    now: () => kstInstant("2026-11-20", "10:00"),
    monotonic: () => 0,
    runOut() {
      for (const end of limits) end();
      limits = [];
    },
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (ms < timeoutMs) setImmediate(resolve);
        else limits.push(resolve);
        signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      }),
  };
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
const zip = kospiZip();
const send: Answer = (_, response) => response.end(zip);
const status =
  (code: number): Answer =>
  (_, response) =>
    response.writeHead(code).end("<html>no</html>");

const server = createServer((request, response) => {
  asked.push(request.url ?? "");
  ((answers.length > 1 ? answers.shift() : answers[0]) ?? send)(request, response);
});
let asked: string[] = [];
let answers: Answer[] = [];
let baseUrl = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/common/master`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  asked = [];
  answers = [send];
});

const options = (
  store: ObjectStore,
): DownloadMasterOptions & { clock: ReturnType<typeof standingClock> } => ({
  store,
  baseUrl,
  clock: standingClock(),
  timeoutMs,
  random: () => 0,
});

interface Place {
  store(): ObjectStore;
  read(): Buffer | undefined;
  write(bytes: Buffer): void;
  close(): Promise<void>;
}

function folder(): Place {
  const dir = mkdtempSync(join(tmpdir(), "hantoo-master-"));
  return {
    store: () => new FileStore(dir),
    read: () => (readdirSync(dir).length === 0 ? undefined : readFileSync(join(dir, key))),
    write: (bytes) => writeFileSync(join(dir, key), bytes),
    close: async () => rmSync(dir, { recursive: true }),
  };
}

async function bucket(): Promise<Place & { s3: S3Server }> {
  const s3 = await startS3Server({ buckets: ["bars"] });
  return {
    s3,
    store: () => new S3Store({ bucket: "bars", region: "ap-northeast-2", ...s3.options, maxAttempts: 1 }),
    read: () => s3.objects.get(`bars/${key}`),
    write: (bytes) => void s3.objects.set(`bars/${key}`, bytes),
    close: () => s3.close(),
  };
}

describe.each<[string, () => Place | Promise<Place>]>([
  ["files", folder],
  ["S3", bucket],
])("on %s", (_, open) => {
  let place: Place;
  beforeEach(async () => {
    place = await open();
  });
  afterEach(() => place.close());

  test("cold, then warm for other processes as well", async () => {
    const cold = await downloadMaster("kospi", options(place.store()));
    expect(asked).toEqual(["/common/master/kospi_code.mst.zip"]);
    const warm = await downloadMaster("kospi", options(place.store()));
    expect(asked).toHaveLength(1);
    expect(warm).toStrictEqual(cold);
    expect(Buffer.compare(formatMaster(warm), kospiBytes())).toBe(0);
  });

  test("ten at once in one process download once; in ten processes one writes and all have the same", async () => {
    const store = place.store();
    await Promise.all(Array.from({ length: 10 }, () => downloadMaster("kospi", options(store))));
    expect(asked).toHaveLength(1);
    await place.close();
    place = await open();
    const masters = await Promise.all(
      Array.from({ length: 10 }, () => downloadMaster("kospi", options(place.store()))),
    );
    for (const master of masters) expect(master).toStrictEqual(masters[0]);
  });

  test("a torn object is a miss and is replaced", async () => {
    const first = await downloadMaster("kospi", options(place.store()));
    const whole = place.read() as Buffer;
    place.write(whole.subarray(0, whole.length >> 1));
    expect(await downloadMaster("kospi", options(place.store()))).toStrictEqual(first);
    expect(asked).toHaveLength(2);
    expect(place.read()?.equals(whole)).toBe(true);
  });

  test.each<[string, () => Answer, object]>([
    ["404", () => status(404), { code: "transport", retryable: false }],
    ["500", () => status(500), { code: "transport", retryable: true }],
    ["a page", () => (_request, response) => response.end("<html>점검 중</html>"), { code: "transport" }],
    ["not a zip", () => (_request, response) => response.end(Buffer.alloc(5000, 7)), { code: "transport" }],
    [
      "a zip cut in the middle",
      () => (_request, response) => response.end(zip.subarray(0, zip.length >> 1)),
      { code: "master_format" },
    ],
    [
      "a body that breaks off",
      () => (_request, response) => {
        response.writeHead(200, { "content-length": zip.length });
        response.write(zip.subarray(0, 100), () => response.destroy());
      },
      { code: "transport", retryable: true },
    ],
    [
      "a connection that is closed",
      () => (request) => request.socket.destroy(),
      { code: "transport", retryable: true },
    ],
  ])(
    "download: %s: a typed error, nothing stored, and the next call is served",
    async (_name, answer, expected) => {
      answers = [answer()];
      expect(
        await failureOf(downloadMaster("kospi", { ...options(place.store()), maxAttempts: 2 })),
      ).toMatchObject(expected);
      expect(place.read()).toBeUndefined();
      answers = [send];
      expect((await downloadMaster("kospi", options(place.store()))).instruments.size).toBe(symbols.length);
    },
  );

  test("download: too slow: time runs out over headers and body, and another attempt is made", async () => {
    const settings = options(place.store());
    const late: Answer = () => settings.clock.runOut();
    const stuck: Answer = (_request, response) => {
      response.writeHead(200, { "content-length": zip.length });
      response.write(zip.subarray(0, 100), () => settings.clock.runOut());
    };
    answers = [late, stuck, send];
    expect((await downloadMaster("kospi", settings)).instruments.size).toBe(symbols.length);
    expect(asked).toHaveLength(3);
  });
});

test("S3 down: the master comes from the host, nothing is thrown", async () => {
  const place = await bucket();
  const store = place.store();
  await place.close();
  expect((await downloadMaster("kospi", options(store))).instruments.size).toBe(symbols.length);
  answers = [status(404)];
  expect(await failureOf(downloadMaster("kospi", { ...options(store), allowStale: true }))).toMatchObject({
    code: "transport",
  });
});

test.each(["503", "403", "truncate", "corrupt"] as const)(
  "S3 answers a read with %s: the master comes from the host",
  async (kind) => {
    const place = await bucket();
    await downloadMaster("kospi", options(place.store()));
    place.s3.faults.push({ on: "GET", kind, times: 5 });
    expect((await downloadMaster("kospi", options(place.store()))).instruments.size).toBe(symbols.length);
    expect(asked).toHaveLength(2);
    await place.close();
  },
);

test("a disk that is cut in the middle of an object is a miss", async () => {
  const place = folder();
  const store = place.store() as FileStore;
  await downloadMaster("kospi", options(store));
  truncateSync(join(store.dir, key), 1000);
  expect((await downloadMaster("kospi", options(store))).instruments.size).toBe(symbols.length);
  expect(asked).toHaveLength(2);
  await place.close();
});
