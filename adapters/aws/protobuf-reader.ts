import { StreamgaugeError } from '../../engine/ir/streamgauge-error.ts';

/** The bytes are not a message of protocol buffers. */
export class ProtobufError extends StreamgaugeError {
  override readonly name = 'ProtobufError';
  readonly code = 'protobuf';
}

/** One field of a message: a number for a varint, bytes for whatever has a length. */
export type ProtobufField =
  | { readonly number: number; readonly kind: 'varint'; readonly value: number }
  | { readonly number: number; readonly kind: 'bytes'; readonly value: Uint8Array }
  /** Of a fixed size: skipped. */
  | { readonly number: number; readonly kind: 'fixed' };

/**
 * The fields of a message, in the order of the bytes. It knows what messages of the Kinesis Producer Library use, skips
 * fields of fixed size, and refuses groups, which are obsolete.
 *
 * @throws ProtobufError if the bytes end in the middle of a field or cannot be one.
 */
export function* protobufFields(bytes: Uint8Array): Generator<ProtobufField> {
  const at = { offset: 0 };
  while (at.offset < bytes.length) {
    const tag = varint(bytes, at);
    const number = Math.floor(tag / 8);
    if (number === 0) throw new ProtobufError(`a field has the number 0 at byte ${at.offset}`);
    switch (tag % 8) {
      case 0:
        yield { number, kind: 'varint', value: varint(bytes, at) };
        break;
      case 2:
        yield { number, kind: 'bytes', value: take(bytes, at, varint(bytes, at)) };
        break;
      case 1:
        take(bytes, at, 8);
        yield { number, kind: 'fixed' };
        break;
      case 5:
        take(bytes, at, 4);
        yield { number, kind: 'fixed' };
        break;
      default:
        throw new ProtobufError(`field ${number} is of an unknown kind at byte ${at.offset}`);
    }
  }
}

/** Up to 64 bits. Values beyond what a number keeps exactly are inexact, and larger than any index or length. */
function varint(bytes: Uint8Array, at: { offset: number }): number {
  let value = 0;
  for (let shift = 0; shift < 70; shift += 7) {
    const byte = bytes[at.offset++];
    if (byte === undefined) throw new ProtobufError(`it ends in the middle of a number, at byte ${bytes.length}`);
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return value;
  }
  throw new ProtobufError(`a number has more than 10 bytes, at byte ${at.offset}`);
}

function take(bytes: Uint8Array, at: { offset: number }, length: number): Uint8Array {
  const from = at.offset;
  if (length > bytes.length - from) {
    throw new ProtobufError(`a field of ${length} bytes begins ${bytes.length - from} bytes before its end`);
  }
  at.offset = from + length;
  return bytes.subarray(from, from + length);
}
