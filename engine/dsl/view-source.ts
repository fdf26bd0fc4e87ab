import { DefinitionError } from '../ir/errors.ts';
import type { SourceDefinition } from '../ir/source-definition.ts';
import type { StreamDefinition } from '../ir/stream-definition.ts';
import type { UnionSource } from '../ir/union-definition.ts';
import { handsOf, type ViewDefinition } from '../ir/view-definition.ts';
import { traitsOf, type WindowDefinition } from '../ir/window.ts';

/** What is complete and gives rows: a view, or a join. */
export interface GivesRows {
  readonly definition: ViewDefinition;
}

/** What a view was given to take its events from. `where` names it for the error. */
export function viewSourceOf(where: string, given: unknown): SourceDefinition {
  const definition = (given as GivesRows | null | undefined)?.definition;
  const takesTotals = definition?.kind === 'view' && handsOf(definition) === 'totals';
  return takesTotals ? { kind: 'view', view: definition } : sourceOf(where, given);
}

/**
 * A view of totals takes each group's last one in a window of its own.
 *
 * @throws DefinitionError where its windows have no last one, or several share it.
 */
export function checkTotals(where: string, source: SourceDefinition, window: WindowDefinition): void {
  if (source.kind !== 'view' || handsOf(source.view) !== 'totals') return;
  const reason = traitsOf(window).refuses.totals;
  if (reason === null) return;
  throw new DefinitionError(
    `${where}: its source is the totals of view '${source.view.name}', of which a window counts each group's last one, and ${reason}. Use windows such as tumbling('1 hour').`,
  );
}

/** What a join or a union was given to take its events from: rows that each count once. */
export function sourceOf(where: string, given: unknown): SourceDefinition {
  const definition = (given as GivesRows | null | undefined)?.definition;
  if (definition?.kind === 'view') {
    checkUpstream(where, definition);
    return { kind: 'view', view: definition };
  }
  const stream = given as StreamDefinition | null | undefined;
  if (stream?.kind === 'stream') return { kind: 'stream', stream };
  const united = given as UnionSource<ViewDefinition> | null | undefined;
  if (united?.kind === 'union') return united;
  throw new DefinitionError(
    `${where}: its source must be a stream, made by stream('…', { … }), a join, or a complete view, which ends with .aggregate(…).`,
  );
}

function checkUpstream(where: string, { name: upstream, window }: ViewDefinition): void {
  const reason = traitsOf(window).refuses.source;
  if (reason === null) return;
  throw new DefinitionError(
    `${where}: its source is view '${upstream}' with ${window.kind} windows, and ${reason}. Take one whose windows have a fixed place, such as tumbling('5 minutes').`,
  );
}
