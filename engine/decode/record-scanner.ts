import type { EventColumns } from '../columns/event-columns.ts';
import type { DecodedEvent } from './decoder.ts';

/** Reads the events of records as columns, where they are as usual. */
export interface RecordScanner {
  /** What is read from here on goes into a commit of its own. */
  beginCommit(): void;
  /** Null: the record is not for it. `arrivalMs`: by it an event's time is judged. */
  open(data: Uint8Array, arrivalMs: number | null): ScanReader | null;
  /** The same of whole lines that are records each, without arrivals. `latestMs`: an event after it is unusual. */
  openLines(data: Buffer, latestMs?: number): BlockReader | null;
}

/** All events of a record in order, each once: those that are valid and as usual in stretches, and others one by one. */
export interface ScanReader {
  /** Columns hold until the next call. Null where there is no event left. */
  next(): EventColumns | DecodedEvent | null;
}

/** All records of a block in order, each once, blank lines left out: those that are as usual in stretches, and others as they are. */
export interface BlockReader {
  /** Columns hold until the next call; their first index counts lines. Null where there is no line left. */
  next(): EventColumns | Buffer | null;
  /** What the last line came to, where it was none of a stretch: a scanner learns from it. */
  noteUnusual(event: DecodedEvent): void;
}
