// System fonts: nothing is fetched from elsewhere, and a page stays small.
import Theme from "vitepress/theme-without-fonts";
import "./system-fonts.css";

export default Theme;
