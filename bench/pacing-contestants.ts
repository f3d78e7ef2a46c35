// The ways to keep 18 calls a second, each set up as its own README says; hantoo is KisClient.
import Bottleneck from "bottleneck";
import { KisClient, type KisClientOptions, createLimiter, createMemoryTokenStore } from "hantoo";
import PQueue from "p-queue";
import pThrottle from "p-throttle";

/** Calls in any second that the server answers. */
export const LIMIT = 18;
const PATH = "/uapi/domestic-stock/v1/quotations/inquire-price";
const TR_ID = "FHKST01010100";

/** One call, paced; `fetch` is where it leaves. */
export type Call = () => Promise<unknown>;
type Send = () => Promise<unknown>;

/** @param fetch - sends, and is watched. */
export type Contestant = (baseUrl: string, fetch: typeof globalThis.fetch) => Promise<Call>;

/** A pacer around plain `fetch`, which is what its users write. */
const around =
  (open: () => (send: Send) => Promise<unknown>): Contestant =>
  async (baseUrl, fetch) => {
    const body = JSON.stringify({ grant_type: "client_credentials", appkey: "test", appsecret: "test" });
    const granted = await globalThis.fetch(`${baseUrl}/oauth2/tokenP`, { method: "POST", body });
    const { access_token } = (await granted.json()) as { access_token: string };
    const headers = {
      authorization: `Bearer ${access_token}`,
      appkey: "test",
      appsecret: "test",
      tr_id: TR_ID,
      custtype: "P",
    };
    const url = `${baseUrl}${PATH}?FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=005930`;
    const pace = open();
    return () => pace(async () => (await fetch(url, { headers })).json());
  };

const bottleneck = (options: Bottleneck.ConstructorOptions): Contestant =>
  around(() => {
    const limiter = new Bottleneck(options);
    return (send) => limiter.schedule(send);
  });
const reservoir = { reservoir: LIMIT, reservoirRefreshAmount: LIMIT, reservoirRefreshInterval: 1000 };
const minTime = Math.ceil(1000 / LIMIT);

const queue = (strict: boolean): Contestant =>
  around(() => {
    const line = new PQueue({ interval: 1000, intervalCap: LIMIT, strict });
    return (send) => line.add(send);
  });

const throttle = (strict: boolean): Contestant =>
  around(() => pThrottle({ limit: LIMIT, interval: 1000, strict })((send: Send) => send()));

const ours =
  (options: () => Partial<KisClientOptions>): Contestant =>
  (baseUrl, fetch) => {
    const tokenStore = createMemoryTokenStore();
    const key = { appKey: "test", appSecret: "test" };
    const client = new KisClient({ ...key, baseUrl, fetch, tokenStore, ...options() });
    return Promise.resolve(() => client.quote("005930"));
  };

export const contestants: Readonly<Record<string, Contestant>> = {
  // As a pace that has climbed; the default begins at 15.
  hantoo: ours(() => ({ rateLimit: "live" })),
  "hantoo, marginMs 60": ours(() => ({ limiter: createLimiter({ ratePerSecond: LIMIT, marginMs: 60 }) })),
  "Bottleneck, reservoir": bottleneck(reservoir),
  [`Bottleneck, minTime ${minTime}`]: bottleneck({ minTime }),
  "Bottleneck, both": bottleneck({ ...reservoir, minTime }),
  "p-queue": queue(false),
  "p-queue, strict": queue(true),
  "p-throttle": throttle(false),
  "p-throttle, strict": throttle(true),
};
