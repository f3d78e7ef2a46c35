/** How the bytes of a field are read and written. */
export type FieldType =
  /** Text of printable ASCII, right-padded with blanks. Enumerations are text too: open, as printed. */
  | "text"
  /** A short code: 0-9 and A-Z, never blank. */
  | "symbol"
  /** Twelve characters whose ISO 6166 check digit holds, never blank. */
  | "isin"
  /** Text in cp949, right-padded with blanks. */
  | "cp949"
  /** Y or N. */
  | "flag"
  /** 1 or 0. */
  | "bit"
  | "int"
  /** A decimal number, with its point or with `implied` decimals. */
  | "decimal"
  /** An int that wrapped at 2^31 where it reads negative. */
  | "wrapped"
  /** An int whose last digits may have been cut off. */
  | "truncated"
  /** A percentage in which -36100000 means that the capital is used up. */
  | "ratio"
  /** `YYYYMMDD`, read as `YYYY-MM-DD`. */
  | "date";

/** One column of a master file. */
export interface Field {
  /** The property of the parsed instrument. */
  readonly name: string;
  /** KIS's Korean name of it. */
  readonly korean: string;
  /** KIS's name of it in its C header or script. */
  readonly wire: string;
  /** How the cell is read. */
  readonly type: FieldType;
  /** Unit of the number, such as `KRW`; absent for texts and codes. */
  readonly unit?: string;
  /** Digits after the point, where fixed. */
  readonly decimals?: number;
  /** Digits after a point that is not written. */
  readonly implied?: number;
  /** Numbers are padded on the left with this. @defaultValue "zero" */
  readonly pad?: "zero" | "space";
  /** A blank is an error. @defaultValue false: a blank is `undefined` */
  readonly required?: boolean;
  /** The text can end in the middle of a character; that reads as U+FFFD. @defaultValue false: an error */
  readonly cut?: boolean;
  /** `frozen`: not maintained since 2022 or earlier. `dead`: one value in every row. @defaultValue live */
  readonly status?: "frozen" | "dead";
  /** What else is known of it. */
  readonly note?: string;
}

/** One column of a fixed-width master file. */
export interface FixedField extends Field {
  /** 0-based byte in the row. */
  readonly offset: number;
  /** Bytes. */
  readonly width: number;
}

interface LayoutBase {
  /** Identifies the layout and its revision; stored with what was parsed by it. */
  readonly name: string;
  /** The interface of its instruments. */
  readonly instrument: string;
  /** Fields that identify a row; their values, joined by `separator`, are the key in `Master.instruments`. */
  readonly key: readonly string[];
  /** @defaultValue ":" */
  readonly separator?: string;
  /** A repeated key is an error; otherwise its second row is kept as `key#2`. */
  readonly unique: boolean;
  /** Whether the test suite has a real file of it; otherwise only users would notice a change. */
  readonly verified: boolean;
  /** Adds what is derived from the fields of listed equities. */
  readonly equity?: boolean;
}

/** A layout whose rows are bytes at fixed offsets. */
export interface FixedLayout extends LayoutBase {
  /** Bytes of a row without its line end. */
  readonly rowBytes: number;
  /** KIS writes a longer text of `from` over the fields after it: those of `into` are blank then, and listed as odd. */
  readonly overflow?: {
    /** Field that may run over its width. */
    readonly from: string;
    /** Fields it then overwrites, which are `undefined` for that row. */
    readonly into: readonly string[];
  };
  /** Columns in the order of the file. */
  readonly fields: readonly FixedField[];
}

/** A layout whose columns are separated by one ASCII character. */
export interface DelimitedLayout extends LayoutBase {
  /** What stands between two cells. */
  readonly delimiter: "\t" | "|";
  /** Columns in the order of the file. */
  readonly fields: readonly Field[];
}

/** How the rows of a master file are written. */
export type Layout = FixedLayout | DelimitedLayout;

/** True for a layout of fixed offsets. */
export function isFixed(layout: Layout): layout is FixedLayout {
  return "rowBytes" in layout;
}
