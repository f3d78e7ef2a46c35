import { expect, test } from "vitest";
import { auditVerdict } from "../scripts/audit.js";

const counted = (total: number): object => ({ metadata: { vulnerabilities: { high: total, total } } });
const found = {
  ...counted(1),
  vulnerabilities: { "adm-zip": { severity: "high", range: "<0.5.0" } },
};

test.each([
  ["no finding", JSON.stringify(counted(0)), "clean", /no known weakness/],
  ["a finding", JSON.stringify(found), "found", /^1 known weaknesses: adm-zip <0.5.0 \(high\)$/],
  ["a registry without it", '{"message":"405 Method Not Allowed","statusCode":405}', "refused", /HTTP 405/],
  ["a registry in trouble", '{"message":"503 Unavailable","statusCode":503}', "failed", /503/],
  ["no network", '{"message":"getaddrinfo ENOTFOUND","error":{}}', "failed", /ENOTFOUND/],
  ["nothing", "", "failed", /no JSON/],
  ["null", "null", "failed", /no answer/],
])("%s", (_, output, outcome, message) => {
  const verdict = auditVerdict(output);
  expect(verdict.outcome).toBe(outcome);
  expect(verdict.message).toMatch(message);
});
