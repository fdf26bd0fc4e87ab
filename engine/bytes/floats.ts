import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';

/** Writes the first numbers of an array: 32-bit IEEE 754, little-endian. */
export function writeFloats(out: ByteWriter, values: Float32Array, count = values.length): void {
  const bytes = new Uint8Array(count * 4);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < count; i++) view.setFloat32(i * 4, values[i] as number, true);
  out.raw(bytes);
}

/** Reads what `writeFloats` wrote into the beginning of an array. */
export function readFloats(input: ByteReader, into: Float32Array, count = into.length): void {
  const bytes = input.raw(count * 4);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < count; i++) into[i] = view.getFloat32(i * 4, true);
}
