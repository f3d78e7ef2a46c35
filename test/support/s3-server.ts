/**
 * A small S3 of our own on loopback: checks signatures (SigV4) and checksums, writes conditionally, pages listings.
 *
 *   const s3 = await startS3Server({ buckets: ["bars"], conditional: "honoured", pageSize: 1000 });
 *   new S3Store({ bucket: "bars", ...s3.options })      // options: { endpoint, accessKeyId, secretAccessKey }
 *   s3.objects.get("bars/some/key")                      // what is stored, by "bucket/key"
 *   s3.requests                                          // [{ operation, key, conditional, status }] in order of arrival
 *   s3.faults.push({ on: "PUT", kind: "500-after" })     // the next put takes effect and is answered 500
 *   s3.setConditional("ignored")                         // If-None-Match: honoured | ignored | unsupported (501)
 *   await s3.close()
 *
 * A fault is used up after `times` (default 1) requests whose operation is `on` and whose key matches `key`:
 *   500 503 403 404 409   answered so (404 without a body); nothing happens      reset  hang      no answer; nothing happens
 *   500-after  reset-after  hang-after   the request takes effect, its answer is an error or never comes
 *   truncate  corrupt     a GET's body breaks off half-way, or one byte of it is another
 *   cut-list  loop-list  foreign-list    a listing says "more" without a token, repeats its token, holds another key
 */
import { createHash } from "node:crypto";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { crc32 } from "node:zlib";
import { KEYS, checkSignature } from "./s3-signature.js";

export type S3Operation = "PUT" | "GET" | "HEAD" | "DELETE" | "DELETE-MANY" | "LIST" | "CREATE";
export type S3FaultKind =
  | "500"
  | "503"
  | "403"
  | "404"
  | "409"
  | "reset"
  | "hang"
  | "500-after"
  | "reset-after"
  | "hang-after"
  | "truncate"
  | "corrupt"
  | "cut-list"
  | "loop-list"
  | "foreign-list";
export interface S3Fault {
  readonly on: S3Operation;
  readonly kind: S3FaultKind;
  readonly key?: RegExp;
  times?: number;
}
export type Conditional = "honoured" | "ignored" | "unsupported";
export interface S3Request {
  readonly operation: S3Operation;
  readonly key: string;
  readonly conditional: boolean;
  /** 0 while, or where, there was no answer. */
  status: number;
  /** An upload with a checksum header. */
  readonly checksum: boolean;
}
export interface S3ServerOptions {
  /** @defaultValue ["bars"] */
  readonly buckets?: readonly string[];
  /** @defaultValue "honoured" */
  readonly conditional?: Conditional;
  /** Keys in one page of a listing. @defaultValue 1000 */
  readonly pageSize?: number;
  /** Whether `Range` is honoured. @defaultValue true */
  readonly ranges?: boolean;
  /** ListObjectsV2: known, answered as if it were V1, or refused (501). @defaultValue "v2" */
  readonly listing?: "v2" | "ignores-v2" | "refuses-v2";
  /** The answer to an upload that carries a checksum header. @defaultValue it is checked */
  readonly refusesChecksums?: readonly [status: number, code: string];
  /** Operations that the key has no right to. @defaultValue none */
  readonly denied?: readonly S3Operation[];
}
export interface S3Server {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** The three above, to spread into the options of an `S3Store`. */
  readonly options: {
    readonly endpoint: string;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
  };
  readonly objects: Map<string, Buffer>;
  readonly requests: S3Request[];
  readonly faults: S3Fault[];
  setConditional(how: Conditional): void;
  close(): Promise<void>;
}

const STATUS: Readonly<Record<string, readonly [number, string]>> = {
  "500": [500, "InternalError"],
  "503": [503, "SlowDown"],
  "404": [404, "bare"],
  "403": [403, "AccessDenied"],
  "409": [409, "ConditionalRequestConflict"],
};

