import { DefinitionError } from '../ir/errors.ts';
import { checkName } from '../ir/names.ts';
import { type SourceOfKind, sourceLabel, sourceShape } from '../ir/source-definition.ts';
import { type UnionSource, unionShape } from '../ir/union-definition.ts';
import type { ViewDefinition } from '../ir/view-definition.ts';
import type { Source } from './stream.ts';
import { sourceOf } from './view-source.ts';

/**
 * The events of several streams, or the rows of several views, as if they were of one: with the fields that all of them have, of one
 * kind. Each stream keeps its own schema, its own lateness, and views of its own. A stream that is idle does not hold the others up.
 * A view's rows count when they change no more: a stream's events at their own times, and a row at the last instant of its window.
 *
 * @example
 * const all = union('all_logins', [web, mobile]);
 * view('logins', all).window(tumbling('1 minute')).aggregate(() => ({ logins: count() }))
 */
export function union<const N extends string, R>(name: N, sources: readonly Source<string, R>[]): Source<N, R> {
  const where = `union '${name}'`;
  checkName(name, where);
  if (!Array.isArray(sources) || sources.length < 2) {
    throw new DefinitionError(
      `${where} needs a list of at least two streams or views: union('${name}', [web, mobile]).`,
    );
  }
  const parts = sources.map((given, index) => partOf(given, where, index));
  const named = new Set<unknown>(parts.map((part) => (part.kind === 'stream' ? part.stream : part.view)));
  if (named.size < parts.length) {
    throw new DefinitionError(`${where} names a source twice, and its events would count twice. Name each once.`);
  }
  const streams = parts.flatMap((part) => (part.kind === 'stream' ? [part.stream] : []));
  const views = parts.flatMap((part) => (part.kind === 'view' ? [part.view] : []));
  const source: UnionSource<ViewDefinition> = {
    kind: 'union',
    name,
    streams,
    ...(views.length > 0 && { views }),
  };
  if (unionShape(source).fields.size === 0) {
    throw new DefinitionError(
      `${where}: its sources have no field in common: ${parts.map((part) => `${sourceLabel(part)} has ${[...sourceShape(part).fields.keys()].join(', ')}`).join('; ')}. Give what means the same the same name and type.`,
    );
  }
  return source as unknown as Source<N, R>;
}

function partOf(given: unknown, where: string, index: number): SourceOfKind<'stream' | 'view', ViewDefinition> {
  const source = sourceOf(`${where}, entry ${index + 1}`, given);
  if (source.kind === 'stream' || source.kind === 'view') return source;
  throw new DefinitionError(
    `${where}: entry ${index + 1} is ${sourceLabel(source)}. Name the streams or views of that in one list.`,
  );
}
