export { createKeyFacts, type KeyFacts } from "./key-facts.js";
export { createReplacements, staysRefused } from "./replacements.js";
export { WINNER_WAIT_MS, createTokenSource, type TokenSource } from "./token-source.js";
export { createFileTokenStore, type FileTokenStoreOptions } from "./token-store-file.js";
export { createObjectTokenStore, type ObjectTokenStoreOptions } from "./token-store-object.js";
export { createMemoryTokenStore, type StoredToken, type TokenKey, type TokenStore } from "./token-store.js";
