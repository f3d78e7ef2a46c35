import type { Venue } from "../../../core/index.js";
import type { Frame } from "./frame.js";

/** 장운영정보, live only. @see KIS portal H0STMKO0, H0NXMKO0, H0UNMKO0 (read 2026-11-28) */
export const OPERATION_FEEDS: Readonly<Record<Venue, string>> = {
  KRX: "H0STMKO0",
  NXT: "H0NXMKO0",
  UN: "H0UNMKO0",
};

/** Ten were seen where eleven are documented. */
export const OPERATION_FIELDS = 10;

/** An event of a symbol, such as a halt or a volatility interruption. It comes with the event, not regularly. */
export interface OperationRecord {
  /** Short code as KRX prints it. */
  readonly symbol: string;
  /** Whether trading in the symbol is halted. */
  readonly halted: boolean;
  /** Why, in KIS's words; letters that were cut are U+FFFD. */
  readonly reason: string | undefined;
  /** MKOP_CLS_CODE, such as `"164"`; undocumented ones occur. */
  readonly operation: string | undefined;
  /** VI_CLS_CODE. */
  readonly interruption: string | undefined;
}

/** Text that may have been cut in the middle of a letter. */
function looseText(latin1: string): string {
  const bytes = Uint8Array.from(latin1, (letter) => letter.charCodeAt(0));
  return new TextDecoder().decode(bytes);
}

export function operationIn(frame: Frame, record: number): OperationRecord | undefined {
  const symbol = frame.text(record, 0);
  if (symbol === "") return undefined;
  const said = (field: number): string | undefined => {
    const text = looseText(frame.text(record, field)).trim();
    return text === "" || text === "(null)" ? undefined : text;
  };
  return { symbol, halted: said(1) === "Y", reason: said(2), operation: said(3), interruption: said(8) };
}
