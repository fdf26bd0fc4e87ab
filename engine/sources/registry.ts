import { latenessOf, type SourceDefinition, type SourceKindName, type SourceOf } from '../ir/source-definition.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { StateStore } from '../ports/state-store.ts';
import { joinSource } from './join-source.ts';
import { patternSource } from './pattern-source.ts';
import type { SourceKind, SourceSnapshot, SqlInputs, Standing } from './source-kind.ts';
import { streamSource } from './stream-source.ts';
import { unionSource } from './union-source.ts';
import { viewSource } from './view-source.ts';

/** The compiler asks for each kind of `SourceOf`, and each kind's file for each member of `SourceKind`. */
export const SOURCES: { readonly [K in SourceKindName]: SourceKind<K> } = {
  stream: streamSource,
  view: viewSource,
  join: joinSource,
  union: unionSource,
  pattern: patternSource,
};

function kindOf(source: SourceOf<unknown>): SourceKind<SourceKindName> {
  return SOURCES[source.kind] as SourceKind<SourceKindName>;
}

/** Reads where the source of a (view, bucket) stands, and its origins. */
export function loadSource(view: ViewPlan, bucket: number, state: StateStore): Promise<SourceSnapshot> {
  return kindOf(view.source).load(view.source, { view, bucket, state, load: loadSource });
}

/** Where the source of a (view, bucket) stands, when the watermark of the streams below it is known. */
export function sourceStanding(
  view: ViewPlan,
  bucket: number,
  state: StateStore,
  watermarkMs: number,
): Promise<Standing> {
  return kindOf(view.source).standing(view.source, { view, bucket, state, load: loadSource }, watermarkMs);
}

/** Of a view with several inputs: how far those have come that are not of a stream. Null where it has no other. */
export function othersWatermark(view: ViewPlan, stream: string, state: StateStore): Promise<number | null> {
  return kindOf(view.source).othersMs(view.source, stream, { view, bucket: 0, state, load: loadSource });
}

/** Whether what a view has made final can change: events may come late, or its source revises rows. */
export function canRevise({ definition }: ViewPlan): boolean {
  return latenessOf(definition) > 0;
}

/** What a source gives, in words. */
export function sourceWords(source: SourceDefinition): string {
  return kindOf(source).words(source);
}

/** What a statement selects from, of what the SQL compiler offers. */
export function sourceSql<T>(source: SourceDefinition, inputs: SqlInputs<T>): T {
  return kindOf(source).sql(source, inputs);
}
