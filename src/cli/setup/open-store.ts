import { ConfigError, FileStore, type ObjectStore, S3Store, isHantooError } from "hantoo";
import type { Shell } from "../shell/index.js";
import { graceAfter } from "./grace.js";

/** A store, and its name in messages. */
export interface OpenStore {
  readonly store: ObjectStore;
  readonly where: string;
}

const PLACE = "a folder, or s3://bucket/prefix in small letters";

/** Where the invented bars of a simulator go unless `--store` is given: never among real ones. */
export const SIMULATED_STORE = "./data-simulated";

/**
 * The store of `--store`, else of `HANTOO_STORE`, else `./data`; with `--simulate` `./data-simulated` unless `--store`
 * says otherwise. Nothing is read or created.
 *
 * @param signal - ends its requests: a server that does not answer must not keep a command that was stopped.
 * @throws ConfigError if the text names neither a folder nor `s3://bucket/prefix`.
 */
export function openStore(shell: Shell, signal: AbortSignal = shell.io.signal): OpenStore {
  const { io, global } = shell;
  const named = global.store ?? (global.simulate ? SIMULATED_STORE : (io.env["HANTOO_STORE"] ?? "./data"));
  if (named.trim() === "") throw new ConfigError("--store", PLACE, named);
  // `s3:/bucket` is a mistyped address, not a folder.
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
    signal,
    ...(prefix === "" ? {} : { prefix }),
    ...(endpoint ? { endpoint } : {}),
  });
  return { store, where: named };
}

/**
 * {@link openStore} for a command that writes. The store is tested first: no call is spent on bars that cannot be stored.
 *
 * @throws StorageError saying what is wrong with it.
 */
export async function openWritableStore(shell: Shell): Promise<OpenStore> {
  const { signal } = shell.io;
  // The test deletes what it wrote, also once stopped. Once tested the store outlives the signal: what was fetched by then
  // is still stored.
  const grace = graceAfter(signal, shell.io.clock);
  const opened = openStore(shell, grace.signal);
  try {
    signal.throwIfAborted();
    await opened.store.verify?.();
    shell.hasStore = true;
  } catch (error) {
    shell.io.signal.throwIfAborted();
    if (isHantooError(error)) throw error;
    throw new ConfigError("--store", "a place that can be written", opened.where, { cause: error });
  } finally {
    grace.end();
  }
  return opened;
}

/**
 * For a store that is empty: says where simulated bars are, if there are any and no store was named. A user who tried
 * `--simulate` looks into `./data` next.
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

/** Tests a folder before the work begins. @throws ConfigError naming `option` if it cannot be written. */
export async function checkWritable(out: FileStore, option: string, named: string): Promise<void> {
  try {
    await out.verify();
  } catch (error) {
    if (!isHantooError(error)) throw error;
    throw new ConfigError(option, `a folder that can be written (${error.message})`, named, { cause: error });
  }
}
