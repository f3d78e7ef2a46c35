import { isSymbol, isTradingDayText } from "../core/index.js";
import type { Factor } from "./factor.js";

/** The stored form of factors: JSON lines, one a factor, in the order given. */
export function formatFactors(factors: readonly Factor[]): Buffer {
  const lines = factors.map(
    ({ symbol, effectiveDate, priceFactor, volumeFactor, kind, evidence, observedAt }) =>
      `${JSON.stringify({ symbol, effectiveDate, priceFactor, volumeFactor, kind, evidence, observedAt })}\n`,
  );
  return Buffer.from(lines.join(""), "utf8");
}

/** @returns the factors of an object, or why it holds none. */
export function parseFactors(content: Buffer): readonly Factor[] | { readonly damage: string } {
  const factors: Factor[] = [];
  for (const line of content.toString("utf8").split("\n")) {
    if (line === "") continue;
    const factor = parseFactor(line);
    if (factor === undefined) return { damage: "a line is no factor" };
    factors.push(factor);
  }
  return factors;
}

const isScale = (value: unknown): value is number =>
  typeof value === "number" && value > 0 && Number.isFinite(value);

function parseFactor(line: string): Factor | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { symbol, effectiveDate, priceFactor, volumeFactor, kind, evidence, observedAt } = value as Record<
    keyof Factor,
    unknown
  >;
  if (typeof symbol !== "string" || !isSymbol(symbol) || !isTradingDayText(effectiveDate)) return undefined;
  if (!isScale(priceFactor) || !isScale(volumeFactor)) return undefined;
  if (typeof kind !== "string" || !Array.isArray(evidence)) return undefined;
  if (typeof observedAt !== "number" || !Number.isFinite(observedAt)) return undefined;
  // A kind of a later version is kept as it is: nothing depends on it.
  return {
    symbol,
    effectiveDate,
    priceFactor,
    volumeFactor,
    kind: kind as Factor["kind"],
    evidence: evidence.map(String),
    observedAt,
  };
}
