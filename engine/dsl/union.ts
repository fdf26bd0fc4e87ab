import { DefinitionError } from '../ir/errors.ts';
import { checkName } from '../ir/names.ts';
import type { StreamDefinition } from '../ir/stream-definition.ts';
import { type UnionSource, unionShape } from '../ir/union-definition.ts';
import type { Source } from './stream.ts';

/**
 * The events of several streams as if they were of one: with the fields that all of them have, of one kind. Each stream keeps its own
 * schema, its own lateness, and views of its own. A stream that is idle does not hold the others up.
 *
 * @example
 * const all = union('all_logins', [web, mobile]);
 * view('logins', all).window(tumbling('1 minute')).aggregate(() => ({ logins: count() }))
 */
export function union<const N extends string, R>(name: N, streams: readonly Source<string, R>[]): Source<N, R> {
  const where = `union '${name}'`;
  checkName(name, where);
  if (!Array.isArray(streams) || streams.length < 2) {
    throw new DefinitionError(`${where} needs a list of at least two streams: union('${name}', [web, mobile]).`);
  }
  const definitions = streams.map((stream, index) => {
    const definition = stream as unknown as StreamDefinition;
    if (definition?.kind === 'stream') return definition;
    throw new DefinitionError(
      `${where}: entry ${index + 1} is no stream. A union is of streams, made by stream('…', { … }).`,
    );
  });
  if (new Set(definitions).size < definitions.length) {
    throw new DefinitionError(`${where} names a stream twice, and its events would count twice. Name each once.`);
  }
  const source: UnionSource = { kind: 'union', name, streams: definitions };
  if (unionShape(source).fields.size === 0) {
    throw new DefinitionError(
      `${where}: its streams have no field in common: ${definitions.map((stream) => `'${stream.name}' has ${[...stream.shape.fields.keys()].join(', ')}`).join('; ')}. Give what means the same the same name and type.`,
    );
  }
  return source as unknown as Source<N, R>;
}
