import type { PipelineDescription } from '../../../../api/schemas/pipeline.ts';

/** A pipeline as nodes and edges: what it reads, what it makes of that, and where it goes. */

export type NodeKind = 'stream' | 'view' | 'results' | 'channel' | 'side_outputs';

export interface GraphNode {
  readonly id: string;
  readonly kind: NodeKind;
  readonly name: string;
  /** 0 of streams, then one more than the furthest input; outputs are last. */
  readonly column: number;
}

export type EdgeKind = 'events' | 'rows' | 'alerts' | 'side_outputs';

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly columns: number;
}

export const RESULTS = 'results';
export const SIDE_OUTPUTS = 'dead_and_late';
export const idOf = (kind: NodeKind, name: string) => `${kind}:${name}`;

export function graphOf({ streams, views }: Pick<PipelineDescription, 'streams' | 'views'>): Graph {
  const known = new Set(views.map(({ name }) => name));
  const depths = new Map<string, number>();
  const depthOf = (name: string): number => {
    const found = depths.get(name);
    if (found !== undefined) return found;
    depths.set(name, 1);
    const sources = views.find((view) => view.name === name)?.source ?? [];
    const depth = sources.reduce(
      (most, source) =>
        source.kind !== 'stream' && known.has(source.name) ? Math.max(most, depthOf(source.name) + 1) : most,
      1,
    );
    depths.set(name, depth);
    return depth;
  };
  const last = views.reduce((most, { name }) => Math.max(most, depthOf(name)), 0) + 1;
  const channels = [...new Set(views.flatMap(({ alerts }) => alerts.flatMap((alert) => alert.channels)))];
  const node = (kind: NodeKind, name: string, column: number): GraphNode => ({
    id: idOf(kind, name),
    kind,
    name,
    column,
  });
  return {
    columns: last + 1,
    nodes: [
      ...streams.map(({ name }) => node('stream', name, 0)),
      ...views.map(({ name }) => node('view', name, depthOf(name))),
      node('results', RESULTS, last),
      ...channels.map((name) => node('channel', name, last)),
      node('side_outputs', SIDE_OUTPUTS, last),
    ],
    edges: [
      ...views.flatMap(({ name, source }) =>
        source.map(
          (of): GraphEdge => ({
            from: idOf(known.has(of.name) && of.kind !== 'stream' ? 'view' : 'stream', of.name),
            to: idOf('view', name),
            kind: of.kind === 'stream' ? 'events' : 'rows',
          }),
        ),
      ),
      ...views.map(({ name }): GraphEdge => ({ from: idOf('view', name), to: idOf('results', RESULTS), kind: 'rows' })),
      ...views.flatMap(({ name, alerts }) =>
        [...new Set(alerts.flatMap((alert) => alert.channels))].map(
          (channel): GraphEdge => ({ from: idOf('view', name), to: idOf('channel', channel), kind: 'alerts' }),
        ),
      ),
      ...streams.map(
        ({ name }): GraphEdge => ({
          from: idOf('stream', name),
          to: idOf('side_outputs', SIDE_OUTPUTS),
          kind: 'side_outputs',
        }),
      ),
    ],
  };
}

export function columnTitle(column: number, columns: number): string {
  if (column === 0) return 'Streams';
  if (column === columns - 1) return 'Outputs';
  return column === 1 ? 'Views of events' : column === 2 ? 'Views of views' : `Views of views, ${column} deep`;
}
