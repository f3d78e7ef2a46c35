import { readFileSync } from "node:fs";
import ts from "typescript";
import type { ErrorCode } from "../../../src/core/index.js";
import { refusalError } from "../../../src/kis/wire/error-codes.js";
import { ACTIONS, CAUSES_KO, CODES_KO } from "./error-advice.data.js";
import { type Language, table } from "./tables.js";

interface ErrorClass {
  readonly name: string;
  readonly code: ErrorCode;
  readonly cause: string;
}

const parse = (path: string): ts.SourceFile =>
  ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);

/** The classes of `errors.ts` with their codes and docstrings. */
function errorClasses(): readonly ErrorClass[] {
  const found: ErrorClass[] = [];
  parse("src/core/errors.ts").forEachChild((node) => {
    if (!ts.isClassDeclaration(node) || node.name === undefined) return;
    const code = node.members.find(
      (member): member is ts.PropertyDeclaration =>
        ts.isPropertyDeclaration(member) && member.name.getText() === "code",
    );
    if (code?.initializer === undefined || !ts.isStringLiteral(code.initializer)) return;
    const [doc] = node.getChildren().filter((child) => ts.isJSDoc(child));
    const cause = ts.getTextOfJSDocComment(doc?.comment) ?? "";
    found.push({ name: node.name.text, code: code.initializer.text as ErrorCode, cause });
  });
  return found;
}

/** KIS's codes that have a decision of their own, with the words beside them in the source. */
function kisCodes(): readonly { readonly code: string; readonly words: string }[] {
  const source = parse("src/kis/wire/error-codes.ts");
  const found: { code: string; words: string }[] = [];
  const walk = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && node.name.getText() === "KINDS") {
      const object = node.initializer as ts.ObjectLiteralExpression;
      for (const property of object.properties) {
        const line = source.text.slice(property.end, source.text.indexOf("\n", property.end));
        found.push({
          code: (property as ts.PropertyAssignment).name.getText(),
          words: line.replace(/^,?\s*(?:\/\/\s*)?/, ""),
        });
      }
    }
    node.forEachChild(walk);
  };
  walk(source);
  return found;
}

const PASSING = { en: "a passing error", ko: "일시적 오류" };

/** The catalogue of errors, from the code: what the classes say of themselves, and what each KIS code becomes. */
export function errorsPage(language: Language): string {
  const isKorean = language === "ko";
  const say = (en: string, ko: string): string => (isKorean ? ko : en);
  const classes = errorClasses().map(({ name, code, cause }) => [
    `\`${code}\``,
    `\`${name}\``,
    isKorean ? CAUSES_KO[code] : cause,
    ACTIONS[code][language],
  ]);
  const codes = kisCodes().map(({ code, words }) => {
    const error = refusalError({ status: 500, trId: "…", rtCd: "1", msgCd: code }, "");
    const cause = (isKorean ? CODES_KO[code] : words) || PASSING[language];
    return [
      `\`${code}\``,
      `\`${error.name}\``,
      cause,
      error.retryable ? say("yes", "예") : say("no", "아니요"),
    ];
  });
  return `---
aside: false
pageClass: wide
---

# ${say("Catalogue of errors", "오류 목록")}

${say(
  "Made from the code at every build. Every error is a subclass of `HantooError` with a literal `code`; `isHantooError(error)` holds across ESM and CJS. None holds a key, a token or an account number.",
  "빌드할 때마다 코드에서 만듭니다. 모든 오류는 `code`가 정해진 `HantooError`의 하위 클래스이고, `isHantooError(error)`는 ESM과 CJS가 섞여도 맞습니다. 어느 오류에도 앱키, 토큰, 계좌번호가 들어가지 않습니다.",
)}

## ${say("By class", "클래스별")}

${table([say("code", "코드"), say("class", "클래스"), say("cause", "원인"), say("what to do", "할 일")], classes)}

## ${say("By KIS's code", "KIS 코드별")}

${say(
  "`msgCd` of a refusal. A code that is not here is tried again like a gateway error: an unknown one passes more often than not. KIS's HTTP status is no guide. *Retryable* is what is left after hantoo's own attempts.",
  "거절의 `msgCd`입니다. 여기 없는 코드는 게이트웨이 오류처럼 재시도합니다. 모르는 코드는 대개 지나가기 때문입니다. KIS의 HTTP 상태 코드는 믿을 것이 못 됩니다. ‘재시도’는 hantoo가 스스로 시도한 뒤에도 다시 해 볼 만한지를 뜻합니다.",
)}

${table([say("KIS's code", "KIS 코드"), say("class", "클래스"), say("cause", "원인"), say("retryable", "재시도")], codes)}

## ${say("In your code", "코드에서")}

\`\`\`ts
import { type HantooError, type KisClient, isHantooError } from "hantoo";

export async function tryOnce(client: KisClient): Promise<HantooError | undefined> {
  try {
    await client.minuteBars({ symbol: "005930" });
    return undefined;
  } catch (error) {
    if (!isHantooError(error)) throw error; // not of this package: a bug, or an aborted signal's reason
    console.error(error.code, error.retryable ? "later" : "change something", error.message);
    return error;
  }
}
\`\`\`
`;
}
