import { randomUUID } from "node:crypto";
import { type ObjectStore, StorageConflictError } from "hantoo";
import { type Sight, asAssumed, differs } from "./finding.js";
import { whatFailed } from "./what-failed.js";

/** In the same store as the data, with a name of its own. */
const PREFIX = "hantoo_doctor/";

/** Writes, lists, reads and writes conditionally; then deletes what it wrote. */
export async function lookAtStore(store: ObjectStore): Promise<Sight> {
  const key = `${PREFIX}${randomUUID()}`;
  const bytes = new TextEncoder().encode("written by hantoo doctor; may be deleted\n");
  let [step, korean] = ["written", "쓰기"];
  try {
    await store.put(key, bytes);
    [step, korean] = ["listed", "목록 조회"];
    if (!(await isListed(store, key)))
      return differs("what was written is not in the listing of its prefix", "쓴 객체가 목록에 없습니다");
    [step, korean] = ["read", "읽기"];
    const read = await store.get(key);
    if (read === undefined || Buffer.compare(read, bytes) !== 0)
      return differs("what was read is not what was written", "읽은 내용이 쓴 내용과 다릅니다");
    [step, korean] = ["written conditionally", "조건부 쓰기"];
    const isDecided = (await store.conditionalWrites?.()) ?? true;
    const isRefused = await store.put(key, bytes, { ifAbsent: true }).then(
      () => false,
      (error: unknown) => {
        if (error instanceof StorageConflictError) return true;
        throw error;
      },
    );
    if (!isRefused)
      return differs(
        "a conditional write over an existing object was not refused",
        "이미 있는 객체에 대한 조건부 쓰기가 거부되지 않았습니다",
      );
    if (!isDecided)
      return differs(
        "written, listed, read; this store cannot decide a conditional write in one step: let no two loggers share a symbol",
        "쓰기, 목록, 읽기 정상. 조건부 쓰기는 확인 후 쓰는 방식이라 동시에 실행하면 겹칠 수 있으니, 두 수집기가 같은 종목을 맡지 않게 하세요",
      );
    return asAssumed(
      "written, listed, read; a conditional write is refused if the key exists",
      "쓰기, 목록, 읽기 정상. 이미 있는 객체는 조건부 쓰기를 거부함",
    );
  } catch (error) {
    return differs(`nothing could be ${step}: ${whatFailed(error)}`, `${korean} 실패: ${whatFailed(error)}`);
  } finally {
    await store.delete(key).catch(() => undefined);
  }
}

async function isListed(store: ObjectStore, wanted: string): Promise<boolean> {
  for await (const key of store.list(PREFIX)) if (key === wanted) return true;
  return false;
}
