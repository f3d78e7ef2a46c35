// What runs hantoo unattended: the files of deploy/, which init prints. Each host's own checker reads them where it is
// installed; what they start is a command line that the command takes.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VERSION } from "hantoo";
import { afterAll, describe, expect, test } from "vitest";
import { SAMPLE_PLAN, deployFiles } from "../../src/cli/init/index.js";
import { createCli } from "../support/run-cli.js";

const files = deployFiles({ ...SAMPLE_PLAN, version: VERSION });
const textOf = (name: string): string => files.find((file) => file.name === name)?.text ?? "";
const { bin } = JSON.parse(readFileSync("package.json", "utf8")) as { bin: Readonly<Record<string, string>> };
const [BIN = ""] = Object.keys(bin);

const cli = createCli();
afterAll(() => cli.remove());

const has = (tool: string): boolean => spawnSync(tool, ["--version"]).error === undefined;

describe("deploy/", () => {
  test.each(files)("$name is what init prints", async ({ name, text }) => {
    await expect(text).toMatchFileSnapshot(`../../deploy/${name}`);
  });

  test("holds nothing else", () => {
    expect(readdirSync("deploy").sort()).toEqual(files.map(({ name }) => name).sort());
  });
});

/** All that a file starts, as words behind the command's name. */
const STARTED: readonly (readonly [string, RegExp])[] = [
  ["hantoo.cron", /npx --yes (\S+) (.+?) >>/g],
  ["hantoo-follow.service", /^ExecStart=\/usr\/bin\/env (\S+) (.+)$/gm],
  ["hantoo-heal.service", /^ExecStart=\/usr\/bin\/env (\S+) (.+)$/gm],
  ["hantoo-task.ps1", /npx --yes (\S+) (.+?) >>/g],
];

describe("what is started is a line that the command takes", () => {
  /** Without a key it ends there, and a line that is wrong ends before. */
  const taken = async (words: readonly string[]): Promise<void> => {
    const { code, stderr } = await cli.run(words);
    expect([code, stderr]).toEqual([2, expect.stringContaining("No key of KIS is set.")]);
  };
  test.each(STARTED)("%s", async (name, pattern) => {
    const lines = [...textOf(name).matchAll(pattern)];
    expect(lines.length).toBeGreaterThan(0);
    for (const [, command, words = ""] of lines) {
      expect(command).toBe(BIN);
      await taken(words.split(" "));
    }
  });

  test("Dockerfile and compose.yaml", async () => {
    expect(textOf("Dockerfile")).toContain(`npm install --global hantoo@${VERSION} `);
    expect(textOf("Dockerfile")).toContain(`ENTRYPOINT ["${BIN}"]`);
    const [, words = ""] = /command: (\[.*\])/.exec(textOf("compose.yaml")) ?? [];
    await taken(JSON.parse(words) as string[]);
  });

  test("a name that is no option of the command would be seen", async () => {
    await expect(taken(["follow", "--tops", "50"])).rejects.toThrow();
  });
});

