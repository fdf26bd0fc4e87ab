import { edgeRate, factsOf, type Picture, timeWords } from '../../../dashboard/src/pages/pipeline/facts.ts';
import { columnTitle, graphOf } from '../../../dashboard/src/pages/pipeline/graph.ts';
import { edgeWidth, layoutGraph, NODE_HEIGHT, NODE_WIDTH } from '../../../dashboard/src/pages/pipeline/layout.ts';
import { heldBackBy, whyNotLater } from '../../../dashboard/src/pages/pipeline/why.ts';
import { NOW, overviewAt, PIPELINE } from '../../support/page-fixture.ts';

const graph = graphOf(PIPELINE);
const picture: Picture = { described: PIPELINE, shown: overviewAt(0), zone: 'UTC', nowMs: NOW };
const nodeOf = (id: string) => {
  const found = graph.nodes.find((node) => node.id === id);
  if (found === undefined) throw new Error(`There is no node ${id}.`);
  return found;
};

describe('the graph', () => {
  test('has streams, views by how far they are from them, and outputs last', () => {
    expect(graph.columns).toBe(4);
    const columns = Object.fromEntries(graph.nodes.map(({ id, column }) => [id, column]));
    expect(columns).toMatchObject({
      'stream:requests': 0,
      'view:traffic_5min': 1,
      'view:traffic_1h': 2,
      'view:errors_after_deploy': 2,
      'results:results': 3,
      'channel:sns ops': 3,
      'side_outputs:dead_and_late': 3,
    });
  });

  test('names its columns', () => {
    expect([0, 1, 2, 3].map((column) => columnTitle(column, 4))).toEqual([
      'Streams',
      'Views of events',
      'Views of views',
      'Outputs',
    ]);
  });

  test('ends where views are of each other', () => {
    const [first] = PIPELINE.views;
    if (first === undefined) throw new Error('The fixture has no view.');
    const loop = { streams: [], views: [{ ...first, source: [{ kind: 'view', name: first.name }] }] };
    expect(graphOf(loop).columns).toBeGreaterThan(1);
  });
});

describe('the layout', () => {
  const drawing = layoutGraph(graph);

  test('lays no node over another', () => {
    for (const a of drawing.nodes) {
      for (const b of drawing.nodes) {
        const isApart =
          a.x + NODE_WIDTH <= b.x || b.x + NODE_WIDTH <= a.x || a.y + NODE_HEIGHT <= b.y || b.y + NODE_HEIGHT <= a.y;
        expect(a === b || isApart).toBe(true);
      }
    }
  });

  test('draws every edge, and none through a node', () => {
    expect(drawing.edges).toHaveLength(graph.edges.length);
    for (const { path, from, to } of drawing.edges) {
      // The straight parts are those that pass a column.
      for (const [, x, y] of path.matchAll(/L([\d.]+) ([\d.]+)/g)) {
        const passed = drawing.nodes.filter(
          (node) =>
            node.id !== from && node.id !== to && Number(x) > node.x && Number(x) - NODE_WIDTH < node.x + NODE_WIDTH,
        );
        for (const node of passed) {
          expect(Number(y) <= node.y || Number(y) >= node.y + NODE_HEIGHT).toBe(true);
        }
      }
    }
  });

  test('keeps all within its size', () => {
    for (const { x, y } of drawing.nodes) {
      expect(x + NODE_WIDTH).toBeLessThanOrEqual(drawing.width);
      expect(y + NODE_HEIGHT).toBeLessThanOrEqual(drawing.height);
    }
  });

  test('draws more where more goes, within bounds', () => {
    expect(edgeWidth(0)).toBe(1.2);
    expect(edgeWidth(41.8)).toBeCloseTo(4.02);
    expect(edgeWidth(1e9)).toBe(5);
    expect(edgeWidth(0.0001)).toBe(1.2);
  });
});

describe('facts', () => {
  test('of a stream by mode', () => {
    const node = nodeOf('stream:requests');
    expect(factsOf(node, 'rates', picture)).toMatchObject({
      fact: '41.8 events/s',
      time: '18:34:39',
      more: '4 shards, lag 0.4 s',
    });
    expect(factsOf(node, 'watermarks', picture).fact).toBe('1 min 2 s behind');
  });

  test('of a view say its alerts in a shape and in words', () => {
    const view = factsOf(nodeOf('view:traffic_5min'), 'state', picture);
    expect(view).toMatchObject({ fact: '900 B state, 49 rows', health: 'critical', healthWords: 'alert error_burst' });
    expect(factsOf(nodeOf('view:traffic_1h'), 'state', picture)).toMatchObject({ health: 'well', healthWords: 'well' });
  });

  test('say an idle stream, and what is not known', () => {
    expect(factsOf(nodeOf('stream:deploys'), 'rates', picture)).toMatchObject({ isIdle: true, more: 'idle' });
    const unknown = { ...picture, shown: { ...picture.shown, streams: {}, views: {} } };
    expect(factsOf(nodeOf('stream:requests'), 'rates', unknown).fact).toBe('not known');
    expect(factsOf(nodeOf('view:traffic_5min'), 'rates', unknown).fact).toBe('not known');
  });

  test('give edges their rates', () => {
    const rates = graph.edges.map((edge) => edgeRate(edge, picture.shown));
    expect(rates).toContain(41.8);
    expect(rates).toContain(2 / 60);
    expect(rates).toContain(0);
  });

  test('add the date where it is not the day at hand', () => {
    expect(timeWords(NOW - 86_400_000, 'UTC', NOW)).toBe('Tue 24 Nov 18:35:41');
  });
});

describe('why not later', () => {
  test('names the input that holds a view back, and those that are idle', () => {
    expect(heldBackBy('errors_after_deploy', picture)).toBe('requests');
    expect(whyNotLater(nodeOf('view:errors_after_deploy'), picture)).toBe(
      'It closes as far as its slowest input. The watermark of requests is at 18:34:39; a window closes once that has passed its end. deploys is idle, so nothing waits for it.',
    );
  });

  test('says what a stream waits for', () => {
    expect(whyNotLater(nodeOf('stream:requests'), picture)).toBe(
      'The latest event is of 18:35:39, and the watermark stays 1 min behind it, for events that come late.',
    );
    expect(whyNotLater(nodeOf('stream:deploys'), picture)).toContain('counts as idle');
    expect(whyNotLater(nodeOf('results:results'), picture)).toBeNull();
  });

  test('says that a view is stuck', () => {
    const stuck = { since: NOW, code: 'state_too_large', detail: 'Its state is too large.' };
    const shown = { ...picture.shown, views: { traffic_5min: { ...picture.shown.views.traffic_5min, stuck } } };
    const words = whyNotLater(nodeOf('view:traffic_5min'), { ...picture, shown: shown as Picture['shown'] });
    expect(words).toBe('It does not close: Its state is too large.');
  });
});
