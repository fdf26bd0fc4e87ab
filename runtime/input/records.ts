import { MAX_RECORD_BYTES } from '../../engine/decode/limits.ts';
import type { TextFormat } from '../../engine/formats/format.ts';
import { formatOf } from '../../engine/formats/registry.ts';
import type { StreamDefinition } from '../../engine/ir/stream-definition.ts';
import { isText } from '../../engine/ir/stream-format.ts';
import type { InputLine, LineRun } from './input-line.ts';
import { readChunks, readChunksOf, readLineRuns, readLines, readLinesOf } from './lines.ts';
import { RowLines } from './row-lines.ts';
import { AS_JSON, AS_LINES, type Cutting } from './split-lines.ts';

/** What is known of the stream that a file is of. Null: nothing, and each line is a record. */
export type InputOf = Pick<StreamDefinition, 'format' | 'envelope'> | null;

/**
 * The records of a file: its lines, or where its format has rows of several lines or a header, its rows, each with the header in front.
 * `onBytes` is told how many bytes of the file, as it lies on the disk, have been read.
 */
export async function* readRecords(
  path: string,
  of: InputOf,
  onBytes: (bytes: number) => void = () => {},
): AsyncGenerator<InputLine> {
  const rows = rowFormat(of);
  if (rows === null) yield* readLines(path, onBytes, cuttingOf(of));
  else yield* rowsOf(readChunks(path, onBytes), rows);
}

/** The same of what arrives on a pipe. */
export async function* readRecordsOf(
  chunks: AsyncIterable<Uint8Array | string>,
  of: InputOf,
): AsyncGenerator<InputLine> {
  const rows = rowFormat(of);
  if (rows === null) yield* readLinesOf(chunks, cuttingOf(of));
  else yield* rowsOf(readChunksOf(chunks), rows);
}

/** The same of a file, with lines that were read together together, at most as many as `room` says at the time. */
export async function* readRecordRuns(
  path: string,
  of: InputOf,
  { onBytes, room }: { readonly onBytes: (bytes: number) => void; readonly room: () => number },
): AsyncGenerator<InputLine | LineRun> {
  const rows = rowFormat(of);
  if (rows === null) yield* readLineRuns(path, onBytes, room, cuttingOf(of));
  else yield* rowsOf(readChunks(path, onBytes), rows);
}

/** How the lines of a file are found. */
export function cuttingOf(of: InputOf): Cutting {
  if (of === null) return AS_JSON;
  if (isText(of.format)) return AS_LINES;
  // What is around many events may be larger than one.
  return of.envelope === null ? AS_JSON : { kind: 'json', maxBytes: MAX_RECORD_BYTES };
}

/** Null where each line is a record. */
export function rowFormat(of: InputOf): TextFormat | null {
  if (of === null || !isText(of.format)) return null;
  const format = formatOf(of.format).compile(of.format);
  return format.hasLines ? null : format;
}

async function* rowsOf(chunks: AsyncIterable<Buffer>, format: TextFormat): AsyncGenerator<InputLine> {
  const rows = new RowLines(format);
  for await (const chunk of chunks) yield* rows.add(chunk);
  yield* rows.end();
}
