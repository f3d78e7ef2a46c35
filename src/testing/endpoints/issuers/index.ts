export { inquireInvestor } from "./inquire-investor.js";
export { KSD_ENDPOINTS } from "./ksdinfo.js";
