export { errnoOf } from "./errno.js";
export { makeFolders } from "./make-folders.js";
