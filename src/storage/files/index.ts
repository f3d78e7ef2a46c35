export { FileStore, type FileStoreOptions, type FileSystem } from "./file-store.js";
