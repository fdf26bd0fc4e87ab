import { useMemo } from 'preact/hooks';
import { pipeline } from '../../live/store.ts';
import { edgeRate, type Mode, type Picture, rateOf } from './facts.ts';
import { columnTitle, type Graph, type GraphNode } from './graph.ts';
import { type Drawing, edgeWidth, layoutGraph, NODE_HEIGHT, NODE_WIDTH, type PlacedEdge } from './layout.ts';
import { NodeBody, nodePath } from './node.tsx';

export interface PipelineProps {
  readonly graph: Graph;
  readonly mode: Mode;
  readonly picture: Picture;
  readonly chosen: GraphNode | undefined;
}

/** Nodes by columns, edges around them. Narrow screens have the list instead, with the same facts. */
export function PipelineDrawing({ graph, mode, picture, chosen }: PipelineProps) {
  // The definition changes seldom; rates change each second and move nothing.
  const drawing = useMemo(() => layoutGraph(graph), [pipeline.value]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section class="drawing" aria-label="Drawing of the pipeline" tabIndex={0}>
      <div style={{ position: 'relative', width: `${drawing.width}px`, height: `${drawing.height}px` }}>
        <svg width={drawing.width} height={drawing.height} aria-hidden="true">
          {drawing.edges.map((edge) => (
            <Edge key={`${edge.from} ${edge.to}`} edge={edge} picture={picture} />
          ))}
          {mode === 'rates' && <Labels drawing={drawing} picture={picture} />}
        </svg>
        {Array.from({ length: graph.columns }, (_, column) => (
          <h2 key={columnTitle(column, graph.columns)} style={{ left: `${column * (NODE_WIDTH + 88)}px` }}>
            {columnTitle(column, graph.columns)}
          </h2>
        ))}
        {drawing.nodes.map((node) => (
          <a
            key={node.id}
            class="node"
            data-row
            href={nodePath(node)}
            aria-current={node.id === chosen?.id ? 'true' : undefined}
            style={{ left: `${node.x}px`, top: `${node.y}px`, width: `${NODE_WIDTH}px`, height: `${NODE_HEIGHT}px` }}
          >
            <NodeBody node={node} mode={mode} picture={picture} />
          </a>
        ))}
      </div>
    </section>
  );
}

function Edge({ edge, picture }: { readonly edge: PlacedEdge; readonly picture: Picture }) {
  const rate = edgeRate(edge, picture.shown);
  const isIdle = rate === 0;
  const isEvents = edge.kind === 'events' && !isIdle;
  const color = isEvents ? 'var(--fin)' : 'var(--border-strong)';
  const end = edge.path
    .split(/[ CLM]/)
    .slice(-2)
    .map(Number);
  const [x = 0, y = 0] = end;
  return (
    <>
      <path
        d={edge.path}
        fill="none"
        stroke={color}
        stroke-width={edgeWidth(rate ?? 0)}
        stroke-dasharray={isIdle ? '4 3' : undefined}
      />
      <path d={`M${x - 1} ${y - 4.5}l8 4.5-8 4.5z`} fill={isEvents ? 'var(--accent)' : color} />
    </>
  );
}

/** A rate is said once for each node that it comes from: all its edges of the same kind carry the same. */
function Labels({ drawing, picture }: { readonly drawing: Drawing; readonly picture: Picture }) {
  const said = new Set<string>();
  return (
    <>
      {drawing.edges.map((edge) => {
        const rate = edgeRate(edge, picture.shown);
        const source = `${edge.from} ${edge.kind}`;
        // Edges that share a lane have one label, or they would cover each other.
        const place = `${edge.labelX} ${edge.labelY}`;
        if (rate === null || rate === 0 || said.has(source) || said.has(place)) return null;
        said.add(source).add(place);
        return (
          <text key={source} class="edge-label" x={edge.labelX} y={edge.labelY + 4} text-anchor="middle">
            {edge.kind === 'rows' ? rateOf(rate, 'rows') : rateOf(rate)}
          </text>
        );
      })}
    </>
  );
}
