import { KisClient, type TokenStore, createLimiter } from "hantoo";
import { expect, test } from "vitest";

test("close() fails the client's calls that wait in a limiter passed in, and leaves it to the others", async () => {
  // A token is there, so that the calls alone wait; the second one's turn would come after 100 s.
  const tokenStore: TokenStore = {
    read: (key) =>
      Promise.resolve({
        ...key,
        accessToken: "kept",
        issuedAt: Date.now(),
        expiresAt: Date.now() + 86_400_000,
      }),
    write: () => Promise.resolve(),
    exclusive: (_, work) => work(),
  };
  let sent = (): void => undefined;
  const firstIsSent = new Promise<void>((resolve) => (sent = resolve));
  let requests = 0;
  const fetch = (): Promise<Response> => {
    requests++;
    sent();
    return new Promise(() => undefined);
  };
  const limiter = createLimiter({ ratePerSecond: 0.01 });
  const client = new KisClient({ appKey: "test", appSecret: "test", tokenStore, fetch, limiter });
  client.quote("005930").catch(() => undefined);
  const waiting = Promise.allSettled(["000660", "035720"].map((symbol) => client.quote(symbol)));
  await firstIsSent;
  const other = limiter.schedule(() => "sent");
  other.catch(() => undefined);
  await client.close();
  expect((await waiting).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(requests).toBe(1);
  expect(limiter.waiting).toBe(1);
  await limiter.close();
});
