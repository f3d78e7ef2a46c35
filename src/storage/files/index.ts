export type { FileSystem } from "./durable-files.js";
export { FileStore, type FileStoreOptions } from "./file-store.js";
export { createScratch, type Scratch } from "./scratch.js";
