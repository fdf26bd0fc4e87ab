import { pathOf } from '../path.ts';
import { factsOf, type Mode, type Picture } from './facts.ts';
import type { Graph, GraphNode } from './graph.ts';
import { heldBackBy, whyNotLater } from './why.ts';

interface NodeAsideProps {
  readonly node: GraphNode;
  readonly graph: Graph;
  readonly mode: Mode;
  readonly picture: Picture;
}

/** The chosen node in numbers, and what holds it back. */
export function NodeAside({ node, graph, picture }: NodeAsideProps) {
  const rates = factsOf(node, 'rates', picture);
  const state = factsOf(node, 'state', picture);
  const why = whyNotLater(node, picture);
  const names = (ids: readonly string[]) => graph.nodes.filter(({ id }) => ids.includes(id)).map(({ name }) => name);
  const from = names(graph.edges.filter(({ to }) => to === node.id).map((edge) => edge.from));
  const to = names(graph.edges.filter((edge) => edge.from === node.id).map((edge) => edge.to));
  const held = node.kind === 'view' ? heldBackBy(node.name, picture) : null;
  return (
    <>
      <p class="kind">{rates.kind}</p>
      <h2>
        <bdi>{node.name}</bdi>
      </h2>
      <dl class="facts">
        {rates.time !== null && (
          <>
            <dt>{node.kind === 'view' ? 'closed up to' : 'watermark'}</dt>
            <dd class="purple">{rates.time}</dd>
          </>
        )}
        {held !== null && (
          <>
            <dt>held back by</dt>
            <dd>{held}</dd>
          </>
        )}
        <dt>now</dt>
        <dd>{rates.fact}</dd>
        {state.fact !== rates.fact && (
          <>
            <dt>holds</dt>
            <dd>{state.fact}</dd>
          </>
        )}
        {from.length > 0 && (
          <>
            <dt>reads</dt>
            <dd>{from.join(', ')}</dd>
          </>
        )}
        {to.length > 0 && (
          <>
            <dt>goes to</dt>
            <dd>{to.join(', ')}</dd>
          </>
        )}
        <dt>health</dt>
        <dd>{rates.healthWords}</dd>
      </dl>
      {why !== null && (
        <>
          <h3>Why not later?</h3>
          <p>
            <bdi>{why}</bdi>
          </p>
        </>
      )}
      {node.kind === 'view' && (
        <p>
          <a href={pathOf({ page: 'views', name: node.name })}>Show view</a>
        </p>
      )}
      {node.kind === 'side_outputs' && (
        <p>
          <a href={pathOf({ page: 'events' })}>Show events</a>
        </p>
      )}
    </>
  );
}
