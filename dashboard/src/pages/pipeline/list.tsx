import type { PipelineProps } from './drawing.tsx';
import { columnTitle } from './graph.ts';
import { NodeBody, nodePath } from './node.tsx';

/** The drawing's facts as a list, indented by how far a node is from its streams: for narrow screens. */
export function PipelineList({ graph, mode, picture, chosen }: PipelineProps) {
  return (
    <ol class="node-list">
      {Array.from({ length: graph.columns }, (_, column) => (
        <li key={columnTitle(column, graph.columns)}>
          <h2>{columnTitle(column, graph.columns)}</h2>
          <ul style={{ paddingLeft: `${Math.min(column, 3) * 14}px` }}>
            {graph.nodes
              .filter((node) => node.column === column)
              .map((node) => (
                <li key={node.id}>
                  <a class="node" href={nodePath(node)} aria-current={node.id === chosen?.id ? 'true' : undefined}>
                    <NodeBody node={node} mode={mode} picture={picture} />
                  </a>
                </li>
              ))}
          </ul>
        </li>
      ))}
    </ol>
  );
}
