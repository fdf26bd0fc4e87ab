import type { RecordDecoder } from '../decode/decoder.ts';
import { decoderOf, isPlainJson } from '../decode/decoder-of.ts';
import type { RecordScanner } from '../decode/record-scanner.ts';
import { recordScanner } from '../decode/scan/scanner.ts';
import { compileValidator, type Validator } from '../decode/validate.ts';
import { compileDedupe, type DedupePlan } from '../dedupe/id-panes.ts';
import type { HashKey } from '../hash/hash-key.ts';
import type { StreamDefinition } from '../ir/stream-definition.ts';
import { type ColumnPlan, compileColumns } from './column-plan.ts';
import { explodedLists } from './exploded-lists.ts';
import { fieldsReadBy } from './fields-read.ts';
import { once } from './once.ts';
import type { ViewPlan } from './plan.ts';

/** What a plan has of a stream for those who take its events in. */
export interface StreamEvents {
  readonly decoder: RecordDecoder;
  readonly validate: Validator;
  /** Null where the stream's events are read one by one. */
  readonly scanner: RecordScanner | null;
  /** What is done with events in columns; null where a view takes them whole. */
  readonly columns: ColumnPlan | null;
  /** Null where every event counts. */
  readonly dedupe: DedupePlan | null;
}

/** Compiles what is done with a stream's events. `views` take them; `allViews` are those that the stream's watermark closes. */
export type CompileEvents = (
  stream: StreamDefinition,
  views: readonly ViewPlan[],
  allViews: readonly ViewPlan[],
  hashKey: HashKey,
) => StreamEvents;

/** Each part is compiled when it is first asked for. */
export const compileEvents: CompileEvents = (stream, views, allViews, hashKey) => {
  const definitions = views.map((view) => view.definition);
  const exploded = explodedLists(
    stream,
    allViews.map((view) => view.definition),
  );
  // The scanner does not look into lists.
  const columns = once(() => (exploded.length > 0 ? null : compileColumns(stream, views)));
  const validate = once(() => compileValidator(stream, fieldsReadBy(definitions), exploded));
  const scanner = once(() => {
    const plan = columns();
    return plan === null || !isPlainJson(stream) ? null : recordScanner(stream, plan.fields, hashKey);
  });
  return {
    decoder: decoderOf(stream),
    get validate() {
      return validate();
    },
    get scanner() {
      return scanner();
    },
    get columns() {
      return columns();
    },
    dedupe: compileDedupe(stream),
  };
};
