// One of many programs that start at once with nothing but a key: bundled and forked by token-processes.test.ts.
import { KisClient } from "hantoo/kis";

const [baseUrl = ""] = process.argv.slice(2);
const client = new KisClient({ appKey: "test", appSecret: "test", baseUrl });
process.once("message", () => {
  void client
    .request({
      path: "/uapi/domestic-stock/v1/quotations/inquire-price",
      trId: "FHKST01010100",
      params: { FID_COND_MRKT_DIV_CODE: "J", FID_INPUT_ISCD: "005930" },
    })
    .then(
      () => process.send?.("ok"),
      (error: unknown) => process.send?.(String(error)),
    )
    .finally(() => process.disconnect());
});
process.send?.("ready");
