/** A place in the line; keep it to leave early. */
interface Place<T> {
  readonly value: T;
  /** Leaves the line; false if the place was gone already. */
  leave(): boolean;
}

interface Node<T> extends Place<T> {
  prev: Node<T> | undefined;
  next: Node<T> | undefined;
  waiting: boolean;
}

/** First in, first out; any place may leave early. Every step takes constant time. */
export class WaitingLine<T> {
  #head: Node<T> | undefined;
  #tail: Node<T> | undefined;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Joins at the end. */
  join(value: T): Place<T> {
    const node: Node<T> = {
      value,
      prev: this.#tail,
      next: undefined,
      waiting: true,
      leave: () => this.#remove(node),
    };
    if (this.#tail === undefined) this.#head = node;
    else this.#tail.next = node;
    this.#tail = node;
    this.#length++;
    return node;
  }

  /** Takes who came first; `undefined` if nobody waits. */
  take(): T | undefined {
    const node = this.#head;
    if (node === undefined) return undefined;
    this.#remove(node);
    return node.value;
  }

  /** Takes all, first come first. */
  takeAll(): T[] {
    const all: T[] = [];
    for (let node = this.#head; node !== undefined; node = this.#head) {
      this.#remove(node);
      all.push(node.value);
    }
    return all;
  }

  #remove(node: Node<T>): boolean {
    if (!node.waiting) return false;
    node.waiting = false;
    if (node.prev === undefined) this.#head = node.next;
    else node.prev.next = node.next;
    if (node.next === undefined) this.#tail = node.prev;
    else node.next.prev = node.prev;
    node.prev = node.next = undefined;
    this.#length--;
    return true;
  }
}
