/** A plain array over memory of its own: a small Buffer is a view into a pool that others use too. */
export function ownBytes(read: Uint8Array): Uint8Array {
  return read.byteLength === read.buffer.byteLength ? new Uint8Array(read.buffer) : new Uint8Array(read);
}