/** Starts the server on a free port of 127.0.0.1. */
export async function startS3Server(options: S3ServerOptions = {}): Promise<S3Server> {
  const buckets = new Set(options.buckets ?? ["bars"]);
  const objects = new Map<string, Buffer>();
  const requests: S3Request[] = [];
  const faults: S3Fault[] = [];
  let conditional = options.conditional ?? "honoured";

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const url = new URL(request.url ?? "/", "http://server");
    const [path = ""] = (request.url ?? "").split("?"); // not url.pathname, which resolves dots
    const [bucket = "", ...rest] = path.slice(1).split("/").map(decodeURIComponent);
    const key = rest.join("/");
    const operation = operationOf(request.method ?? "", key);
    const condition = request.headers["if-none-match"] === "*";
    const entry: S3Request = {
      operation,
      key: operation === "LIST" ? (url.searchParams.get("prefix") ?? "") : key,
      conditional: condition,
      status: 0,
      checksum: Object.keys(request.headers).some((name) => /^x-amz-(?:sdk-)?checksum-(?!mode)/.test(name)),
    };
    requests.push(entry);

    const fault = faults.find(
      ({ on, key: pattern }) => on === operation && pattern?.test(entry.key) !== false,
    );
    if (fault !== undefined && (fault.times = (fault.times ?? 1) - 1) <= 0)
      faults.splice(faults.indexOf(fault), 1);
    const kind = fault?.kind ?? "";

    const answer = (
      status: number,
      content: Buffer | string = "",
      headers: Record<string, string> = {},
    ): void => {
      if (kind.startsWith("hang")) return;
      if (kind.startsWith("reset")) return void request.socket.destroy();
      if (kind === "500-after") return fail(500, "InternalError");
      entry.status = status;
      const bytes = Buffer.from(content);
      response.writeHead(status, { "content-length": bytes.length, "x-amz-request-id": "1", ...headers });
      if (kind !== "truncate") return void response.end(operation === "HEAD" ? undefined : bytes);
      response.write(bytes.subarray(0, bytes.length / 2), () => request.socket.destroy());
    };
    const fail = (status: number, code: string): void => {
      entry.status = status;
      const isBare = operation === "HEAD" || kind === "404";
      const xml = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code} said the server</Message></Error>`;
      response.writeHead(status, { "content-type": "application/xml" });
      response.end(isBare ? undefined : xml);
    };

    const refusal = checkSignature(request, body);
    if (refusal !== undefined) return fail(403, refusal);
    if (kind === "hang") return;
    if (kind === "reset") return void request.socket.destroy();
    const [status, code] = STATUS[kind] ?? [];
    if (status !== undefined && code !== undefined) return fail(status, code);
    if (operation === "CREATE") {
      buckets.add(bucket);
      return answer(200, "", { location: `/${bucket}` });
    }
    if (!buckets.has(bucket)) return fail(404, "NoSuchBucket");
    if (options.denied?.includes(operation) === true) return fail(403, "AccessDenied");
    if (operation === "PUT" && entry.checksum && options.refusesChecksums !== undefined) {
      return fail(...options.refusesChecksums);
    }
    const isV2 = url.searchParams.has("list-type");
    if (operation === "LIST" && isV2 && options.listing === "refuses-v2") return fail(501, "NotImplemented");
    if (operation === "LIST" && isV2 && options.listing === "ignores-v2") {
      url.searchParams.delete("continuation-token");
      url.searchParams.delete("list-type");
    }
    const place = `${bucket}/${key}`;
    const stored = objects.get(place);

    if (operation === "PUT") {
      if (condition && conditional === "unsupported") return fail(501, "NotImplemented");
      if (!intact(request, body)) return fail(400, "BadDigest");
      if (condition && conditional === "honoured" && stored !== undefined)
        return fail(412, "PreconditionFailed");
      objects.set(place, body);
      return answer(200, "", { etag: etag(body) });
    }
    if (operation === "LIST")
      return answer(200, listing(url, bucket, [...objects.keys()], options.pageSize ?? 1000, kind), {
        "content-type": "application/xml",
      });
    if (operation === "DELETE-MANY") {
      if (!intact(request, body)) return fail(400, "BadDigest");
      for (const [, name = ""] of body.toString().matchAll(/<Key>([^<]*)<\/Key>/g))
        objects.delete(`${bucket}/${unescape(name)}`);
      return answer(200, `<?xml version="1.0" encoding="UTF-8"?><DeleteResult></DeleteResult>`, {
        "content-type": "application/xml",
      });
    }
    if (operation === "DELETE") {
      objects.delete(place);
      return answer(204);
    }
    if (stored === undefined) return fail(404, "NoSuchKey");
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
    if (from !== undefined && options.ranges !== false) {
      if (Number(from) >= stored.length) return fail(416, "InvalidRange");
      const part = stored.subarray(Number(from), Number(to) + 1);
      const end = Number(from) + part.length - 1;
      return answer(206, part, { "content-range": `bytes ${from}-${end}/${stored.length}` });
    }
    const sent = Buffer.from(stored);
    if (kind === "corrupt") sent[sent.length >> 1]! ^= 1;
    return answer(200, sent, {
      etag: etag(stored),
      "x-amz-checksum-crc32": checksum(stored),
      "x-amz-checksum-type": "FULL_OBJECT",
    });
  };

  const server = createServer((request, response) => {
    handle(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const keys = { endpoint, ...KEYS };
  return {
    ...keys,
    options: keys,
    objects,
    requests,
    faults,
    setConditional: (how) => {
      conditional = how;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function operationOf(method: string, key: string): S3Operation {
  if (key === "") return method === "PUT" ? "CREATE" : method === "POST" ? "DELETE-MANY" : "LIST";
  return method as S3Operation;
}

const etag = (bytes: Buffer): string => `"${createHash("md5").update(bytes).digest("hex")}"`;
const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const unescape = (text: string): string =>
  text
    .replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'")
    .replaceAll("&#x27;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");

function checksum(bytes: Buffer): string {
  const four = Buffer.alloc(4);
  four.writeUInt32BE(crc32(bytes));
  return four.toString("base64");
}

/** Whether the body is what its checksums, if any, say. */
function intact({ headers }: IncomingMessage, body: Buffer): boolean {
  const md5 = headers["content-md5"];
  if (md5 !== undefined && md5 !== createHash("md5").update(body).digest("base64")) return false;
  const crc = headers["x-amz-checksum-crc32"];
  return crc === undefined || crc === checksum(body);
}

/** One page, in the order of S3: by UTF-8 bytes. */
function listing(url: URL, bucket: string, all: readonly string[], pageSize: number, kind: string): string {
  const prefix = url.searchParams.get("prefix") ?? "";
  const token = url.searchParams.get("continuation-token");
  const marker = url.searchParams.get("marker");
  const isV2 = url.searchParams.has("list-type");
  const after =
    token !== null ? Buffer.from(token, "base64url") : marker !== null ? Buffer.from(marker) : undefined;
  const size = Math.min(pageSize, Number(url.searchParams.get("max-keys") ?? pageSize));
  const found = all
    .filter((place) => place.startsWith(`${bucket}/${prefix}`))
    .map((place) => Buffer.from(place.slice(bucket.length + 1)))
    .sort((a, b) => Buffer.compare(a, b))
    .filter((key) => after === undefined || Buffer.compare(key, after) > 0);
  const page = found.slice(0, size).map(String);
  if (kind === "foreign-list") page.push("another/key");
  const isCut = found.length > size || kind === "cut-list" || kind === "loop-list";
  const next = kind === "loop-list" ? "bG9vcA" : Buffer.from(page.at(-1) ?? "").toString("base64url");
  const contents = page.map((key) => `<Contents><Key>${escape(key)}</Key><Size>1</Size></Contents>`).join("");
  const more =
    isCut && isV2 && kind !== "cut-list" ? `<NextContinuationToken>${next}</NextContinuationToken>` : "";
  return `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${bucket}</Name><IsTruncated>${isCut}</IsTruncated>${contents}${more}</ListBucketResult>`;
}
