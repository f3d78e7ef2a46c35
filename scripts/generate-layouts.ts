// Writes src/master/rows/*.generated.ts from src/master/layouts: one interface and one fixed-shape reader a layout.
// Run: npx tsx scripts/generate-layouts.ts && npx oxfmt src/master/rows
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Field, type FixedField, type Layout, isFixed } from "../src/master/layouts/layout.js";
import * as layouts from "../src/master/layouts/layouts.js";

const tsType: Readonly<Record<Field["type"], string>> = {
  text: "string",
  symbol: "string",
  isin: "string",
  cp949: "string",
  flag: "boolean",
  bit: "boolean",
  int: "number",
  decimal: "number",
  wrapped: "number",
  truncated: "number",
  ratio: "number",
  date: "string",
};

const doc = (text: string): string => `  /** ${text.replaceAll("*/", "* /")} */\n`;

const statusText = {
  frozen: "Frozen: not maintained since 2022 or earlier; not current index membership.",
  dead: "Dead: says nothing.",
} as const;

/** Extra properties that say what a field cannot. */
const companions: Partial<Record<Field["type"], { name: string; doc: string }>> = {
  wrapped: {
    name: "isPreviousVolumeInexact",
    doc: "`previousVolume` wrapped, or is beyond the 2^24 to which KIS counts exactly.",
  },
  truncated: {
    name: "isNetIncomeCut",
    doc: "The row's net income fills its 5 bytes and may have lost digits: `netIncome` is absent then, `netIncomeText` has what is left of it.",
  },
  ratio: {
    name: "isCapitalImpaired",
    doc: "The row's ROE is KIS's mark of used-up capital: `roe` is absent then.",
  },
};

/** Properties derived for listed equities: name, type, doc, expression over the fields of the layout. */
function derived(layout: Layout): { name: string; type: string; doc: string; value: string }[] {
  if (layout.equity !== true) return [];
  const has = (name: string): boolean => layout.fields.some((field) => field.name === name);
  const optional = (name: string): string => (has(name) ? name : "undefined");
  return [
    {
      name: "isPreferred",
      type: "boolean",
      doc: "A preferred share of any kind (`preferredType` other than 0).",
      value: 'preferredType !== undefined && preferredType !== "0"',
    },
    { name: "isEtf", type: "boolean", doc: "`securityGroup` is EF.", value: 'securityGroup === "EF"' },
    { name: "isEtn", type: "boolean", doc: "`securityGroup` is EN.", value: 'securityGroup === "EN"' },
    ...(has("isSpac")
      ? []
      : [{ name: "isSpac", type: "boolean", doc: "False: the file has no such column.", value: "false" }]),
    has("kospi200Sector")
      ? {
          name: "kospi200",
          type: "boolean | undefined",
          doc: "Member of KOSPI200; absent where `kospi200Sector` is blank.",
          value: 'kospi200Sector === undefined ? undefined : kospi200Sector !== "0"',
        }
      : { name: "kospi200", type: "boolean", doc: "False: KOSPI200 has KOSPI stocks only.", value: "false" },
    {
      name: "sector",
      type: "string | undefined",
      doc: "The most specific sector code that is set. Its name: `idxcode`, by the market's digit (0 KOSPI, 1 KOSDAQ) and this code.",
      value: `sectorOf(${optional("sectorSmallCode")}, ${optional("sectorMediumCode")}, ${optional("sectorLargeCode")})`,
    },
    {
      name: "financialsPeriod",
      type: "string | undefined",
      doc: "`YYYY-MM` up to which the year's financials run.",
      value: "periodOf(financialsDate)",
    },
    {
      name: "tradable",
      type: "boolean",
      doc: "Priced, not halted, not in liquidation trading, and no beneficiary certificate.",
      value: "isTradable(isTradingHalted, isLiquidationTrading, basePrice, securityGroup)",
    },
  ];
}

/** What a reader reads from, where it is not the bytes alone. */
const inputs: Readonly<Record<string, string>> = {
  readText: "bytes, text",
  readCode: "bytes, text",
  readRequired: "bytes, text",
  readSymbol: "bytes, text",
  readIsin: "bytes, text",
  readDate: "bytes, text",
};

