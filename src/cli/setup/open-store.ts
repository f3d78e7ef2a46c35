import { ConfigError, FileStore, type ObjectStore, S3Store, isHantooError } from "hantoo";
import type { Shell } from "../shell/index.js";

/** A store and how to name it to people. */
export interface OpenStore {
  readonly store: ObjectStore;
  readonly where: string;
}

const PLACE = "a folder, or s3://bucket/prefix in small letters";

/** Where bars go that a simulator invented, unless told otherwise: never among real ones. */
export const SIMULATED_STORE = "./data-simulated";

/**
 * The store of `--store`, else of `HANTOO_STORE`, else `./data`; with `--simulate` `./data-simulated` unless `--store`
 * says otherwise. Nothing is asked of it and nothing made.
 *
 * @throws ConfigError if the text names neither a folder nor `s3://bucket/prefix`.
 */
export function openStore(shell: Shell): OpenStore {
  const { io, global } = shell;
  const named = global.store ?? (global.simulate ? SIMULATED_STORE : (io.env["HANTOO_STORE"] ?? "./data"));
  if (named.trim() === "") throw new ConfigError("--store", PLACE, named);
  // `s3:/bucket` is nobody's folder.
  if (!/^(?:[a-z][a-z0-9+.-]+:\/\/|s3:)/i.test(named)) {
    return { store: new FileStore(shell.path(named)), where: named };
  }
  const [, bucket = "", rest = ""] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(named) ?? [];
  if (bucket === "") throw new ConfigError("--store", PLACE, named);
  const prefix = rest.replace(/\/+$/, "");
  const endpoint = io.env["S3_ENDPOINT"];
  const store = new S3Store({
    bucket,
    env: io.env,
    logger: shell.logger,
    ...(prefix === "" ? {} : { prefix }),
    ...(endpoint ? { endpoint } : {}),
  });
  return { store, where: named };
}

/**
 * The same for a command that writes: proved writable first, so that no call is spent on bars that cannot be kept.
 *
 * @throws StorageError saying what is wrong with it.
 */
export async function openWritableStore(shell: Shell): Promise<OpenStore> {
  const opened = openStore(shell);
  try {
    await opened.store.verify?.();
    shell.hasStore = true;
  } catch (error) {
    shell.io.signal.throwIfAborted();
    if (isHantooError(error)) throw error;
    throw new ConfigError("--store", "a place that can be written", opened.where, { cause: error });
  }
  return opened;
}

/**
 * Of a store in which nothing was found: says that simulated bars stand beside it, where nobody named another store.
 * Who tried `--simulate` before looks into `./data` next, and finds it empty.
 */
export async function notePlaceOfSimulated(shell: Shell): Promise<void> {
  const { io, global, say } = shell;
  if (global.store !== undefined || global.simulate || io.env["HANTOO_STORE"] !== undefined) return;
  if (!(await io.files.exists(shell.path(SIMULATED_STORE)))) return;
  shell.note(
    say(
      `Simulated bars are in ${SIMULATED_STORE}: add --simulate to look at those.`,
      `모의 시세는 ${SIMULATED_STORE}에 있습니다. --simulate를 붙이면 볼 수 있습니다.`,
    ),
  );
}

/** So that a folder that takes nothing is told before a call or a day is spent. @throws ConfigError naming `option`. */
export async function checkWritable(out: FileStore, option: string, named: string): Promise<void> {
  try {
    await out.verify();
  } catch (error) {
    if (!isHantooError(error)) throw error;
    throw new ConfigError(option, `a folder that can be written (${error.message})`, named, { cause: error });
  }
}
