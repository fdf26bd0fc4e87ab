import { eventsOf } from '../../engine/decode/decoder.ts';
import { decoderOf } from '../../engine/decode/decoder-of.ts';
import { compileValidator } from '../../engine/decode/validate.ts';
import type { StreamDefinition } from '../../engine/ir/stream-definition.ts';
import { type InputLine, isCut } from '../input/input-line.ts';

/** Whether a line is sent. */
export type Wanted = (line: InputLine) => boolean;

/**
 * The lines of an input that begins at a time: all but those whose events happened before it, every one of them. On a machine of one's
 * own lines have no other time: on AWS it is when a record arrived. What is no event is sent, and becomes a dead letter.
 */
export function linesFrom(stream: StreamDefinition, startsAtMs: number | null): Wanted {
  if (startsAtMs === null) return () => true;
  const validate = compileValidator(stream, () => false);
  const decoder = decoderOf(stream);
  return (line) => {
    if (isCut(line)) return true;
    let isEmpty = true;
    for (const event of eventsOf(decoder.open(line.bytes))) {
      if (event.kind === 'skipped') continue;
      isEmpty = false;
      if (event.kind !== 'value') return true;
      const found = validate(event.value, null, event.isJson === false ? null : event.text, true);
      if (found.kind !== 'valid' || found.timeMs >= startsAtMs) return true;
    }
    return isEmpty;
  };
}
