import { isUtf8 } from 'node:buffer';
import { gunzipSync } from 'node:zlib';
import type { Random } from '../simulation/random.ts';
import { type OddRecord, oddRecord } from './odd-record.ts';
import { takeIn } from './take-in.ts';
import { type Told, tell, tellInTwo } from './told.ts';

/**
 * Decodes one odd record and takes it in. What must hold: nothing is thrown; all bytes but those that separate events are told of once, in
 * their order; where each line is JSON, each is a value; no bytes of a packed record are passed over; and in however small commit chunks a shard takes the record, each event has the next index and counts once.
 */
export function fuzzDecoder(random: Random): string {
  const record = oddRecord(random);
  const told = tell(record.bytes);
  checkLines(record, told);
  if (record.isPacked) checkEnd(record.bytes, told);
  checkFork(record.bytes, told, random);
  takeIn(record.bytes, told, random);
  const values = told.filter(({ reason }) => reason === undefined).length;
  return values === told.length ? 'only events' : values === 0 ? 'no event' : 'some events';
}

function checkLines(record: OddRecord, told: readonly Told[]): void {
  const [first] = told;
  if (first === undefined) throw new Error('A record is lost without a word.');
  if (first.reason === 'corrupt_compression') {
    if (record.text !== null) throw new Error('A record that was packed rightly is taken for damaged.');
    if (told.length > 1) throw new Error('A damaged record is told of more than once.');
    return;
  }
  const text = record.text ?? unfolded(record.bytes);
  if (text === null) return;
  const whole = withoutMark(text);
  const lines = linesOf(whole);
  if (lines.length === 0) {
    if (told.length > 1 || first.reason === undefined) throw new Error('A record of nothing is told of as something.');
    return;
  }
  // One JSON text over several lines, which may be too large as well.
  const isWhole = told.length === 1 && first.bytes.equals(whole) && (first.reason ?? 'oversized') === 'oversized';
  if (isWhole && isJson(whole)) return;
  checkEach(whole, told);
  checkGoodLines(lines, told);
}

/** Whatever lies between events separates them, and what is told of as no JSON is none. */
function checkEach(text: Buffer, told: readonly Told[]): void {
  let at = 0;
  for (const [index, { bytes, reason }] of told.entries()) {
    const from = text.indexOf(bytes, at);
    if (from === -1) throw new Error(`Event ${index} is told of with other bytes than its own.`);
    checkSeparators(text.subarray(at, from), `before event ${index}`);
    if (reason === 'not_json' && isJson(bytes)) throw new Error(`Event ${index} is JSON, and is told of as none.`);
    at = from + bytes.length;
  }
  checkSeparators(text.subarray(at), 'behind the last event');
}

function checkSeparators(bytes: Buffer, where: string): void {
  const rest = bytes
    .toString('utf8')
    .replaceAll('\x1e', '')
    .replaceAll(/\\[nr]/g, '');
  if (/[^\s,[\]]/.test(rest)) throw new Error(`Bytes ${where} are lost: ${JSON.stringify(rest)}.`);
}

/** Lines that are one JSON value each, and no list, are told of as they are: nothing around them takes them along. */
function checkGoodLines(lines: readonly Buffer[], told: readonly Told[]): void {
  if (!lines.every(isJson)) return;
  if (lines.some((line) => line.toString('latin1').trim().startsWith('['))) return;
  if (told.length !== lines.length) throw new Error(`Of ${lines.length} lines ${told.length} are told of.`);
}

/** What a gzip record unfolds to, by its own checksum; of zstd, damaged frames may unfold to anything. */
function unfolded(bytes: Buffer): Buffer | null {
  if (isGzip(bytes)) return gunzipSync(bytes);
  return isZstd(bytes) ? null : bytes;
}

function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function isZstd(bytes: Buffer): boolean {
  return bytes.length >= 4 && bytes.readUInt32LE(0) === 0xfd2fb528;
}

function withoutMark(text: Buffer): Buffer {
  return text.subarray(0, 3).equals(Buffer.from('\ufeff')) ? text.subarray(3) : text;
}

/** Lines that are not blank. */
function linesOf(text: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let from = 0; from <= text.length; ) {
    const feed = text.indexOf(0x0a, from);
    const end = feed === -1 ? text.length : feed;
    lines.push(text.subarray(from, end));
    from = end + 1;
  }
  return lines.filter((line) => !isUtf8(line) || line.toString().trim() !== '');
}

function isJson(line: Buffer): boolean {
  if (!isUtf8(line)) return false;
  try {
    JSON.parse(line.toString());
    return true;
  } catch {
    return false;
  }
}

/** A packed record that gives events needs all of its bytes, but for zeros at its end: without the last it gives none. */
function checkEnd(bytes: Buffer, told: readonly Told[]): void {
  if (!(isGzip(bytes) || isZstd(bytes)) || told.every(({ reason }) => reason !== undefined)) return;
  let end = bytes.length;
  while (bytes[end - 1] === 0) end--;
  if (tell(bytes.subarray(0, end - 1)).some(({ reason }) => reason === undefined)) {
    throw new Error('A record gives events without its last bytes, too: they are passed over.');
  }
}

function checkFork(bytes: Buffer, told: readonly Told[], random: Random): void {
  const first = random.between(1, told.length);
  const again = tellInTwo(bytes, first);
  const isSame = again.every(({ bytes, reason }, i) => told[i]?.bytes.equals(bytes) && told[i]?.reason === reason);
  if (again.length !== told.length || !isSame) throw new Error(`Forked at event ${first} it tells something else.`);
}
