import type { RecordScanner } from '../engine/decode/record-scanner.ts';
import type { Validator } from '../engine/decode/validate.ts';
import type { StreamPlan } from '../engine/plan/plan.ts';
import { END_OF_TIME_MS, formatInstant, START_OF_TIME_MS } from '../engine/time/instant.ts';

export interface FileReading {
  /** When the run began. */
  readonly nowMs: number;
  /** The watermark stays at the beginning of time until all files are read. */
  readonly sort: boolean;
}

/**
 * A stream as a run over files reads it.
 *
 * Lines have no arrival that `maxFutureSkew` could count from, so it counts from the run: a file is of the past. One wrong date of
 * the future is a dead letter then, and does not make all that follows it late.
 *
 * Where the order of the files means nothing, no event is late: the watermark trails by all of time, and ends with the files.
 */
export function streamOfFiles(stream: StreamPlan, { nowMs, sort }: FileReading): StreamPlan {
  const { definition, scanner } = stream;
  const maxLatenessMs = END_OF_TIME_MS - START_OF_TIME_MS;
  return {
    ...stream,
    definition: sort ? { ...definition, maxLatenessMs } : definition,
    validate: notAhead(stream, nowMs),
    scanner: scanner === null ? null : untilNow(scanner, nowMs, definition.maxFutureSkewMs),
  };
}

function notAhead({ name, validate, definition: { maxFutureSkewMs } }: StreamPlan, nowMs: number): Validator {
  return (value, arrivalMs, text, brief) => {
    const found = validate(value, arrivalMs, text, brief);
    if (found.kind === 'invalid' || arrivalMs !== null || found.timeMs <= nowMs + maxFutureSkewMs) return found;
    return {
      kind: 'invalid',
      reason: 'future_time',
      message: `The event time ${formatInstant(found.timeMs)} in stream '${name}' is ${found.timeMs - nowMs} ms ahead of the run, and maxFutureSkew is ${maxFutureSkewMs} ms.`,
    };
  };
}

function untilNow(scanner: RecordScanner, nowMs: number, maxFutureSkewMs: number): RecordScanner {
  return {
    beginCommit: () => scanner.beginCommit(),
    open: (data, arrivalMs) => scanner.open(data, arrivalMs ?? nowMs),
    openLines: (data) => scanner.openLines(data, nowMs + maxFutureSkewMs),
  };
}
