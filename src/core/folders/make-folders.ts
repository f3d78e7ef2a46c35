import { errnoOf } from "./errno.js";

/** What making folders needs of the host: `node:fs/promises` and `node:path` have it. */
interface FolderMaker {
  mkdir(folder: string, options: { readonly mode: number }): Promise<unknown>;
  dirname(folder: string): string;
}

/**
 * Makes a folder and those above it, level by level: Node's recursive `mkdir` never returns where a file system takes no
 * folders (`/proc`, seen on 20.20), and a process that spins there hears no signal.
 *
 * @returns the uppermost folder that was made; `undefined` if all stood.
 * @throws the system's own error.
 */
export async function makeFolders(
  host: FolderMaker,
  folder: string,
  mode: number,
): Promise<string | undefined> {
  const make = async (): Promise<boolean> => {
    try {
      await host.mkdir(folder, { mode });
      return true;
    } catch (error) {
      if (errnoOf(error) === "EEXIST") return false;
      throw error;
    }
  };
  try {
    return (await make()) ? folder : undefined;
  } catch (error) {
    const above = host.dirname(folder);
    if (errnoOf(error) !== "ENOENT" || above === folder) throw error;
    const made = await makeFolders(host, above, mode);
    const isNew = await make();
    return made ?? (isNew ? folder : undefined);
  }
}
