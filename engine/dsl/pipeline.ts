import { DefinitionError } from '../ir/errors.ts';
import { checkName } from '../ir/names.ts';
import type { PipelineDefinition } from '../ir/pipeline-definition.ts';
import {
  eventStreamsOf,
  type SourceDefinition,
  streamsOf,
  upstreamsOf,
  withUpstreams,
} from '../ir/source-definition.ts';
import type { StreamDefinition } from '../ir/stream-definition.ts';
import type { ViewDefinition } from '../ir/view-definition.ts';
import type { Flat, Json } from './shape.ts';
import type { Source } from './stream.ts';
import type { View } from './view.ts';
import { CompleteView } from './view-builder.ts';

/**
 * The most views, joins and patterns that take the events of one stream. One event can write three items for each (a segment, its
 * marker, a count of what the event missed), and a transaction holds 100. Views of other views' rows do not count.
 */
export const MAX_VIEWS_OF_STREAM = 30;

export interface Pipeline<out Vs = unknown> {
  readonly name: string;
  readonly views: Vs;
}

/** The type of a view's rows as JSON: `RowOf<typeof pageViews>`. */
export type RowOf<V> = V extends Source<string, infer R> ? Flat<Json<R> & SystemColumns> : never;

interface SystemColumns {
  /** 1 at first; rises by one whenever the row changes. 0 in a row of an open window, which is not stored yet. */
  revision: number;
  /** Events of the group that came too late for this window. */
  late_events: number;
  /**
   * The watermark has passed the window's end. A late event within `allowedLateness` still makes a new revision. Always
   * false in a global window, which has no end.
   */
  is_final: boolean;
}

type ViewsByName<Vs extends readonly unknown[]> = Flat<{ [V in Vs[number] as V extends View ? V['name'] : never]: V }>;

/** Turns a view that is not complete into a type error that says so. */
type Complete<Vs extends readonly unknown[]> = {
  readonly [K in keyof Vs]: Vs[K] extends View
    ? unknown
    : 'This is not a complete view: it ends with .aggregate((e) => ({ … }))';
};

/** The type of a view's groups as JSON. */
export type GroupOf<V> = V extends View<string, infer R, infer G> ? Pick<Json<R>, G & keyof Json<R>> : never;

/**
 * Views that are deployed together, under a name. A pipeline file exports it as its default.
 *
 * @example
 * export default pipeline('clickstream', [pageViews]);
 */
export function pipeline<const Vs extends readonly unknown[]>(
  name: string,
  views: Vs & Complete<Vs>,
): Pipeline<ViewsByName<Vs>> {
  const where = `pipeline '${name}'`;
  checkName(name, where);
  if (!Array.isArray(views)) {
    throw new DefinitionError(`${where} needs a list of its views: pipeline('${name}', [view]).`);
  }
  const definitions = (views as readonly unknown[]).map((view, index) => {
    if (view instanceof CompleteView) return view.definition;
    throw new DefinitionError(
      `${where}: entry ${index + 1} of its views is not a complete view. Does it end with .aggregate(…)?`,
    );
  });
  if (definitions.length === 0) throw new DefinitionError(`${where} has no views.`);
  const streams = new Map<string, StreamDefinition>();
  for (const stream of definitions.flatMap(({ source }) => streamsOf(source))) {
    if ((streams.get(stream.name) ?? stream) !== stream) {
      throw new DefinitionError(
        `${where}: two different streams are named '${stream.name}'. Make the stream once and use it in every view.`,
      );
    }
    streams.set(stream.name, stream);
  }
  for (const stream of streams.values()) checkReaders(where, stream, definitions);
  const twice = definitions.find((view, index) => definitions.findIndex((other) => other.name === view.name) < index);
  if (twice) throw new DefinitionError(`${where}: two views are named '${twice.name}'.`);
  for (const { name: view, source } of definitions) {
    const upstream = viewsOf(source).find((candidate) => !definitions.includes(candidate));
    if (upstream === undefined) continue;
    throw new DefinitionError(
      `${where}: view '${view}' takes the rows of view '${upstream.name}', which is not in the list, or not with the same derived columns and alerts. List that very view.`,
    );
  }
  const definition: PipelineDefinition = { kind: 'pipeline', name, streams: [...streams.values()], views: definitions };
  return definition as unknown as Pipeline<ViewsByName<Vs>>;
}

/** @throws DefinitionError where one event would write more items than a transaction holds. */
function checkReaders(where: string, stream: StreamDefinition, views: readonly ViewDefinition[]): void {
  const nodes = new Set(views.flatMap(withUpstreams));
  const readers = [...nodes].filter(({ source }) => eventStreamsOf(source).includes(stream));
  if (readers.length <= MAX_VIEWS_OF_STREAM) return;
  throw new DefinitionError(
    `${where} has ${readers.length} views, joins and patterns that take the events of stream '${stream.name}', and what they keep of one event fits into a commit up to ${MAX_VIEWS_OF_STREAM}. Make some of them views of another view's rows, or divide them into several pipelines that read the stream.`,
  );
}

/** The views whose rows a source gives, also by way of joins. */
function viewsOf(source: SourceDefinition): readonly ViewDefinition[] {
  return upstreamsOf(source).flatMap((view) => (view.joined === undefined ? [view] : viewsOf(view.source)));
}
