import { ConfigError, KisSchemaError, type StandardSchema, checkOptions } from "../../core/index.js";
import type { CallOptions } from "../calls/index.js";
import { placeIn, type KisCall } from "../wire/index.js";

/** A call to any other endpoint of KIS, with the same token, pace, retries and errors. */
export interface KisRequest<Output = unknown> extends CallOptions {
  /** @defaultValue "GET" */
  readonly method?: "GET" | "POST";
  /** Such as `/uapi/domestic-stock/v1/quotations/inquire-price`. */
  readonly path: string;
  /** Such as `FHKST01010100`. For paper give the id that the portal lists for paper. */
  readonly trId: string;
  /** Query of a GET, body of a POST. Give every key that KIS documents, blank if unused (else OPSQ2001). */
  readonly params?: Readonly<Record<string, string | number>>;
  /** Checks and converts the whole body, `rt_cd` included. @defaultValue the body as it came */
  readonly schema?: StandardSchema<Output>;
}

/**
 * @throws {@link ConfigError} if an option is missing or wrong, or the call would trade: this client only reads.
 */
export function checkRequest(request: KisRequest): KisCall<Readonly<Record<string, unknown>>> {
  const {
    method = "GET",
    path,
    trId,
    params = {},
    schema,
  } = checkOptions(request, "an object with `path` and `trId`", "request");
  if (method !== "GET" && method !== "POST") throw new ConfigError("method", '"GET" or "POST"', method);
  if (typeof path !== "string" || !/^\/[\w./-]+$/.test(path) || path.includes("..")) {
    throw new ConfigError("path", 'a path such as "/uapi/domestic-stock/v1/quotations/inquire-price"', path);
  }
  if (method === "POST" && /\/trading\//.test(path)) {
    throw new ConfigError("path", "no order: this client only reads", path);
  }
  if (typeof trId !== "string" || !/^[0-9A-Za-z_]{1,20}$/.test(trId)) {
    throw new ConfigError("trId", 'a transaction id such as "FHKST01010100"', trId);
  }
  checkOptions(params, "an object", "params");
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(params)) {
    if (typeof value !== "string" && !Number.isFinite(value)) {
      throw new ConfigError(`params.${name}`, "a text or a number", typeof value);
    }
    texts[name] = String(value);
  }
  if (schema !== undefined && typeof schema?.["~standard"]?.validate !== "function") {
    throw new ConfigError("schema", "a Standard Schema", typeof schema);
  }
  return { method, path, trId, params: texts, read: (body) => body as Readonly<Record<string, unknown>> };
}

/** @throws {@link KisSchemaError} naming the first place that does not fit. */
export async function applySchema<T>(schema: StandardSchema<T> | undefined, body: unknown): Promise<T> {
  if (schema === undefined) return body as T;
  const result = await schema["~standard"].validate(body);
  if (result.issues === undefined) return result.value;
  const [issue] = result.issues;
  const keys = (issue?.path ?? []).map((part) => (typeof part === "object" ? part.key : part));
  const { path, received } = placeIn(body, keys);
  // An unknown body may name an account: the error shows types, not values.
  const kind =
    received === null ? "null" : Array.isArray(received) ? "an array" : `a value of type ${typeof received}`;
  throw new KisSchemaError(path, issue?.message ?? "what the schema says", kind);
}
