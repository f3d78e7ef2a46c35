import { spawn } from "node:child_process";
import { createServer } from "node:net";

/** A redis-server of its own on a free port of the loopback, without a disk. */
export async function startRedis(
  port?: number,
): Promise<{ url: string; port: number; close(): Promise<void> }> {
  const chosen = port ?? (await freePort());
  const server = spawn(
    "redis-server",
    ["--port", String(chosen), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.stdout.on("data", (text: Buffer) => {
      if (text.includes("Ready to accept connections")) resolve();
    });
  });
  return {
    url: `redis://127.0.0.1:${chosen}`,
    port: chosen,
    close: () =>
      new Promise((resolve) => {
        server.once("exit", () => resolve());
        server.kill("SIGKILL");
      }),
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
