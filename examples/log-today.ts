// One trading day of minute bars into ./data: what `hantoo log` does. Without a key the bundled simulator answers, says
// so loudly, and its invented bars go to ./data-simulated.
//
//   npm run log-today -- [options of `hantoo log`]     --out is --store, S3_BUCKET is --store s3://…, --live never simulates
import { hostIo, main } from "../src/cli/index.js";

const SYMBOLS = "005930,000660,005380,035420,247540";

const io = hostIo();
const typed = process.argv.slice(2).map((word) => word.replace(/^--out(?==|$)/, "--store"));
const says = (option: string): boolean =>
  typed.some((word) => word === option || word.startsWith(`${option}=`));

const words = typed.filter((word) => word !== "--live");
if (!["--symbols", "--symbols-file", "--master"].some(says)) words.push("--symbols", SYMBOLS);
if (!says("--store") && io.env["S3_BUCKET"]) words.push("--store", `s3://${io.env["S3_BUCKET"]}`);
if (!says("--live") && !io.env["KIS_APP_KEY"] && !io.env["KIS_APP_SECRET"]) words.push("--simulate");
process.exitCode = await main(["log", ...words], io);
