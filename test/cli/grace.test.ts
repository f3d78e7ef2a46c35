// What a command that was stopped may still do with its store: delete what its test wrote, and note what it told; but not
// where the store hangs.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { createManualClock } from "hantoo/testing";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import { Interrupted } from "../../src/cli/index.js";
import { Shell } from "../../src/cli/shell/index.js";
import { alarmAddress, withAlarm } from "../../src/cli/watch/index.js";
import { createCli, plainFiles } from "../support/run-cli.js";
import { type S3Server, startS3Server } from "../support/s3-server.js";

const cli = createCli();
afterAll(() => cli.remove());

let server: S3Server;
beforeEach(async () => {
  server = await startS3Server();
  // The SDK looks these up itself.
  vi.stubEnv("AWS_ACCESS_KEY_ID", server.accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", server.secretAccessKey);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});
const at = (endpoint: string) => ({ LANG: "C", S3_ENDPOINT: endpoint, AWS_REGION: "us-east-1" });

test.each(["doctor", "log --symbols 005930"])(
  "%s that is stopped while it tests a store leaves nothing of the test in it",
  async (line) => {
    const controller = new AbortController();
    const push = server.requests.push.bind(server.requests);
    server.requests.push = (...requests) => {
      if (requests.some(({ operation }) => operation === "PUT")) controller.abort(new Interrupted("SIGINT"));
      return push(...requests);
    };
    const env = at(server.endpoint);
    const { code } = await cli.run(`--simulate ${line} --store s3://bars`, {
      signal: controller.signal,
      env,
    });
    expect(code).toBe(130);
    expect(server.requests.map(({ operation }) => operation)).toContain("PUT");
    expect([...server.objects.keys()]).toEqual([]);
  },
);

test("a store that hangs under --notify keeps a stopped command for seconds alone", async () => {
  const sockets = new Set<Socket>();
  const hanging = createServer(() => hanging.emit("asked"));
  hanging.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => void hanging.listen(0, "127.0.0.1", resolve));
  const { port } = hanging.address() as AddressInfo;
  const controller = new AbortController();
  const clock = createManualClock();
  const began = clock.now();
  const io = {
    env: at(`http://127.0.0.1:${port}`),
    stdout: { write: () => undefined },
    stderr: { write: () => undefined },
    cwd: cli.cwd,
    files: plainFiles,
    signal: controller.signal,
    clock,
    fetch: () => Promise.reject(new TypeError("fetch failed")),
  };
  const shell = new Shell(io, (english) => english, { simulate: false, json: false, store: "s3://bars" });
  const asked = once(hanging, "asked");
  const notify = alarmAddress("https://hooks.example/secret", "--notify");
  const ended = withAlarm(shell, { notify }, "log KRX", async (tell) => {
    tell([{ kind: "late", text: "5 minutes behind" }]);
    await asked;
    controller.abort(new Interrupted("SIGTERM"));
    return 143;
  });
  expect(await clock.runUntil(ended)).toBe(143);
  expect([clock.now() - began, clock.sleeping]).toEqual([5000, 0]);
  for (const socket of sockets) socket.destroy();
  hanging.close();
});
