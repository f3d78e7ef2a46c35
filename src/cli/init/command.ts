import { ConfigError, VERSION } from "hantoo";
import { type CliCommand, EXIT, type Prompts, Shell, defineCommand } from "../shell/index.js";
import { check } from "./check.js";
import { type DeployFile, type DeployWay, SAMPLE_PLAN, deployFiles } from "./deploy-texts.js";
import { symbolWords } from "./symbol-words.js";
import { type EnvValues, isBare, sets, withValues } from "./env-file.js";

/** What the user answered. */
interface Answers {
  readonly env: EnvValues;
  readonly symbols: string;
  readonly store: string;
  readonly way: DeployWay | "all";
}

/** `hantoo init`: asks for key and store, writes `.env`, runs the doctor, and prints files for unattended runs. */
export const init: CliCommand = defineCommand({
  name: "init",
  about: (say) =>
    say(
      "ask for key and store, write .env, check it, print what runs it unattended",
      "앱키와 저장소를 물어 .env를 쓰고, 점검하고, 자동 실행 설정을 출력",
    ),
  async run(shell) {
    const { io, say } = shell;
    if (io.prompts === undefined)
      throw new ConfigError("init", "run on a terminal, since it asks questions", "no terminal");
    const path = shell.path(".env");
    const before = (await io.files.exists(path)) ? await io.files.readText(path) : "";
    if (sets(before, "KIS_APP_KEY")) {
      const question = say(".env has a key already. Replace it?", ".env에 이미 앱키가 있습니다. 바꿀까요?");
      if (!(await io.prompts.confirm(question, { yes: say("yes", "예"), no: say("no", "아니요") }))) {
        shell.note(say("Nothing was changed.", "바꾸지 않았습니다."));
        return EXIT.whole;
      }
    }
    const { env, symbols, store, way } = await ask(io.prompts, shell);
    await writeEnv(shell, path, withValues(before, env));
    shell.note(say(`written: ${path} (readable by you alone)`, `작성: ${path} (본인만 읽을 수 있음)`));
    const ready = new Shell({ ...io, env: { ...io.env, ...env } }, say, {
      ...shell.global,
      json: false,
      store,
    });
    const code = await check(quiet(ready, shell.global.json));
    const files = deployFiles({ folder: io.cwd, symbols, store, version: VERSION }).filter(
      (file) => way === "all" || file.way === way,
    );
    for (const file of files) printFile(shell, file);
    shell.answer({ env: path, store, isSound: code === EXIT.whole, files });
    return code;
  },
});

async function ask(prompts: Prompts, shell: Shell): Promise<Answers> {
  const { say } = shell;
  const appKey = await bare(prompts, say("KIS app key", "KIS 앱키(App Key)"), "KIS_APP_KEY");
  const appSecret = await bare(prompts, say("KIS app secret", "KIS 앱시크릿(App Secret)"), "KIS_APP_SECRET");
  const environment = await prompts.choose(
    say("Which system does the key belong to?", "어느 시스템의 키인가요?"),
    [
      { value: "live", label: say("live", "실전투자") },
      { value: "paper", label: say("paper (no past minutes)", "모의투자(지난 분봉 없음)") },
    ],
  );
  const store = await prompts.text(
    say(
      "Where are the bars kept? A folder, or s3://bucket/prefix",
      "어디에 저장할까요? 폴더 또는 s3://버킷/접두사",
    ),
    {
      initial: SAMPLE_PLAN.store,
    },
  );
  if (!isBare(store))
    throw new ConfigError("--store", "a folder without blanks, or s3://bucket/prefix", store);
  const answer = await prompts.text(
    say(
      "Which symbols? Codes, or options such as --master kospi --top 50",
      "어떤 종목을 모을까요? 종목코드 또는 명령 옵션",
    ),
    {
      initial: SAMPLE_PLAN.symbols,
    },
  );
  const symbols = await symbolWords(shell, answer);
  const way = await prompts.choose(say("What will run it unattended?", "무엇으로 자동 실행할까요?"), [
    { value: "all", label: say("show all", "모두 보기") },
    { value: "cron", label: "cron" },
    { value: "systemd", label: "systemd" },
    { value: "windows", label: say("Windows task", "Windows 작업 스케줄러") },
    { value: "docker", label: "Docker" },
  ]);
  const env = {
    KIS_APP_KEY: appKey,
    KIS_APP_SECRET: appSecret,
    KIS_ENVIRONMENT: environment,
    HANTOO_STORE: store,
  };
  return { env, symbols, store, way };
}

/** Asks for a secret; blanks around it are removed. @throws ConfigError that does not show it. */
async function bare(prompts: Prompts, question: string, name: string): Promise<string> {
  const value = (await prompts.secret(question)).trim();
  if (isBare(value)) return value;
  throw new ConfigError(name, "as KIS's portal shows it, without blanks or quotes", "another text");
}

async function writeEnv(shell: Shell, path: string, text: string): Promise<void> {
  try {
    await shell.io.files.writeText(path, text, { private: true });
  } catch (error) {
    const why = (error as { code?: string }).code ?? "unknown";
    throw new ConfigError(".env", "a file that can be written", `${path} (${why})`, { cause: error });
  }
}

/** With `--json` the lines of the check go to stderr, since stdout holds one JSON value. */
function quiet(shell: Shell, isJson: boolean): Shell {
  if (!isJson) return shell;
  return new Shell({ ...shell.io, stdout: shell.io.stderr }, shell.say, shell.global);
}

function printFile(shell: Shell, { name, text }: DeployFile): void {
  shell.print(`\n--- ${name} ${"-".repeat(Math.max(3, 70 - name.length))}`);
  shell.print(text.trimEnd());
}