describe("a percent sign in a path", () => {
  const plan = {
    folder: "/srv/100%",
    symbols: "--symbols 005930",
    store: "s3://bars/a%20b",
    version: VERSION,
  };
  const percent = new Map(deployFiles(plan).map(({ name, text }) => [name, text]));

  test("does not end the line of a crontab", () => {
    expect(percent.get("hantoo.cron")).toContain(
      String.raw`cd /srv/100\% && npx --yes hantoo heal --symbols 005930 --store s3://bars/a\%20b >>`,
    );
    expect(percent.get("hantoo.cron")).not.toMatch(/[^\\]%/);
  });

  test.each(["hantoo-follow.service", "hantoo-heal.service"])("is no specifier in %s", (name) => {
    expect(percent.get(name)).toMatch(/^WorkingDirectory=\/srv\/100%%$/m);
    expect(percent.get(name)).toMatch(/^ExecStart=.* --store s3:\/\/bars\/a%%20b$/m);
  });

  test.each([
    ["s3://bars/a%20b", "s3://bars/a^%20b"],
    ["%TEMP%", "^%TEMP^%"],
    [String.raw`D:\my data\%TEMP%`, String.raw`"D:\my data\\"^%"TEMP"^%""`],
    [String.raw`D:\my data\ `.trim(), String.raw`"D:\my data\\"`],
  ])("names no variable of cmd.exe in %s", (store, word) => {
    const task = deployFiles({ ...plan, store }).find(({ name }) => name === "hantoo-task.ps1");
    expect(task?.text).toContain(` --store ${word} >> hantoo.log`);
  });

  test("nor is a dollar sign or a quote read by systemd", () => {
    const [, service] = deployFiles({ ...plan, store: String.raw`C:\my $bars"` });
    expect(service?.text).toMatch(/^ExecStart=.* --store "C:\\\\my \$\$bars\\""$/m);
  });
});

describe("other signs", () => {
  const plan = {
    folder: String.raw`C:\Users\O'Brien\$bars`,
    symbols: "--symbols KT&G,005930 --symbols-file it's.txt",
    store: "s3://bars/$day",
    version: VERSION,
  };
  const signs = new Map(deployFiles(plan).map(({ name, text }) => [name, text]));

  /** The texts in single quotes, as PowerShell reads them. */
  const readByPowerShell = (text: string): string[] =>
    [...text.matchAll(/'((?:[^']|'')*)'/g)].map(([, one = ""]) => one.replaceAll("''", "'"));

  test("an apostrophe does not end a text of PowerShell, and a dollar sign is no variable", () => {
    const text = signs.get("hantoo-task.ps1") ?? "";
    expect(readByPowerShell(text)).toEqual([
      String.raw`C:\Users\O'Brien\$bars`,
      `/c npx --yes hantoo heal --symbols "KT&G,005930" --symbols-file "it's.txt" --store "s3://bars/$day" >> hantoo.log 2>&1`,
    ]);
  });

  test("a dollar sign is no variable of compose", () => {
    const [, words = ""] = /command: (\[.*\])/.exec(signs.get("compose.yaml") ?? "") ?? [];
    expect((JSON.parse(words) as string[]).at(-1)).toBe("s3://bars/$$day");
  });

  test("an ampersand in a name begins no second command", () => {
    expect(signs.get("hantoo.cron")).toContain(
      String.raw`hantoo heal --symbols "KT&G,005930" --symbols-file "it's.txt" --store "s3://bars/\$day" >>`,
    );
    expect(signs.get("hantoo-heal.service")).toMatch(
      /^ExecStart=.* --symbols "KT&G,005930" --symbols-file "it's.txt" --store s3:\/\/bars\/\$\$day$/m,
    );
  });
});

describe("cron", () => {
  /** Lines that run something, comments that hold such a line among them. */
  const lines = textOf("hantoo.cron")
    .split("\n")
    .flatMap((line) => /^(?:# )?(\d+) (\d+) (\*) (\*) (1-5) {2}\S/.exec(line)?.slice(1) ?? [])
    .join(" ");

  test("in the host's own zone, UTC or Seoul: Debian's cron has no CRON_TZ", () => {
    expect(lines).toBe("10 9 * * 1-5 10 18 * * 1-5"); // both 18:10 KST
    expect(textOf("hantoo.cron")).not.toMatch(/^CRON_TZ/m);
  });

  test.skipIf(!has("crontab"))("crontab takes it", () => {
    const { status, stderr } = spawnSync("crontab", ["-n", "deploy/hantoo.cron"], { encoding: "utf8" });
    expect([status, stderr]).toEqual([0, expect.not.stringContaining("error")]);
  });
});

describe.skipIf(!has("systemd-analyze"))("systemd", () => {
  /** What systemd has to say of our units; what it says of the host's own is not ours. */
  function complaints(units: Readonly<Record<string, string>>): readonly string[] {
    const folder = mkdtempSync(join(tmpdir(), "hantoo-units-"));
    try {
      for (const [name, text] of Object.entries(units)) writeFileSync(join(folder, name), text);
      const paths = Object.keys(units).map((name) => join(folder, name));
      const { stdout, stderr } = spawnSync("systemd-analyze", ["verify", ...paths], { encoding: "utf8" });
      return `${stdout}${stderr}`.split("\n").filter((line) => line.includes("hantoo-"));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  const units = Object.fromEntries(
    files.filter(({ way }) => way === "systemd").map(({ name, text }) => [name, text]),
  );

  test("has nothing to say against the units", () => {
    expect(Object.keys(units)).toHaveLength(3);
    expect(complaints(units)).toEqual([]);
    const misspelt = {
      "hantoo-follow.service": textOf("hantoo-follow.service").replace("Restart=", "Restrat="),
    };
    expect(complaints(misspelt).join("\n")).toContain("Restrat");
  });

  test("reads the timer as 18:10 KST of Monday to Friday", () => {
    const [, when = ""] = /^OnCalendar=(.+)$/m.exec(textOf("hantoo-heal.timer")) ?? [];
    const { status, stdout } = spawnSync("systemd-analyze", ["calendar", when], { encoding: "utf8" });
    expect([status, stdout]).toEqual([
      0,
      expect.stringContaining("Normalized form: Mon..Fri *-*-* 18:10:00 Asia/Seoul"),
    ]);
  });
});
