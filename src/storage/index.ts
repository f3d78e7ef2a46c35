export { FileStore, type FileStoreOptions, type FileSystem } from "./files/index.js";
export { MemoryStore } from "./memory-store.js";
export type { ObjectStore, PutOptions } from "./object-store.js";
export { type S3StoreOptions, S3Store } from "./s3/index.js";
