/** A 32-bit hash of some text (FNV-1a with murmur3's finaliser): the same text, the same number, on every host. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return finalise(hash);
}

/** A 32-bit hash of a hash and a number, for families of streams that do not depend on one another. */
export function mixHash(hash: number, salt: number): number {
  return finalise(Math.imul(hash ^ Math.imul(salt | 0, 0x9e3779b1), 0x85ebca6b));
}

/** The hash as a fraction in [0, 1). */
export function fractionOf(hash: number): number {
  return (hash >>> 0) / 2 ** 32;
}

/** A deterministic stream of fractions in [0, 1) (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** About normal, mean 0, variance 1, within -3.5..3.5: a sum of four, enough for prices and cheap. */
export function normalFrom(random: () => number): number {
  return (random() + random() + random() + random() - 2) * 1.732;
}

function finalise(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
