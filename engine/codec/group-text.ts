import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { writeJsonOfNext, writeJsonText } from '../bytes/json-writer.ts';
import { isText, readValue } from '../bytes/value-codec.ts';
import type { Value } from '../ir/node.ts';
import { groupText } from './group.ts';

/** Writes `groupText` of a group as bytes. */
export function writeGroupText(values: readonly Value[], out: ByteWriter): void {
  const [value] = values;
  if (values.length !== 1 || typeof value !== 'string') {
    out.utf8(groupText(values));
    return;
  }
  out.byte(OPENING);
  writeJsonText(value, out);
  out.byte(CLOSING);
}

/** The same of a group whose values are stored where `input` stands. */
export function writeGroupTextOf(input: ByteReader, fields: number, out: ByteWriter): void {
  if (fields === 1 && isText(input)) {
    out.byte(OPENING);
    writeJsonOfNext(input, out);
    out.byte(CLOSING);
    return;
  }
  out.utf8(groupText(Array.from({ length: fields }, () => readValue(input))));
}

const OPENING = '['.charCodeAt(0);
const CLOSING = ']'.charCodeAt(0);
