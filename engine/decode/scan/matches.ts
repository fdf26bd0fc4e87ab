/** Source of whether bytes stand at `at`: word by word, the last of which may overlap the one before; single bytes of a short one. */
export function matches(bytes: Buffer): string {
  if (bytes.length < 4) return [...bytes].map((byte, i) => `b[at + ${i}] === ${byte}`).join(' && ');
  const starts: number[] = [];
  for (let from = 0; from + 4 < bytes.length; from += 4) starts.push(from);
  starts.push(bytes.length - 4);
  return starts.map((from) => `v.getInt32(at + ${from}, true) === ${bytes.readInt32LE(from)}`).join(' && ');
}
