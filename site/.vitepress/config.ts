import { defineConfig } from "vitepress";
import { colouredByClass } from "./highlight.js";
import { withoutUnusedStyles } from "./unused-styles.js";
import { BASE, GROUPS } from "./pages.js";

type Language = "en" | "ko";

const sidebar = (language: Language) =>
  GROUPS.map((group) => ({
    text: group[language],
    items: group.pages.map((page) => ({
      text: page[language],
      link: `/${language === "ko" ? "ko/" : ""}${page.path}`,
    })),
  }));

const nav = (language: Language) => {
  const root = language === "ko" ? "/ko/" : "/";
  const text = (english: string, korean: string): string => (language === "ko" ? korean : english);
  return [
    { text: text("Guide", "안내"), link: `${root}guide/log-today` },
    { text: text("KIS as it is", "KIS의 실제 동작"), link: `${root}kis/behaviours` },
    { text: text("Compare", "비교"), link: `${root}compare` },
    // Made by typedoc beside the guide: not a page of this generator's router.
    { text: text("Reference", "API 문서"), link: "/reference/index.html", target: "_self" },
  ];
};

export default defineConfig({
  title: "hantoo",
  description: "Korean market data from Korea Investment & Securities (KIS) for TypeScript",
  base: BASE,
  cleanUrls: false,
  metaChunk: true,
  // A page weighs what it weighs: no other one is fetched ahead.
  router: { prefetchLinks: false },
  head: [["link", { rel: "icon", href: "data:," }]],
  ignoreDeadLinks: [/reference\//, /llms\.txt/],
  markdown: { codeTransformers: [colouredByClass] },
  vite: { css: { postcss: { plugins: [withoutUnusedStyles] } } },
  locales: {
    root: {
      label: "English",
      lang: "en",
      themeConfig: { nav: nav("en"), sidebar: sidebar("en"), outline: [2, 3] },
    },
    ko: {
      label: "한국어",
      lang: "ko",
      description: "한국투자증권(KIS) 시세를 위한 TypeScript SDK",
      themeConfig: {
        nav: nav("ko"),
        sidebar: sidebar("ko"),
        outline: { level: [2, 3], label: "이 페이지" },
        docFooter: { prev: "이전", next: "다음" },
        returnToTopLabel: "맨 위로",
        sidebarMenuLabel: "목차",
        darkModeSwitchLabel: "화면 모드",
        langMenuLabel: "언어",
      },
    },
  },
  themeConfig: {
    search: {
      provider: "local",
      options: {
        // A word counts from its beginning; guesses of misspelt ones would drown the short Korean words.
        miniSearch: { searchOptions: { prefix: true, fuzzy: 0.1, boost: { title: 4, text: 2, titles: 1 } } },
        locales: {
          ko: {
            translations: {
              button: { buttonText: "검색", buttonAriaLabel: "검색" },
              modal: {
                displayDetails: "자세히",
                resetButtonTitle: "지우기",
                backButtonTitle: "닫기",
                noResultsText: "찾지 못했습니다:",
                footer: { selectText: "열기", navigateText: "이동", closeText: "닫기" },
              },
            },
          },
        },
      },
    },
    externalLinkIcon: true,
  },
});
