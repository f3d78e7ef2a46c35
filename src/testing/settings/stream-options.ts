import { ConfigError, checkNames, checkOptions } from "../../core/index.js";

/** Something that goes wrong on the stream, tied to one record of a trade. */
export type StreamFaultAction =
  /** The record is never sent. */
  | "lose"
  /** It is sent twice. */
  | "duplicate"
  /** It is sent after the symbol's next one. */
  | "reorder"
  /** Its frame ends in a Korean letter that is cut in half: no valid UTF-8. */
  | "broken-utf8"
  /** The network cuts the session instead of it: no close frame, and the key's slot stays taken. */
  | "close-1006"
  /** The server closes with that code instead of it. */
  | "close-1007"
  | "close-1009"
  /** From here on nothing comes and nothing is heard, and nobody closes. */
  | "half-open"
  /** From here on the session sends PINGPONG alone. */
  | "mute";

/** A fault of the stream, and when it strikes. All given conditions must hold. */
export interface StreamFault {
  /** What happens. */
  readonly do: StreamFaultAction;
  /** Share of the records that meet the other conditions, 0..1; drawn from the seed. @defaultValue 1 */
  readonly probability?: number;
  /** At most that many times. @defaultValue no bound */
  readonly times?: number;
  /** Symbol it happens to; any where absent. */
  readonly symbol?: string;
  /** Epoch ms: trades from then on. */
  readonly from?: number;
  /** Epoch ms: trades before then. */
  readonly to?: number;
}

/** Options of the simulator's WebSocket side. */
export interface StreamOptions {
  /** Registrations a session takes, all streams together. @defaultValue 41 */
  readonly cap?: number;
  /** Fields of a trade record; KIS adds some without notice. @defaultValue 47 from 2026-09-14 on, 46 before */
  readonly tradeFields?: number;
  /** Records in a frame at the most; how many is drawn. @defaultValue 11 */
  readonly frameRecords?: number;
  /** How long the app key's slot stays taken after a session that died without a close frame. @defaultValue 60000 */
  readonly slotHoldMs?: number;
  /** Whether a session that had records since the last one is sent no PINGPONG. @defaultValue true */
  readonly busyWithoutPing?: boolean;
  /** What an approval key that is not good gets at a registration. @defaultValue "OPSP0011" */
  readonly badApproval?: "OPSP0011" | "silence";
  /** When on a Friday, KST, the server restarts and cuts every session; `false` for never. @defaultValue "20:30" */
  readonly fridayRestart?: string | false;
  /** Spans in which the network is out: sessions are cut and none is opened. @defaultValue none */
  readonly outages?: readonly {
    /** Start, epoch ms. */
    readonly from: number;
    /** End, epoch ms, exclusive. */
    readonly to: number;
  }[];
  /** What goes wrong with single records. @defaultValue nothing */
  readonly faults?: readonly StreamFault[];
}

const DEFAULTS = {
  cap: 41,
  tradeFields: undefined,
  frameRecords: 11,
  slotHoldMs: 60_000,
  busyWithoutPing: true,
  badApproval: "OPSP0011",
  fridayRestart: "20:30",
  outages: [],
  faults: [],
} as const;

/** The options, checked, with all defaults filled in. */
export type StreamSettings = Required<Omit<StreamOptions, "tradeFields">> & {
  readonly tradeFields: number | undefined;
};

const ACTIONS: ReadonlySet<string> = new Set<StreamFaultAction>([
  "lose",
  "duplicate",
  "reorder",
  "broken-utf8",
  "close-1006",
  "close-1007",
  "close-1009",
  "half-open",
  "mute",
]);
const TERMS: readonly string[] = Object.keys({
  do: true,
  probability: true,
  times: true,
  symbol: true,
  from: true,
  to: true,
} satisfies Record<keyof StreamFault, true>);

/** @throws {@link ConfigError} if an option is unknown or out of range. */
export function streamSettings(options: StreamOptions = {}): StreamSettings {
  for (const name of Object.keys(checkOptions(options, "an object of stream options", "stream"))) {
    if (!Object.hasOwn(DEFAULTS, name))
      throw new ConfigError("stream", `made of ${Object.keys(DEFAULTS).join(", ")}`, name);
  }
  const settings: StreamSettings = { ...DEFAULTS, ...options };
  const { cap, tradeFields, frameRecords, slotHoldMs, fridayRestart, badApproval, faults } = settings;
  atLeast("cap", cap, 0);
  atLeast("frameRecords", frameRecords, 1);
  atLeast("slotHoldMs", slotHoldMs, 0);
  if (tradeFields !== undefined) atLeast("tradeFields", tradeFields, 46);
  if (badApproval !== "OPSP0011" && badApproval !== "silence")
    throw new ConfigError("stream.badApproval", '"OPSP0011" or "silence"', badApproval);
  if (fridayRestart !== false && !/^([01]\d|2[0-3]):[0-5]\d$/.test(fridayRestart))
    throw new ConfigError("stream.fridayRestart", '"HH:MM" or false', fridayRestart);
  for (const fault of faults) {
    if (!ACTIONS.has(fault?.do))
      throw new ConfigError("stream.faults", `made of ${[...ACTIONS].join(", ")}`, fault?.do);
    checkNames(fault, TERMS, "stream.faults");
    const { probability = 1 } = fault;
    if (!(probability >= 0 && probability <= 1))
      throw new ConfigError("stream.faults", "of probability 0..1", probability);
  }
  return settings;
}

function atLeast(name: string, value: number, least: number): void {
  if (!(Number.isInteger(value) && value >= least))
    throw new ConfigError(`stream.${name}`, `an integer >= ${least}`, value);
}
