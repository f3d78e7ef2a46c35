export { LOOK_SCRIPT } from "./look-script.js";
export { LOOK_STYLE } from "./look-style.js";
