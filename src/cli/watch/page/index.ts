export { type Page, livePage } from "./live-page.js";
