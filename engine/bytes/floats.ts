import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import { CodecError } from './errors.ts';

/** Detectors are arrays of floats for the most part: where memory holds them as they are stored, they are copied as bytes. */
const IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Writes the first numbers of an array: 32-bit IEEE 754, little-endian. */
export function writeFloats(out: ByteWriter, values: Float32Array, count = values.length): void {
  if (IS_LITTLE_ENDIAN) {
    out.raw(new Uint8Array(values.buffer, values.byteOffset, count * 4));
    return;
  }
  const bytes = new Uint8Array(count * 4);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < count; i++) view.setFloat32(i * 4, values[i] as number, true);
  out.raw(bytes);
}

/** Reads what `writeFloats` wrote into the beginning of an array. Damaged bytes can say more numbers than it has room for. */
export function readFloats(input: ByteReader, into: Float32Array, count = into.length): void {
  if (count > into.length) {
    throw new CodecError(
      `A list has ${count} numbers, and at most ${into.length} are ever stored: the bytes are damaged.`,
    );
  }
  const bytes = input.raw(count * 4);
  if (IS_LITTLE_ENDIAN) {
    new Uint8Array(into.buffer, into.byteOffset, count * 4).set(bytes);
    return;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < count; i++) into[i] = view.getFloat32(i * 4, true);
}