/** The source of the interface and the reader of `layout`. */
export function renderRow(layout: Layout): string {
  const names = layout.fields.filter((field) => field.type === "cp949");
  const extras = derived(layout);
  const used = new Set<string>();
  const call = (reader: string, args: string): string => {
    used.add(reader);
    return `${reader}(${inputs[reader] ?? "bytes"}, ${args})`;
  };
  const read = (field: Field, index: number): string => {
    const at = isFixed(layout) ? `at + ${(field as FixedField).offset}` : `from[${index}] as number`;
    const width = isFixed(layout)
      ? `${(field as FixedField).width}`
      : `(to[${index}] as number) - (from[${index}] as number)`;
    switch (field.type) {
      case "cp949":
        return `names[n${names.indexOf(field) === 0 ? "" : ` + ${names.indexOf(field)}`}]${field.required ? " as string" : ""}`;
      case "text":
        if (field.required) return call("readRequired", `${at}, ${width}`);
        if (width === "1") return call("readCode", at);
        return ["2", "3", "4"].includes(width)
          ? `texts.read(${at}, ${width})`
          : call("readText", `${at}, ${width}`);
      case "symbol":
        return call("readSymbol", `${at}, ${width}`);
      case "isin":
        return call("readIsin", at);
      case "flag":
        return call("readFlag", at);
      case "bit":
        return call("readBit", at);
      case "date":
        return call("readDate", at);
      case "decimal":
        return call("readDecimal", `${at}, ${width}${field.implied ? `, ${field.implied}` : ""}`);
      case "ratio":
        // Whole numbers where the layout has no decimals: the cheaper reader does.
        return field.decimals === 0
          ? call("readInt", `${at}, ${width}`)
          : call("readDecimal", `${at}, ${width}`);
      case "int":
      case "wrapped":
      case "truncated":
      default:
        return call("readInt", `${at}, ${width}`);
    }
  };

  let members = "";
  let body = "";
  let literal = "";
  layout.fields.forEach((field, index) => {
    const companion = companions[field.type];
    const optional = !(field.required || field.type === "symbol" || field.type === "isin");
    const parts = [
      `${field.korean}${field.unit ? `, ${field.unit}` : ""}.`,
      field.status ? statusText[field.status] : "",
      field.note ? `${field.note}${/[.!?]$/.test(field.note) ? "" : "."}` : "",
    ].filter((part) => part !== "");
    members += `${doc(parts.join(" "))}  readonly ${field.name}: ${tsType[field.type]}${optional ? " | undefined" : ""};\n`;
    const local = field.name === "class" ? "classCode" : companion ? `${field.name}Read` : field.name;
    body += `  const ${local} = ${read(field, index)};\n`;
    const value =
      field.type === "wrapped"
        ? `unwrapped(${local})`
        : field.type === "truncated"
          ? `isCut(${local}) ? undefined : ${local}`
          : field.type === "ratio"
            ? `isImpaired(${local}) ? undefined : ${local}`
            : local;
    literal += value === field.name ? `    ${field.name},\n` : `    ${field.name}: ${value},\n`;
    if (companion) {
      const test = { wrapped: "isInexact", truncated: "isCut", ratio: "isImpaired" }[field.type as "wrapped"];
      used.add(test);
      if (field.type === "wrapped") used.add("unwrapped");
      members += `${doc(companion.doc)}  readonly ${companion.name}: boolean;\n`;
      literal += `    ${companion.name}: ${test}(${local}),\n`;
      if (field.type === "truncated" && isFixed(layout)) {
        const { offset, width } = field as FixedField;
        members += `${doc("The first 5 characters of a net income that may be longer, sign included: KIS keeps no more. Only where `isNetIncomeCut`.")}  readonly netIncomeText: string | undefined;\n`;
        literal += `    netIncomeText: ${test}(${local}) ? text.slice(at + ${offset}, at + ${offset + width}) : undefined,\n`;
      }
    }
  });
  for (const extra of extras) {
    members += `${doc(extra.doc)}  readonly ${extra.name}: ${extra.type};\n`;
    literal += `    ${extra.name}: ${extra.value},\n`;
  }

  const readers = [...used].sort((a, b) => a.toLowerCase().localeCompare(b.toLowerCase(), "en"));
  const place = isFixed(layout) ? "texts: ShortTexts, at: number" : "from: Int32Array, to: Int32Array";
  const imported = [
    "type RawRow",
    ...(isFixed(layout) ? ["type ShortTexts"] : []),
    ...(extras.length > 0 ? ["isTradable", "periodOf"] : []),
    "rawRow",
    ...readers,
    ...(extras.length > 0 ? ["sectorOf"] : []),
  ];
  return `// Generated by scripts/generate-layouts.ts from the layout ${layout.name}. Do not edit.
import {
  ${imported.join(",\n  ")},
} from "../cells/index.js";

/** One row of a \`${layout.name}\` file. Absent is \`undefined\`: not zero, not false.${layout.verified ? "" : " Unverified: no real file of it stands in the tests."} */
export interface ${layout.instrument} {
${members}}

/** Reads the row at ${isFixed(layout) ? "`at`" : "the columns `from` to `to`"}; its texts in Korean are \`names\` from \`n\` on. */
export function read${layout.instrument}(
  bytes: Uint8Array,
  text: string,
  ${place},
  row: string,
  names: readonly (string | undefined)[],
  n: number,
): ${layout.instrument} & RawRow {
${body}  const instrument: ${layout.instrument} & RawRow = {
${literal}  };
  instrument[rawRow] = row;
  return instrument;
}
`;
}

/** `KospiInstrument` is written to `kospi-instrument.generated.ts`. */
export function rowFile(layout: Layout): string {
  return `${layout.instrument.replaceAll(/(?<!^)[A-Z]/g, "-$&").toLowerCase()}.generated.ts`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const layout of Object.values(layouts) as Layout[]) {
    writeFileSync(new URL(`../src/master/rows/${rowFile(layout)}`, import.meta.url), renderRow(layout));
  }
}
