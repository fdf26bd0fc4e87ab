import { ByteReader } from '../../../engine/bytes/byte-reader.ts';
import { ByteWriter } from '../../../engine/bytes/byte-writer.ts';
import { CodecError } from '../../../engine/bytes/errors.ts';
import { readFloats, writeFloats } from '../../../engine/bytes/floats.ts';

function written(values: readonly number[]): ByteReader {
  const out = new ByteWriter();
  writeFloats(out, Float32Array.from(values));
  return new ByteReader(out.finish());
}

test('numbers are read back into the beginning of an array', () => {
  const into = new Float32Array([9, 9, 9]);
  readFloats(written([1.5, -2]), into, 2);
  expect([...into]).toEqual([1.5, -2, 9]);
});

test('more numbers than there is room for are refused, and nothing beside the array is written', () => {
  const memory = new Float32Array([0, 0, 7]);
  const into = memory.subarray(0, 2);
  expect(() => readFloats(written([1, 2, 3]), into, 3)).toThrow(CodecError);
  expect([...memory]).toEqual([0, 0, 7]);
});
