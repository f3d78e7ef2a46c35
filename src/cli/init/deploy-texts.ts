import {
  cmdWord,
  composeWord,
  crontabCommand,
  powerShellText,
  shellWord,
  unitValue,
  unitWord,
} from "./quote.js";

/** What an unattended run needs to know. */
export interface DeployPlan {
  /** Where `.env` is, and the data of a store in a folder. */
  readonly folder: string;
  /** How symbols are chosen, as typed: `--master kospi --top 50`. */
  readonly symbols: string;
  /** As typed: a folder, or `s3://bucket/prefix`. */
  readonly store: string;
  /** Version of the package to install. */
  readonly version: string;
}

/** The plan of the files in `deploy/`. */
export const SAMPLE_PLAN: Omit<DeployPlan, "version"> = {
  folder: "/srv/hantoo",
  symbols: "--master kospi --top 50",
  store: "./data",
};

/** Ways to run unattended. */
export type DeployWay = "cron" | "systemd" | "windows" | "docker";

/** A file to paste, by its name in `deploy/`. */
export interface DeployFile {
  readonly way: DeployWay;
  readonly name: string;
  readonly text: string;
}

/**
 * The files of each way to run unattended.
 *
 * They collect in one of two ways: `follow` keeps running and stores every minute as it becomes final; `heal` runs once
 * an evening, after the close, and fetches the whole day and what is missing of the days before.
 */
export function deployFiles(plan: DeployPlan): readonly DeployFile[] {
  return [
    { way: "cron", name: "hantoo.cron", text: cron(plan) },
    { way: "systemd", name: "hantoo-follow.service", text: followService(plan) },
    { way: "systemd", name: "hantoo-heal.service", text: healService(plan) },
    { way: "systemd", name: "hantoo-heal.timer", text: healTimer() },
    { way: "windows", name: "hantoo-task.ps1", text: windowsTask(plan) },
    { way: "docker", name: "Dockerfile", text: dockerfile(plan) },
    { way: "docker", name: "compose.yaml", text: compose(plan) },
  ];
}

/** Monday to Friday after the close, when KIS has settled the day; KST, hours and minutes. */
const EVENING = { hour: 18, minute: 10 } as const;
const KST_HOURS = 9;

/** Debian's cron ignores CRON_TZ and uses the host's own zone, so there is a line for each of two usual zones. */
function cron({ folder, symbols, store }: DeployPlan): string {
  const { hour, minute } = EVENING;
  const heal = `npx --yes hantoo heal ${quotedWords(symbols, shellWord)} --store ${shellWord(store)}`;
  const line = crontabCommand(`cd ${shellWord(folder)} && ${heal} >> hantoo.log 2>&1`);
  return `# hantoo: every evening of a trading week at ${hour}:${minute} KST. Debian's cron has no CRON_TZ: it uses the host's
# own zone (timedatectl shows it). This line is for a host in UTC, where ${hour}:${minute} KST is ${String(hour - KST_HOURS).padStart(2, "0")}:${minute}:
PATH=/usr/local/bin:/usr/bin:/bin
${minute} ${hour - KST_HOURS} * * 1-5  ${line}
# And this one for a host in Asia/Seoul:
# ${minute} ${hour} * * 1-5  ${line}
`;
}

function followService({ folder, symbols, store }: DeployPlan): string {
  return `# /etc/systemd/system/hantoo-follow.service: follows every session.
# npm install --global hantoo && systemctl enable --now hantoo-follow
[Unit]
Description=hantoo: minute bars of every session
Wants=network-online.target
After=network-online.target

[Service]
User=hantoo
WorkingDirectory=${unitValue(folder)}
ExecStart=/usr/bin/env hantoo follow ${quotedWords(symbols, unitWord)} --store ${unitWord(store)}
# SIGTERM stores what was fetched; 143 is how it says so. Bad input (2) is not mended by trying again.
SuccessExitStatus=143
TimeoutStopSec=90
Restart=on-failure
RestartSec=30
RestartPreventExitStatus=2

[Install]
WantedBy=multi-user.target
`;
}

function healService({ folder, symbols, store }: DeployPlan): string {
  return `# /etc/systemd/system/hantoo-heal.service: run by hantoo-heal.timer
[Unit]
Description=hantoo: fetch what is missing
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
User=hantoo
WorkingDirectory=${unitValue(folder)}
ExecStart=/usr/bin/env hantoo heal ${quotedWords(symbols, unitWord)} --store ${unitWord(store)}
SuccessExitStatus=143
`;
}

function healTimer(): string {
  return `# /etc/systemd/system/hantoo-heal.timer: systemctl enable --now hantoo-heal.timer
[Unit]
Description=hantoo: every evening of a trading week

[Timer]
OnCalendar=Mon..Fri ${EVENING.hour}:${EVENING.minute} Asia/Seoul
Persistent=true

[Install]
WantedBy=timers.target
`;
}

function windowsTask({ folder, symbols, store }: DeployPlan): string {
  const where = /^[A-Za-z]:\\/.test(folder) ? folder : "C:\\hantoo";
  const heal = `npx --yes hantoo heal ${quotedWords(symbols, cmdWord)} --store ${cmdWord(store)}`;
  return `# PowerShell, once. The offset in the time makes it ${EVENING.hour}:${EVENING.minute} KST on a computer in any zone.
$action = New-ScheduledTaskAction -Execute "cmd.exe" -WorkingDirectory ${powerShellText(where)} \`
  -Argument ${powerShellText(`/c ${heal} >> hantoo.log 2>&1`)}
$trigger = New-ScheduledTaskTrigger -Weekly -DaysOfWeek Monday, Tuesday, Wednesday, Thursday, Friday -At "${EVENING.hour}:${EVENING.minute}"
$trigger.StartBoundary = "2026-01-05T${EVENING.hour}:${EVENING.minute}:00+09:00"
$settings = New-ScheduledTaskSettingsSet -StartWhenAvailable -ExecutionTimeLimit (New-TimeSpan -Hours 6)
Register-ScheduledTask -TaskName "hantoo" -Action $action -Trigger $trigger -Settings $settings
`;
}

function dockerfile({ version }: DeployPlan): string {
  return `# docker build -t hantoo . The key comes from .env at run time (compose.yaml) and is never in the image.
FROM node:22-slim
RUN npm install --global hantoo@${version} && mkdir /data && chown node:node /data
USER node
WORKDIR /data
# KIS's token is kept with the data: a container that starts anew asks for none (and sends no KakaoTalk message).
ENV XDG_CACHE_HOME=/data/.cache
VOLUME /data
STOPSIGNAL SIGTERM
ENTRYPOINT ["hantoo"]
CMD ["--help"]
`;
}

function compose({ symbols, store }: DeployPlan): string {
  const place = store.includes("://") ? store : "/data/bars";
  const words = ["follow", ...symbols.split(" "), "--store", place].map((word) => composeWord(word));
  return `# docker compose up --detach
services:
  follow:
    build: .
    command: [${words.join(", ")}]
    env_file: .env
    volumes: ["data:/data"]
    init: true
    # SIGTERM stores what was fetched.
    stop_grace_period: 90s
    restart: on-failure
volumes:
  data:
`;
}

/** The words of the options that choose symbols, each quoted by `quote`. */
function quotedWords(symbols: string, quote: (word: string) => string): string {
  return symbols
    .split(" ")
    .map((word) => quote(word))
    .join(" ");
}
