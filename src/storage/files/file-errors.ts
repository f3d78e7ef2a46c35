import { StorageError, type StorageFacts, errnoOf } from "../../core/index.js";

const ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full; free some space and try again",
  EDQUOT: "the disk quota is used up; free some space and try again",
  EACCES: "permission is denied; give this user access to the folder, or choose another",
  EPERM: "the operation is not permitted; give this user access to the folder, or choose another",
  ENOENT: "a folder is missing and cannot be made, or a link leads nowhere; choose another folder",
  ELOOP: "its links lead in a circle; mend them, or choose another folder",
  EROFS: "the file system is read-only; choose a folder that can be written",
  ENOTDIR: "a file is in the way where a folder is needed; move it, or choose another folder",
  EEXIST: "a file is in the way where a folder is needed; move it, or choose another folder",
  EISDIR: "a folder is in the way where the object's file is to be; choose another key",
  ENAMETOOLONG: "a part of the key is longer than the file system allows (255 bytes on most)",
  EMFILE: "too many files are open; raise the limit (`ulimit -n`) or do less at once",
  ENFILE: "too many files are open on this host; do less at once",
  EIO: "the disk reports an error; check it before going on",
};
const TRANSIENT: ReadonlySet<string> = new Set(["EMFILE", "ENFILE", "EAGAIN", "EBUSY", "ESTALE", "EINTR"]);

/** The error of a failed file operation, with advice. */
export function fileError(error: unknown, dir: string, facts: StorageFacts): StorageError {
  if (error instanceof StorageError) return error;
  const errno = errnoOf(error);
  const why = ADVICE[errno] ?? (error instanceof Error ? error.message : String(error));
  const what = facts.key === "" ? "" : ` \`${facts.key}\``;
  return new StorageError(
    `cannot ${facts.operation}${what} in the folder ${dir}: ${why}${errno === "" ? "" : ` (${errno})`}`,
    facts,
    { cause: error, retryable: TRANSIENT.has(errno) },
  );
}

/**
 * Answers to `link` of file systems without hard links: FAT and exFAT, some network mounts; EISDIR is what Windows'
 * "invalid function" becomes.
 */
const NO_LINKS: ReadonlySet<string> = new Set([
  "EPERM",
  "ENOTSUP",
  "EOPNOTSUPP",
  "ENOSYS",
  "EINVAL",
  "EISDIR",
  "EMLINK",
]);

/** Whether a failed `link` says that there are no hard links here. */
export function isWithoutLinks(errno: string): boolean {
  return NO_LINKS.has(errno);
}
