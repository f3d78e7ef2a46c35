/** What a client sent, field by field; blank where it is absent. */
export interface ClientMessage {
  readonly headerTrId: string;
  readonly approvalKey: string;
  readonly trType: string;
  readonly trId: string;
  readonly trKey: string;
}

/** @returns `undefined` for what is no JSON object. */
export function parseClientMessage(text: string): ClientMessage | undefined {
  try {
    const { header, body } = JSON.parse(text) as {
      header?: Record<string, unknown>;
      body?: { input?: Record<string, unknown> };
    };
    return {
      headerTrId: textOf(header?.["tr_id"]),
      approvalKey: textOf(header?.["approval_key"]),
      trType: textOf(header?.["tr_type"]),
      trId: textOf(body?.input?.["tr_id"]),
      trKey: textOf(body?.input?.["tr_key"]),
    };
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
