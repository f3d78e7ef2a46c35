// System fonts: nothing is fetched from elsewhere, and a page stays small.
import type { Theme } from "vitepress";
import WithoutFonts from "vitepress/theme-without-fonts";
import "./site.css";
import "./highlight.css";

const theme: Theme = {
  extends: WithoutFonts,
  // Bars and menus outlive the page they came with: their relative addresses are made whole while they are right.
  enhanceApp() {
    if (typeof document === "undefined") return;
    const relative = 'a[href]:not([href^="#"], [href*=":"])';
    for (const link of document.querySelectorAll<HTMLAnchorElement>(relative))
      link.setAttribute("href", link.pathname + link.search + link.hash);
  },
};
export default theme;
