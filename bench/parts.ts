import { join } from "node:path";

/** A process that prints Markdown. */
interface Step {
  readonly file: string;
  readonly args: readonly string[];
  /** `plain`: as users have it, bundled by bench/run.mjs; tsx keeps names of functions, which costs. */
  readonly way: "tsx" | "plain";
  readonly flags?: readonly string[];
}

/** What stands between the markers of one name in bench/README.md. */
export interface Part {
  readonly name: string;
  readonly steps: readonly Step[];
}

/** Where a run writes, and how large it is. */
export interface Run {
  readonly folder: string;
  readonly isSmall: boolean;
  /** Of the archive. @defaultValue 20 */
  readonly days?: string | undefined;
}

/** Every part of a run, those that the machine may lack something for first. */
export function partsToRun({ folder, isSmall, days = "20" }: Run): readonly Part[] {
  const size = (full: string, small: string): string => (isSmall ? small : full);
  const tsx = (file: string, ...args: string[]): Step => ({ file, args, way: "tsx" });
  const plain = (file: string, ...args: string[]): Step => ({ file, args, way: "plain" });
  const archive = join(folder, "archive");
  const symbols = size("4000", "400");
  return [
    { name: "first-run", steps: [plain("first-run", size("3", "1"))] },
    { name: "master", steps: [tsx("master", size("6", "1"))] },
    { name: "calendar", steps: [tsx("calendar", "3")] },
    { name: "import", steps: [tsx("import-time", size("11", "1"))] },
    { name: "pacing", steps: [tsx("pacing", "10", "60")] },
    { name: "client", steps: [tsx("client")] },
    { name: "calls", steps: [tsx("call-counts", size("50", "5"))] },
    { name: "kline", steps: [tsx("kline", size("2000", "200"))] },
    { name: "simulator", steps: [plain("simulator", size("6000", "600"))] },
    { name: "live", steps: [plain("live", size("15", "2"))] },
    {
      name: "live-hour",
      steps: [{ ...plain("live-hour", size("30", "10")), flags: ["--expose-gc"] }],
    },
    { name: "daily", steps: [plain("daily", join(folder, "daily"), symbols, size("300", "30"))] },
    {
      name: "archive",
      steps: [
        plain("archive/make-store", archive, isSmall ? "12" : days, symbols),
        plain("archive/reads", archive, symbols, size("3", "1")),
      ],
    },
  ];
}
