// A client and a store from the environment, or a simulated KIS where there is no key: said aloud, and stored apart.
import {
  type Clock,
  ConfigError,
  FileStore,
  KisClient,
  type ObjectStore,
  S3Store,
  createMemoryTokenStore,
  systemClock,
} from "hantoo";
import { startKisSimulator } from "hantoo/testing";
import { simulatedEvening } from "../src/cli/index.js";

/** What an example collects with. */
export interface Connection {
  readonly mode: "live" | "paper" | "simulator";
  readonly client: KisClient;
  readonly store: ObjectStore;
  /** Where bars are kept, for people. */
  readonly where: string;
  /** The simulator's time where there is one: pass it on to whatever needs a clock. */
  readonly clock: Clock;
  /** Where master files come from; `undefined` means KIS. */
  readonly masterUrl: string | undefined;
  close(): Promise<void>;
}

/** How to connect. */
export interface ConnectionOptions {
  /** Refuse to run against the simulator. */
  readonly live: boolean;
  /** The folder to write to. @defaultValue ./data; of simulated bars ./data-simulated */
  readonly out?: string | undefined;
  /** The simulated market. @defaultValue some dozens of every kind */
  readonly symbols?: readonly string[];
}

/**
 * A client from `KIS_APP_KEY`, `KIS_APP_SECRET` and `KIS_ENVIRONMENT`; without them, a simulated KIS in this process.
 *
 * @throws ConfigError if half of the key is set, or `live` is asked for without one.
 */
export async function connect({ live, out, symbols }: ConnectionOptions): Promise<Connection> {
  const { env } = process;
  if (env["KIS_APP_KEY"] || env["KIS_APP_SECRET"]) {
    const client = KisClient.fromEnv(env);
    const mode = env["KIS_ENVIRONMENT"] === "paper" ? "paper" : "live";
    const masterUrl = env["KIS_MASTER_URL"];
    const kept = await openStore(out ?? "./data");
    return { mode, client, clock: systemClock, masterUrl, ...kept, close: () => client.close() };
  }
  if (live)
    throw new ConfigError(
      "--live",
      "given together with KIS_APP_KEY and KIS_APP_SECRET in the environment",
      "neither",
    );
  console.log(
    "KIS_APP_KEY and KIS_APP_SECRET are not set: running against the bundled simulator. The bars are invented.",
  );
  const kept = await openStore(out ?? "./data-simulated");
  const simulator = await startKisSimulator({
    now: simulatedEvening(Date.now()),
    clock: "running",
    ...(symbols ? { symbols: [...symbols] } : {}),
  });
  // The client keeps the rate in real time.
  const clock: Clock = { ...systemClock, now: () => simulator.clock.now() };
  const client = new KisClient({
    appKey: "test",
    appSecret: "test",
    baseUrl: simulator.baseUrl,
    clock,
    tokenStore: createMemoryTokenStore(),
  });
  return {
    mode: "simulator",
    client,
    clock,
    masterUrl: simulator.masterUrl,
    ...kept,
    async close() {
      await client.close();
      await simulator.close();
    },
  };
}

/** The bucket of `S3_BUCKET` (any S3 server by `S3_ENDPOINT`), else the folder; proved writable before any call to KIS. */
export async function openStore(
  out: string,
): Promise<{ readonly store: ObjectStore; readonly where: string }> {
  const { env } = process;
  const bucket = env["S3_BUCKET"];
  if (bucket) {
    const store = new S3Store({
      bucket,
      ...(env["S3_ENDPOINT"] ? { endpoint: env["S3_ENDPOINT"] } : {}),
      ...(env["AWS_REGION"] ? { region: env["AWS_REGION"] } : {}),
    });
    await store.verify();
    return { store, where: `s3://${bucket}` };
  }
  const store = new FileStore(out);
  await store.verify();
  return { store, where: out };
}
