import { Icon } from '../../components/icon.tsx';
import { pathOf } from '../path.ts';
import { route } from '../route.ts';
import { factsOf, type Mode, type Picture } from './facts.ts';
import type { GraphNode } from './graph.ts';

interface NodeBodyProps {
  readonly node: GraphNode;
  readonly mode: Mode;
  readonly picture: Picture;
}

/** What stands in a node: its kind, name, what it holds, up to when it is closed, and its health. */
export function NodeBody({ node, mode, picture }: NodeBodyProps) {
  const facts = factsOf(node, mode, picture);
  return (
    <>
      <span class="kind">
        <span>{facts.kind}</span>
        {facts.isIdle ? <span class="chip">idle</span> : <Icon name={facts.health} size={13} />}
      </span>
      <b>
        <bdi>{node.name}</bdi>
      </b>
      <span>{facts.fact}</span>
      <span>
        {facts.time !== null && <span class="purple">{facts.time}</span>} {!facts.isIdle && facts.more}
        <span class="hidden-text"> {facts.healthWords}</span>
      </span>
    </>
  );
}

export function nodePath(node: GraphNode): string {
  const { query } = route.value;
  return pathOf({ page: 'pipeline', name: node.id, ...(query !== undefined && { query }) });
}
