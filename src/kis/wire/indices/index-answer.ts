import { KisSchemaError } from "../../../core/index.js";

/** Unit of an index's volume: thousand shares. @see recording 03, FHPUP02120000 of 2025-09-29 */
export const VOLUME_UNIT = 1000;
/** Unit of an index's turnover: million KRW. */
export const TURNOVER_UNIT = 1_000_000;

/** Names that belong to KIS's best known codes. KRX's own codes are others: there 1001 is KOSPI. */
const NAMES: Readonly<Record<string, RegExp>> = {
  "0001": /^(?:종합|코스피|KOSPI)(?: ?(?:종합|지수))*$/i,
  "1001": /^(?:코스닥|KOSDAQ)(?: ?(?:종합|지수))*$/i,
  "2001": /^(?:코스피|KOSPI) ?200$/i,
  "4001": /^KRX ?100$/i,
};

/**
 * @returns the answer's name of the index.
 * @throws {@link KisSchemaError} if another index answers than was asked for, or none.
 */
export function indexName(index: string, name: string): string {
  const expected = NAMES[index];
  if (name === "") throw new KisSchemaError("output1.hts_kor_isnm", `the name of index ${index}`, name);
  if (expected !== undefined && !expected.test(name))
    throw new KisSchemaError(
      "output1.hts_kor_isnm",
      `the name of index ${index}, as ${expected.source}`,
      name,
    );
  return name;
}
