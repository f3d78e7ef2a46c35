import { ConfigError } from "../../core/index.js";
import type { KisEnvironment } from "../wire/index.js";
import { KeyStream, type KisStream } from "./key-stream.js";
import { type StreamOptions, checkStreamOptions } from "./stream-options.js";
import type { StreamPorts } from "./stream-ports.js";
import { sharedHub } from "./stream-registry.js";

/** One client's streams. */
export interface ClientStreams {
  /** @throws {@link ConfigError} if it is closed, or an option is wrong. */
  open(options: StreamOptions): KisStream;
  /** Ends them all. Resolves when KIS has no registration of theirs left. */
  close(): Promise<void>;
}

interface ClientStreamsOptions {
  readonly environment: KisEnvironment;
  /** Of the key and the host; holds no secret. */
  readonly name: string;
  readonly ports: StreamPorts;
}

export function createClientStreams({ environment, name, ports }: ClientStreamsOptions): ClientStreams {
  const streams = new Set<KeyStream>();
  let isClosed = false;
  return {
    open(options) {
      if (isClosed) throw new ConfigError("client", "open", "a closed one");
      if (ports.url === undefined)
        throw new ConfigError("websocketUrl", "given where `baseUrl` is: the stream of that host", undefined);
      const settings = checkStreamOptions(options, environment);
      const hub = (): ReturnType<typeof sharedHub> => sharedHub(name, ports.clock);
      const stream = new KeyStream(settings, ports, hub, (ended) => streams.delete(ended));
      streams.add(stream);
      return stream;
    },
    async close() {
      isClosed = true;
      await Promise.all([...streams].map((stream) => stream.end()));
    },
  };
}
