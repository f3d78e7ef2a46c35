import { spawn } from "node:child_process";
import { createServer } from "node:net";

interface RedisServer {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/**
 * A redis-server of its own on the loopback, without a disk: on `port`, or a free one. A port that somebody else
 * took in between is tried again.
 */
export async function startRedis(port?: number): Promise<RedisServer> {
  for (let tries = 1; ; tries++) {
    try {
      return await start(port ?? (await freePort()));
    } catch (error) {
      if (tries === 20) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function start(port: number): Promise<RedisServer> {
  const server = spawn(
    "redis-server",
    ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.once("exit", (code) => reject(new Error(`redis-server ended with ${code}`)));
    server.stdout.on("data", (text: Buffer) => {
      if (text.includes("Ready to accept connections")) resolve();
    });
  });
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    close: () => {
      server.kill("SIGKILL");
      return ended;
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
