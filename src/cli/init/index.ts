export { init } from "./command.js";
export { SAMPLE_PLAN, deployFiles } from "./deploy-texts.js";
