import { kstTime } from "hantoo";
import { judged, notSeen } from "../finding.js";
import type { RawKis } from "./raw-kis.js";
import type { Probe } from "./probe.js";

/** KST times at which the files were seen rewritten, and how many minutes a file may differ from them. */
const TIMES = ["06:00", "07:35", "08:45"];
const MINUTES = 10;

/** Master files and their host. */
export const MASTER_PROBES: readonly Probe[] = [
  {
    id: "master-times",
    behaviour: "Rewritten at 06:00, 07:35 and 08:45 on trading days, at 06:00 on others.",
    restsOn: "until when a master is provisional",
    async look(kis) {
      const modified = (await konex(kis)).headers.get("last-modified");
      const at = Date.parse(modified ?? "");
      if (Number.isNaN(at)) return notSeen("the host does not say when");
      const time = kstTime(at);
      const minute = minutesOf(`${time.slice(0, 2)}:${time.slice(2, 4)}`);
      const isNear = TIMES.some((each) => Math.abs(minutesOf(each) - minute) <= MINUTES);
      return judged(isNear, `written at ${time.slice(0, 2)}:${time.slice(2, 4)} KST`);
    },
  },
  {
    id: "master-host",
    behaviour: "The host answers If-Modified-Since with 304, and 404 for what it does not have.",
    async look(kis) {
      const modified = (await konex(kis)).headers.get("last-modified");
      if (modified === null) return notSeen("the host does not say when a file was written");
      const again = await fetchFile(kis, "konex_code.mst.zip", { "if-modified-since": modified });
      const missing = await fetchFile(kis, "no_such_code.mst.zip");
      const saw = `${again.status} to If-Modified-Since, ${missing.status} for what is not there`;
      return judged(again.status === 304 && missing.status === 404, saw);
    },
  },
];

/** The smallest of the files. */
const konex = (kis: RawKis): Promise<Response> =>
  kis.once("konex", () => fetchFile(kis, "konex_code.mst.zip"));

async function fetchFile(kis: RawKis, name: string, headers: Record<string, string> = {}): Promise<Response> {
  const { fetch, signal } = kis.http;
  const response = await fetch(`${kis.masterUrl}/${name}`, { headers, signal });
  await response.arrayBuffer();
  return response;
}

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
