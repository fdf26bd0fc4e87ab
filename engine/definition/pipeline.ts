import { DefinitionError } from './errors.ts';
import { checkName } from './names.ts';
import type { Flat, Json } from './shape.ts';
import type { Source, StreamDefinition } from './stream.ts';
import { CompleteView, type View, type ViewDefinition } from './view.ts';

/** Views that one pipeline may have. Each commit writes at least one segment a view, and a transaction holds 100 items. */
export const MAX_VIEWS = 40;

export interface Pipeline<out Vs = unknown> {
  readonly name: string;
  readonly views: Vs;
}

/** A pipeline as data. */
export interface PipelineDefinition {
  readonly kind: 'pipeline';
  readonly name: string;
  readonly streams: readonly StreamDefinition[];
  readonly views: readonly ViewDefinition[];
}

/** The type of a view's rows as JSON: `RowOf<typeof pageViews>`. */
export type RowOf<V> = V extends Source<string, infer R> ? Flat<Json<R> & { revision: number }> : never;

/** The type of a view's groups as JSON. */
export type GroupOf<V> = V extends View<string, infer R, infer G> ? Pick<Json<R>, G & keyof Json<R>> : never;

/**
 * What is deployed together: a name and its views. A pipeline file exports it as its default.
 *
 * @example
 * export default pipeline('clickstream', [pageViews]);
 */
export function pipeline<const Vs extends readonly View[]>(
  name: string,
  views: Vs,
): Pipeline<Flat<{ [K in Vs[number] as K['name']]: K }>> {
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
  if (definitions.length > MAX_VIEWS) {
    throw new DefinitionError(
      `${where} has ${definitions.length} views, and at most ${MAX_VIEWS} fit. Divide it in several pipelines.`,
    );
  }
  const streams = new Map<string, StreamDefinition>();
  for (const { stream } of definitions) {
    if ((streams.get(stream.name) ?? stream) !== stream) {
      throw new DefinitionError(
        `${where}: two different streams are named '${stream.name}'. Make the stream once and use it in every view.`,
      );
    }
    streams.set(stream.name, stream);
  }
  const twice = definitions.find((view, index) => definitions.findIndex((other) => other.name === view.name) < index);
  if (twice) throw new DefinitionError(`${where}: two views are named '${twice.name}'.`);
  const definition: PipelineDefinition = { kind: 'pipeline', name, streams: [...streams.values()], views: definitions };
  return definition as unknown as Pipeline<Flat<{ [K in Vs[number] as K['name']]: K }>>;
}

/** The data behind a pipeline that a file exports. `file` names it in the error. */
export function pipelineDefinition(exported: unknown, file: string): PipelineDefinition {
  if (typeof exported === 'object' && exported !== null && (exported as PipelineDefinition).kind === 'pipeline') {
    return exported as PipelineDefinition;
  }
  throw new DefinitionError(
    `${file} has no pipeline as its default export. End it with: export default pipeline('name', [views]);`,
  );
}
