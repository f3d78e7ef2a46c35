export { FileStore, type FileStoreOptions, type FileSystem } from "./file-store.js";
export { MemoryStore } from "./memory-store.js";
export type { ObjectStore, PutOptions } from "./object-store.js";
export type { S3StoreOptions } from "./s3-options.js";
export { S3Store } from "./s3-store.js";
