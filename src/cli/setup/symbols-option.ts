import type { Command } from "commander";
import { positive, whole, type Say } from "../shell/index.js";

/** Values of {@link symbolOptions}. */
export interface SymbolValues {
  readonly symbols?: string;
  readonly symbolsFile?: string;
  readonly master?: string;
  readonly top?: number;
  /** Billions of KRW. */
  readonly minMarketCap?: number;
  readonly kospi200?: boolean;
  readonly etf?: boolean;
}

/** Adds the options that choose symbols, the same for every command. */
export function symbolOptions(command: Command, say: Say): void {
  command
    .option(
      "--symbols <list>",
      say("codes or exact Korean names: 005930,SK하이닉스", "종목코드 또는 정확한 종목명: 005930,SK하이닉스"),
    )
    .option(
      "--symbols-file <file>",
      say("a file of codes, one a line; # begins a comment", "종목코드 파일. 한 줄에 하나, #은 주석"),
    )
    .option(
      "--master <markets>",
      say(
        "kospi, kosdaq, konex: what can be traded there",
        "kospi, kosdaq, konex: 그 시장에서 거래할 수 있는 종목",
      ),
    )
    .option(
      "--top <n>",
      say("with --master: the largest by market cap", "--master와 함께: 시가총액 상위 n개"),
      whole("--top"),
    )
    .option(
      "--min-market-cap <billion>",
      say("with --master: at least so many billion KRW", "--master와 함께: 시가총액 하한(십억 원)"),
      positive("--min-market-cap"),
    )
    .option(
      "--kospi200",
      say("with --master: members of the KOSPI 200", "--master와 함께: KOSPI200 구성 종목"),
    )
    .option("--etf", say("with --master: ETFs instead of common stock", "--master와 함께: 보통주 대신 ETF"));
}
