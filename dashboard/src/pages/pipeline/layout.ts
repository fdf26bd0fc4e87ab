import type { Graph, GraphEdge, GraphNode } from './graph.ts';

/** Where nodes stand and how edges run. Pure, so that tests can look at it. */

export const NODE_WIDTH = 210;
export const NODE_HEIGHT = 88;
const COLUMN_GAP = 88;
const ROW_GAP = 28;
const TOP = 30;
/** Lanes of edges that pass the same gap stand so far apart. */
const LANE = 7;

export interface PlacedNode extends GraphNode {
  readonly x: number;
  readonly y: number;
}

export interface PlacedEdge extends GraphEdge {
  readonly path: string;
  /** Where a label stands: on the edge, between two columns. */
  readonly labelX: number;
  readonly labelY: number;
}

export interface Drawing {
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
  readonly width: number;
  readonly height: number;
}

const columnX = (column: number) => column * (NODE_WIDTH + COLUMN_GAP);

export function layoutGraph({ nodes, edges, columns }: Graph): Drawing {
  const byColumn = Array.from({ length: columns }, (_, column) => nodes.filter((node) => node.column === column));
  const tallest = byColumn.reduce((most, { length }) => Math.max(most, length), 1);
  const inner = tallest * (NODE_HEIGHT + ROW_GAP) - ROW_GAP;
  const placed = new Map<string, PlacedNode>();
  byColumn.forEach((column, at) => {
    const ordered = at === 0 ? column : [...column].sort((a, b) => centre(a, edges, placed) - centre(b, edges, placed));
    const step = (inner + ROW_GAP) / Math.max(1, ordered.length);
    ordered.forEach((node, i) => {
      placed.set(node.id, { ...node, x: columnX(at), y: TOP + i * step + (step - ROW_GAP - NODE_HEIGHT) / 2 });
    });
  });
  const router = new Router(placed, columns, inner);
  const drawn = edges.flatMap((edge) => router.route(edge, edges));
  const lowest = drawn.reduce((most, { labelY }) => Math.max(most, labelY), TOP + inner);
  return {
    nodes: [...placed.values()],
    edges: drawn,
    width: columnX(columns - 1) + NODE_WIDTH,
    height: lowest + 2 * ROW_GAP,
  };
}

/** The mean height of what a node is made of: edges cross less where nodes stand in that order. */
function centre(node: GraphNode, edges: readonly GraphEdge[], placed: ReadonlyMap<string, PlacedNode>): number {
  const from = edges.flatMap((edge) => (edge.to === node.id ? [placed.get(edge.from)?.y ?? 0] : []));
  return from.length === 0 ? Number.POSITIVE_INFINITY : from.reduce((sum, y) => sum + y, 0) / from.length;
}

class Router {
  readonly #placed: ReadonlyMap<string, PlacedNode>;
  readonly #columns: number;
  readonly #bottom: number;
  readonly #lanes = new Map<string, number>();
  readonly #taken = new Map<string, number>();

  constructor(placed: ReadonlyMap<string, PlacedNode>, columns: number, inner: number) {
    this.#placed = placed;
    this.#columns = columns;
    this.#bottom = TOP + inner + ROW_GAP / 2;
  }

  route(edge: GraphEdge, edges: readonly GraphEdge[]): readonly PlacedEdge[] {
    const [from, to] = [this.#placed.get(edge.from), this.#placed.get(edge.to)];
    if (from === undefined || to === undefined) return [];
    const start = {
      x: from.x + NODE_WIDTH,
      y:
        from.y +
        portOf(
          edge,
          edges.filter((other) => other.from === edge.from),
        ),
    };
    // The arrow's head stands before the node.
    const end = {
      x: to.x - 7,
      y:
        to.y +
        portOf(
          edge,
          edges.filter((other) => other.to === edge.to),
        ),
    };
    const points = [start];
    for (let column = from.column + 1; column < to.column && column < this.#columns - 1; column++) {
      const share = (column - from.column) / (to.column - from.column);
      const y = this.#lane(column, start.y + (end.y - start.y) * share, `${edge.kind} ${edge.to}`);
      points.push({ x: columnX(column) - 24, y }, { x: columnX(column) + NODE_WIDTH + 16, y });
    }
    points.push(end);
    const [a, b] = points.length > 2 ? [points[1], points[2]] : [start, end];
    return [
      {
        ...edge,
        path: curve(points),
        labelX: ((a?.x ?? 0) + (b?.x ?? 0)) / 2,
        labelY: ((a?.y ?? 0) + (b?.y ?? 0)) / 2,
      },
    ];
  }

  /** The height at which an edge passes a column: between two nodes or below all, nearest to its straight way. */
  #lane(column: number, wantedY: number, kind: string): number {
    const key = `${column} ${kind}`;
    const known = this.#lanes.get(key);
    if (known !== undefined) return known;
    const tops = [...this.#placed.values()].filter((node) => node.column === column).map(({ y }) => y);
    const gaps = [...tops.sort((a, b) => a - b).map((y) => y - ROW_GAP / 2), this.#bottom];
    const gap = gaps.reduce((best, y) => (Math.abs(y - wantedY) < Math.abs(best - wantedY) ? y : best));
    const taken = this.#taken.get(`${column} ${gap}`) ?? 0;
    this.#taken.set(`${column} ${gap}`, taken + 1);
    // The gap between two nodes is narrow; below all of them there is room.
    const lane =
      gap === this.#bottom ? gap + 3 * LANE * taken : gap + LANE * (taken % 2 === 0 ? taken / 2 : -(taken + 1) / 2);
    this.#lanes.set(key, lane);
    return lane;
  }
}

/** Edges of one node leave it, and reach it, at heights of their own. */
function portOf(edge: GraphEdge, siblings: readonly GraphEdge[]): number {
  return (NODE_HEIGHT * (siblings.indexOf(edge) + 1)) / (siblings.length + 1);
}

function curve(points: readonly { readonly x: number; readonly y: number }[]): string {
  let path = '';
  points.forEach(({ x, y }, i) => {
    const before = points[i - 1];
    if (before === undefined) path += `M${r(x)} ${r(y)}`;
    else if (before.y === y) path += `L${r(x)} ${r(y)}`;
    else {
      const half = (x - before.x) / 2;
      path += `C${r(before.x + half)} ${r(before.y)} ${r(x - half)} ${r(y)} ${r(x)} ${r(y)}`;
    }
  });
  return path;
}

function r(value: number): string {
  return value.toFixed(1);
}

/** From 1 px where little goes to 5 px, by the logarithm of the rate. */
export function edgeWidth(perSecond: number): number {
  return perSecond <= 0 ? 1.2 : Math.min(5, Math.max(1.2, 2.4 + Math.log10(perSecond)));
}
