import type { FirehoseTransformationEventRecord, FirehoseTransformationResultRecord } from 'aws-lambda';
import {
  type BronzeText,
  type BronzeWriter,
  foldedBytes,
  foldedRecord,
  type PlacedRecord,
} from '../../engine/bronze/bronze-record.ts';
import { placedRecord } from './placed-record.ts';

export interface Answers {
  readonly records: FirehoseTransformationResultRecord[];
  /** Records that Firehose is told it cannot have. */
  readonly failed: number;
  /** Records that take no more room than as they are. */
  readonly folded: number;
  /** Lines that are in the columns of the table, and lines that are not. */
  readonly events: number;
  readonly others: number;
}

/** Beside a record's data and id, its answer has names, quotes and the result. */
const ANSWER_BYTES = 64;

/**
 * An answer for each record, in their order, of at most so many bytes together.
 *
 * An answer that is too large would fail all its records, so the room is shared out: a place for every record as it is
 * comes first, and what is left goes to unfolding one after the other. A record that cannot be placed even as it is
 * counts as failed; Firehose keeps it under the prefix of errors.
 */
export function answersFor(
  records: readonly FirehoseTransformationEventRecord[],
  writer: BronzeWriter,
  maxBytes: number,
): Answers {
  const placed = records.map((record) => {
    const source = placedRecord(record);
    return { record, source, least: answerBytes(record, source === null ? 0 : foldedBytes(source)) };
  });
  let room = maxBytes - placed.reduce((sum, { least }) => sum + least, 0);
  const texts = placed.map(({ record, source, least }) => {
    room += least;
    const bytes = dataBytes(record, room);
    const text = source === null ? null : fitting(source, writer, bytes);
    room -= answerBytes(record, text?.bytes ?? 0);
    return text;
  });
  const count = (of: (text: BronzeText) => number) =>
    texts.reduce((sum, text) => (text === null ? sum : sum + of(text)), 0);
  return {
    records: records.map((record, index) => answer(record, texts[index] ?? null)),
    failed: texts.filter((text) => text === null).length,
    folded: count(({ reasons }) => reasons.get('not_unfolded') ?? 0),
    events: count(({ events }) => events),
    others: count(({ reasons }) => [...reasons.values()].reduce((sum, lines) => sum + lines, 0)),
  };
}

/** The record unfolded if there is room for that, as it is if there is room for that, or null. */
function fitting(source: PlacedRecord, writer: BronzeWriter, bytes: number): BronzeText | null {
  const unfolded = bytes > 0 ? writer.unfold(source, bytes) : null;
  if (unfolded !== null) return unfolded;
  return foldedBytes(source) <= bytes ? foldedRecord(source) : null;
}

/** Base64 makes four bytes of three. */
function answerBytes({ recordId }: FirehoseTransformationEventRecord, bytes: number): number {
  return recordId.length + ANSWER_BYTES + Math.ceil(bytes / 3) * 4;
}

function dataBytes({ recordId }: FirehoseTransformationEventRecord, room: number): number {
  return Math.floor((room - recordId.length - ANSWER_BYTES) / 4) * 3;
}

function answer(
  { recordId }: FirehoseTransformationEventRecord,
  text: BronzeText | null,
): FirehoseTransformationResultRecord {
  // Of a record that failed, Firehose keeps what it has itself.
  if (text === null) return { recordId, result: 'ProcessingFailed', data: '' };
  return { recordId, result: 'Ok', data: Buffer.from(text.text).toString('base64') };
}
