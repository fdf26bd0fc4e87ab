import type { StructShape } from './field-shape.ts';
import { type JoinSource, joinedShape } from './join-definition.ts';
import { matchShape } from './match-shape.ts';
import type { PatternSource } from './pattern-definition.ts';
import type { StreamDefinition } from './stream-definition.ts';
import { type UnionSource, unionShape } from './union-definition.ts';
import { handsOf, rowShape, type ViewDefinition } from './view-definition.ts';

/**
 * What a view takes its events from. The union has room for a table of the latest row by key: it would be
 * a member with the streams and views that it reads, its facts below, and a file in `engine/sources`.
 *
 * `V` is what stands for a view: its definition, or its plan.
 */
export type SourceOf<V> = StreamSource | ViewSource<V> | JoinSource<V> | UnionSource<V> | PatternSource<V>;

/** The events of a stream. */
export interface StreamSource {
  readonly kind: 'stream';
  readonly stream: StreamDefinition;
}

/** The rows of another view, as if each were an event at the last instant of its window. */
export interface ViewSource<V> {
  readonly kind: 'view';
  readonly view: V;
}

export type SourceDefinition = SourceOf<ViewDefinition>;
export type SourceKindName = SourceDefinition['kind'];
export type SourceOfKind<K extends SourceKindName, V> = Extract<SourceOf<V>, { readonly kind: K }>;

/** What the fingerprint takes of a source. */
export type SourceFacts = Readonly<Record<string, unknown>>;

/** What definitions and plans ask of a kind of source. The stages ask for the rest: `engine/sources`. */
export interface SourceTraits<K extends SourceKindName> {
  /** The streams whose own events it gives. */
  streams(source: SourceOfKind<K, unknown>): readonly StreamDefinition[];
  /** The views whose rows it gives. */
  views<V>(source: SourceOfKind<K, V>): readonly V[];
  /** The same source over what takes the place of its views. */
  withViews<V, W>(source: SourceOfKind<K, V>, change: (view: V) => W): SourceOf<W>;
  /** The columns that it gives. */
  shape(source: SourceOfKind<K, ViewDefinition>): StructShape;
  /** Its columns were computed, and can be null whatever their types say. */
  isComputed(source: SourceOfKind<K, unknown>): boolean;
  /** The view whose late events revise what it gives; null where the view that takes it says itself how late events may be. */
  revisedWith(source: SourceOfKind<K, ViewDefinition>): ViewDefinition | null;
  /** Its name in an error. */
  label(source: SourceOfKind<K, ViewDefinition>): string;
  facts(source: SourceOfKind<K, ViewDefinition>, fingerprint: (view: ViewDefinition) => string): SourceFacts;
}

/** The compiler asks for each kind of `SourceOf`. */
export const SOURCE_TRAITS: { readonly [K in SourceKindName]: SourceTraits<K> } = {
  stream: {
    streams: ({ stream }) => [stream],
    views: () => [],
    withViews: (source) => source,
    shape: ({ stream }) => stream.shape,
    isComputed: () => false,
    revisedWith: () => null,
    label: ({ stream }) => `stream '${stream.name}'`,
    facts: ({ stream }) => streamFacts(stream),
  },
  view: {
    streams: () => [],
    views: ({ view }) => [view],
    withViews: ({ kind, view }, change) => ({ kind, view: change(view) }),
    shape: ({ view }) => rowShape(view),
    isComputed: () => true,
    revisedWith: ({ view }) => view,
    label: ({ view }) => `view '${view.name}'`,
    facts: ({ view }, fingerprint) => ({
      ...sourceFacts(view.source, fingerprint),
      // Rows of another definition of the view are other rows.
      upstream: fingerprint(view),
      columns: view.derived,
    }),
  },
  join: {
    streams: (source) => sidesOf(source).flatMap((side) => eventStreamsOf(side.source)),
    views: <V>(source: JoinSource<V>) => sidesOf(source).flatMap((side) => upstreamsOf(side.source)),
    withViews: ({ left, right, ...rest }, change) => ({
      ...rest,
      left: { ...left, source: mapViews(left.source, change) },
      right: { ...right, source: mapViews(right.source, change) },
    }),
    shape: joinedShape,
    isComputed: () => true,
    revisedWith: () => null,
    label: (source) =>
      `the join of ${sidesOf(source)
        .map((side) => sourceLabel(side.source))
        .join(' and ')}`,
    facts: ({ left, right, rule }, fingerprint) => {
      const factsOf = ({ name, source, on, columns }: typeof left) => ({
        name,
        ...sourceFacts(source, fingerprint),
        on,
        columns,
      });
      return { join: rule, left: factsOf(left), right: factsOf(right) };
    },
  },
  union: {
    streams: ({ streams }) => streams,
    views: <V>({ views = [] }: UnionSource<V>) => views,
    withViews: <V, W>({ views, ...rest }: UnionSource<V>, change: (view: V) => W) => ({
      ...rest,
      ...(views !== undefined && { views: views.map(change) }),
    }),
    shape: unionShape,
    isComputed: ({ views }) => views !== undefined,
    revisedWith: () => null,
    label: ({ name }) => `union '${name}'`,
    facts: ({ streams, views = [] }, fingerprint) => ({
      union: [
        ...streams.map(streamFacts),
        ...views.map((view) => ({
          ...sourceFacts(view.source, fingerprint),
          upstream: fingerprint(view),
          columns: view.derived,
        })),
      ],
    }),
  },
  pattern: {
    streams: ({ source }) => eventStreamsOf(source),
    views: <V>({ source }: PatternSource<V>) => upstreamsOf(source),
    withViews: ({ source, ...rest }, change) => ({ ...rest, source: mapViews(source, change) }),
    shape: matchShape,
    isComputed: () => true,
    revisedWith: () => null,
    label: ({ source }) => `the pattern over ${sourceLabel(source)}`,
    facts: ({ source, partitionBy, columns, pattern, output, select }, fingerprint) => ({
      ...sourceFacts(source, fingerprint),
      pattern: { partitionBy, columns, ...pattern, output, select },
    }),
  },
};

