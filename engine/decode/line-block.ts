import type { SourceRecord } from './source-record.ts';

/**
 * Consecutive records of a shard that are lines of one piece of text: each line is a record by itself, and has no partition key
 * and no arrival. Blank lines are no records, so they have no number.
 */
export interface LineBlock {
  /** Of the first line; each line after it has the next number. */
  readonly firstSequence: number;
  /** How many records there are. */
  readonly lines: number;
  /** Whole lines, each with its line feed. */
  readonly data: Buffer;
}

/** What an event source hands over at a time. */
export type BatchItem = SourceRecord | LineBlock;

export function isLineBlock(item: BatchItem): item is LineBlock {
  return 'lines' in item;
}

/** A line of a block as a record. */
export function lineRecord({ firstSequence }: LineBlock, line: number, data: Buffer): SourceRecord {
  return { sequence: String(firstSequence + line), arrivalMs: null, partitionKey: null, data };
}

/** All lines of a block as records. */
export function* lineRecords(block: LineBlock): Generator<SourceRecord> {
  const { data } = block;
  let line = 0;
  for (let from = 0; from < data.length; ) {
    const end = lineEnd(data, from);
    if (!isBlankLine(data, from, end)) yield lineRecord(block, line++, data.subarray(from, end));
    from = end + 1;
  }
}

/** The records from a number on; null where there are none. */
export function linesFrom(block: LineBlock, sequence: number): LineBlock | null {
  const passed = sequence - block.firstSequence;
  if (passed <= 0) return block;
  return passed < block.lines ? linesOf(block, passed, block.lines) : null;
}

/** Some of the records. */
export function linesOf({ firstSequence, data }: LineBlock, from: number, to: number): LineBlock {
  const start = placeBehind(data, from);
  const rest = data.subarray(start);
  return {
    firstSequence: firstSequence + from,
    lines: to - from,
    data: rest.subarray(0, placeBehind(rest, to - from)),
  };
}

/** Where the bytes begin that follow so many lines. Blank ones do not count. */
export function placeBehind(data: Buffer, lines: number): number {
  let at = 0;
  for (let passed = 0; passed < lines; ) {
    const end = lineEnd(data, at);
    if (!isBlankLine(data, at, end)) passed++;
    at = Math.min(end + 1, data.length);
  }
  return at;
}

/** Where a line's line feed is, or its block ends. */
export function lineEnd(data: Buffer, from: number): number {
  const end = data.indexOf(LINE_FEED, from);
  return end === -1 ? data.length : end;
}

/** Whether a line of a file is no record. */
export function isBlankLine(data: Buffer, from: number, end: number): boolean {
  for (let at = from; at < end; at++) {
    const byte = data[at];
    if (byte !== SPACE && byte !== TAB && byte !== CARRIAGE_RETURN) return false;
  }
  return true;
}

const LINE_FEED = 0x0a;
const SPACE = 0x20;
const TAB = 0x09;
const CARRIAGE_RETURN = 0x0d;
