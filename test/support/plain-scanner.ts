import type { EventColumns } from '../../engine/columns/event-columns.ts';
import type { DecodedEvent } from '../../engine/decode/decoder.ts';
import { jsonLinesDecoder } from '../../engine/decode/json-lines.ts';
import type { RecordScanner } from '../../engine/decode/record-scanner.ts';
import { ColumnsBuilder, type ReadEvent } from '../../engine/expression/columns-of.ts';
import type { StreamPlan } from '../../engine/plan/plan.ts';

/**
 * The naive scanner: reads each event by itself, and makes columns of those that are valid. A stretch has at most so many
 * rows, and some events, though valid, come one by one; `builderOf` may begin dictionaries anew.
 */
export function plainScanner(
  stream: StreamPlan,
  {
    longest = 1000,
    isUnusual = () => false,
    renewEvery = Number.POSITIVE_INFINITY,
    onStretch,
  }: PlainScannerOptions = {},
): RecordScanner {
  const fields = stream.columns?.fields ?? [];
  let builder = new ColumnsBuilder(fields);
  let stretches = 0;
  return {
    beginCommit: () => undefined,
    openLines(data) {
      const lines = linesOf(data);
      let index = 0;
      const readRow = (line: Buffer): (ReadEvent & { readonly line: Buffer }) | null => {
        const events = jsonLinesDecoder.open(line);
        const event = events.next();
        // A line can be several events: it may be compressed.
        if (event?.kind !== 'value' || events.next() !== null || isUnusual(index, event.text)) return null;
        const validation = stream.validate(event.value, null, event.text);
        if (validation.kind !== 'valid' || !builder.fits(event.value as object)) return null;
        return { event: event.value as object, timeMs: validation.timeMs, start: 0, end: 0, line };
      };
      return {
        next() {
          const rows: ReadEvent[] = [];
          const texts: Buffer[] = [];
          const firstIndex = index;
          for (let at = 0; rows.length < longest; ) {
            const row = lines[index] === undefined ? null : readRow(lines[index] as Buffer);
            if (row === null) break;
            rows.push({ ...row, start: at, end: at + row.line.length });
            texts.push(row.line);
            at += row.line.length;
            index++;
          }
          if (rows.length === 0) return lines[index++] ?? null;
          if (++stretches % renewEvery === 0) builder = new ColumnsBuilder(fields);
          const events = builder.columnsOf(rows, firstIndex, Buffer.concat(texts));
          onStretch?.(events);
          return events;
        },
        noteUnusual: () => undefined,
      };
    },
    open(data, arrivalMs) {
      const reader = jsonLinesDecoder.open(data);
      let index = 0;
      let ahead: DecodedEvent | null = null;
      const isRow = (event: DecodedEvent): event is DecodedEvent & { kind: 'value' } =>
        event.kind === 'value' && !isUnusual(index, event.text);
      const readRow = (event: DecodedEvent): ReadEvent | null => {
        if (!isRow(event)) return null;
        const value = structuredClone(event.value);
        const validation = stream.validate(value, arrivalMs, event.text);
        if (validation.kind !== 'valid' || !builder.fits(value as object)) return null;
        return { event: value as object, timeMs: validation.timeMs, start: 0, end: 0 };
      };
      return {
        next(): EventColumns | DecodedEvent | null {
          const rows: ReadEvent[] = [];
          const texts: Buffer[] = [];
          const firstIndex = index;
          let at = 0;
          for (;;) {
            const event = ahead ?? reader.next();
            ahead = null;
            const row = event === null || rows.length === longest ? null : readRow(event);
            if (event === null || row === null) {
              if (rows.length > 0) {
                ahead = event;
                if (++stretches % renewEvery === 0) builder = new ColumnsBuilder(fields);
                const events = builder.columnsOf(rows, firstIndex, Buffer.concat(texts));
                onStretch?.(events);
                return events;
              }
              index++;
              return event;
            }
            const text = Buffer.from((event as { text: string }).text);
            rows.push({ ...row, start: at, end: at + text.length });
            texts.push(text);
            at += text.length;
            index++;
          }
        },
      };
    },
  };
}

/** Lines that are not blank. */
function linesOf(data: Buffer): Buffer[] {
  const texts = data.toString('latin1').split('\n');
  return texts.filter((text) => /[^ \t\r]/.test(text)).map((text) => Buffer.from(text, 'latin1'));
}

export interface PlainScannerOptions {
  readonly longest?: number;
  readonly isUnusual?: (index: number, text: string) => boolean;
  /** Dictionaries begin anew after so many stretches. */
  readonly renewEvery?: number;
  readonly onStretch?: (events: EventColumns) => void;
}