function streamFacts({ name, eventTime, eventTimeElse }: StreamDefinition): SourceFacts {
  return { stream: name, eventTime, ...(eventTimeElse !== undefined && { eventTimeElse }) };
}

function sidesOf<V>({ left, right }: JoinSource<V>) {
  return [left, right] as const;
}

function traitsOf(source: SourceOf<unknown>): SourceTraits<SourceKindName> {
  return SOURCE_TRAITS[source.kind] as SourceTraits<SourceKindName>;
}

/** The streams whose own events a source gives. */
export function eventStreamsOf(source: SourceOf<unknown>): readonly StreamDefinition[] {
  return traitsOf(source).streams(source);
}

/** The views whose rows a source gives: those right above the view that takes it. */
export function upstreamsOf<V>(source: SourceOf<V>): readonly V[] {
  return traitsOf(source).views(source);
}

/** All streams that a source goes back to, each once. The least of their watermarks closes the windows over it. */
export function streamsOf(source: SourceDefinition): readonly StreamDefinition[] {
  return [...new Set([...eventStreamsOf(source), ...upstreamsOf(source).flatMap((view) => streamsOf(view.source))])];
}

/** A view, and all those whose rows it goes back to. */
export function withUpstreams(view: ViewDefinition): readonly ViewDefinition[] {
  return [...new Set([view, ...upstreamsOf(view.source).flatMap(withUpstreams)])];
}

/** The names of the streams of a view, as logs and status show them. */
export function streamNames({ source }: Pick<ViewDefinition, 'source'>): string {
  return streamsOf(source)
    .map(({ name }) => name)
    .join(', ');
}

/** A source over what takes the place of its views: their plans. */
export function mapViews<V, W>(source: SourceOf<V>, change: (view: V) => W): SourceOf<W> {
  return traitsOf(source).withViews(source, change);
}

/** The columns that steps, groups and aggregates read. */
export function sourceShape(source: SourceDefinition): StructShape {
  return traitsOf(source).shape(source);
}

/** What a view with an event log is called: a join or a pattern. Null of other views. */
export function logWord({ source }: Pick<ViewDefinition, 'source'>): 'join' | 'pattern' | null {
  return source.kind === 'join' || source.kind === 'pattern' ? source.kind : null;
}

/** Whether the columns of a source were computed, and can be null whatever their types say. */
export function isComputed(source: SourceDefinition): boolean {
  return traitsOf(source).isComputed(source);
}

/** A source's name in an error: `stream 'clicks'`. */
export function sourceLabel(source: SourceDefinition): string {
  return traitsOf(source).label(source);
}

/** The view whose late events revise what a source gives; null where the view that takes it says how late events may be. */
export function revisedWith(source: SourceDefinition): ViewDefinition | null {
  return traitsOf(source).revisedWith(source);
}

/**
 * How long after its end a window of a view is revised: as the view says, or the one that its source is revised with. Rows that are taken
 * when they change no more revise nothing.
 */
export function latenessOf({
  source,
  allowedLatenessMs,
}: Pick<ViewDefinition, 'source' | 'allowedLatenessMs'>): number {
  const upstream = revisedWith(source);
  if (upstream === null) return allowedLatenessMs;
  return handsOf(upstream) === 'final' ? latenessOf(upstream) : 0;
}

/** What the fingerprint of a view takes of its source. `fingerprint` is that of another view. */
export function sourceFacts(source: SourceDefinition, fingerprint: (view: ViewDefinition) => string): SourceFacts {
  return traitsOf(source).facts(source, fingerprint);
}
