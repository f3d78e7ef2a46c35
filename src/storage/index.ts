export {
  FileStore,
  type FileStoreOptions,
  type FileSystem,
  createScratch,
  type Scratch,
} from "./files/index.js";
export { MemoryStore } from "./memory-store.js";
export type { ByteRange, GetOptions, ObjectStore, PutOptions } from "./object-store.js";
export { deleteKeys, getRange } from "./ranges.js";
export { type S3StoreOptions, S3Store } from "./s3/index.js";
