import { encodeText } from "../cells/index.js";
import type { Field } from "../layouts/index.js";

/**
 * The bytes of a field, one character each, filled to `width`.
 *
 * @param width - bytes of the field; `undefined` in a delimited file, where nothing is padded.
 * @returns `undefined` if the value does not fit or has no form there.
 */
export function writeField(field: Field, value: unknown, width: number | undefined): string | undefined {
  const written = value === undefined ? "" : writeValue(field, value, width ?? 0);
  if (written === undefined) return undefined;
  if (width === undefined) return written;
  return written.length > width ? undefined : written.padEnd(width, " ");
}

function writeValue(field: Field, value: unknown, width: number): string | undefined {
  switch (field.type) {
    case "cp949": {
      const bytes = typeof value === "string" ? encodeText(value) : undefined;
      return bytes === undefined ? undefined : Buffer.from(bytes).toString("latin1");
    }
    case "text":
    case "symbol":
    case "isin":
      return typeof value === "string" ? value : undefined;
    case "date":
      return typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value)
        ? value.replaceAll("-", "")
        : undefined;
    case "flag":
      return typeof value === "boolean" ? (value ? "Y" : "N") : undefined;
    case "bit":
      return typeof value === "boolean" ? (value ? "1" : "0") : undefined;
    case "int":
    case "decimal":
    case "wrapped":
    case "truncated":
    case "ratio":
    default:
      return typeof value === "number" && Number.isFinite(value)
        ? writeNumber(field, value, width)
        : undefined;
  }
}

function writeNumber(field: Field, value: number, width: number): string {
  const size = Math.abs(value);
  const digits =
    field.implied !== undefined
      ? String(Math.round(size * 10 ** field.implied))
      : field.decimals !== undefined
        ? size.toFixed(field.decimals)
        : String(size);
  const sign = value < 0 ? "-" : "";
  if (field.pad === "space") return `${sign}${digits}`.padStart(width, " ");
  return sign + digits.padStart(width - sign.length, "0");
}
