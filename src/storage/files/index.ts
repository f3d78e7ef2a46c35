export { FileStore, type FileStoreOptions, type FileSystem } from "./file-store.js";
export { createScratch, type Scratch } from "./scratch.js";
