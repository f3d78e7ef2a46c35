/** A JSON message of the server. `iv` and `key` of an answer are never read, so they can be in no log. */
export type ControlMessage =
  | { readonly kind: "ping" }
  | {
      readonly kind: "answer";
      readonly trId: string;
      readonly key: string;
      /** `msg_cd`, such as `OPSP0000`. */
      readonly code: string;
      readonly rtCd: string;
    };

/** What the codes of an answer to a registration mean. @see KIS portal and measurements up to 2026-09 (read 2026-11-28) */
export const CONTROL_CODES: {
  readonly accepted: ReadonlySet<string>;
  readonly ended: ReadonlySet<string>;
  readonly full: string;
  readonly passing: ReadonlySet<string>;
  readonly inUse: string;
  readonly badApproval: ReadonlySet<string>;
} = {
  // The second code says that the key was registered before: it delivers.
  accepted: new Set(["OPSP0000", "OPSP0002"]),
  ended: new Set(["OPSP0001", "OPSP0003"]),
  full: "OPSP0008",
  // An error inside KIS, and a message that it could not pass on.
  passing: new Set(["OPSP0007", "OPSP0009"]),
  inUse: "OPSP8996",
  badApproval: new Set(["OPSP0011", "OPSP9994"]),
};

/** @returns `undefined` if the text is no control message. */
export function readControl(text: string): ControlMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const header = partOf(value, "header");
  const body = partOf(value, "body");
  if (header === undefined) return undefined;
  const trId = textOf(header["tr_id"]);
  if (trId === "PINGPONG") return { kind: "ping" };
  if (body === undefined) return undefined;
  return {
    kind: "answer",
    trId,
    key: textOf(header["tr_key"]).trim(),
    code: textOf(body["msg_cd"]).trim(),
    rtCd: textOf(body["rt_cd"]).trim(),
  };
}

/** The message that registers a key on a stream (tr_type 1), or ends that (2; the 0 of KIS's samples ends nothing). */
export function registration(options: {
  readonly approvalKey: string;
  readonly custtype: string;
  readonly type: "register" | "unregister";
  readonly trId: string;
  readonly key: string;
}): string {
  const { approvalKey, custtype, type, trId, key } = options;
  return JSON.stringify({
    header: {
      approval_key: approvalKey,
      custtype,
      tr_type: type === "register" ? "1" : "2",
      "content-type": "utf-8",
    },
    body: { input: { tr_id: trId, tr_key: key } },
  });
}

function partOf(value: unknown, name: string): Record<string, unknown> | undefined {
  const part: unknown = typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
  return typeof part === "object" && part !== null ? (part as Record<string, unknown>) : undefined;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
