/** The bytes as a plain array with memory of its own: a small Buffer shares its memory with others. */
export function ownBytes(read: Uint8Array): Uint8Array {
  return read.byteLength === read.buffer.byteLength ? new Uint8Array(read.buffer) : new Uint8Array(read);
}
