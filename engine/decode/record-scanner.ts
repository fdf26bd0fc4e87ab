import type { EventColumns } from '../columns/event-columns.ts';
import type { DecodedEvent } from './decoder.ts';

/** Reads the events of a record as columns, where they are as usual. */
export interface RecordScanner {
  /** Null: the record is not for it. `arrivalMs`: by it an event's time is judged. */
  open(data: Uint8Array, arrivalMs: number | null): ScanReader | null;
}

/** All events of a record in order, each once: those that are valid and as usual in stretches, and others one by one. */
export interface ScanReader {
  /** Columns hold until the next call. Null where there is no event left. */
  next(): EventColumns | DecodedEvent | null;
}
