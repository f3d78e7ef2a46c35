import { KisClient, S3Store, createLimiter, createObjectTokenStore } from "hantoo";

const store = new S3Store({ bucket: "my-bars" });
export const client: KisClient = new KisClient({
  appKey: process.env["KIS_APP_KEY"] ?? "",
  appSecret: process.env["KIS_APP_SECRET"] ?? "",
  environment: "live",
  limiter: createLimiter({ ratePerSecond: 18, redis: process.env["REDIS_URL"] ?? "" }),
  tokenStore: createObjectTokenStore(store),
});
