import { count, pipeline, stream, sum, Timestamp, Type, tumbling, view, zScore } from '../../../engine/index.ts';
import type { StructOperatorNode } from '../../../engine/ir/node.ts';
import { pipelineDefinition } from '../../../engine/ir/pipeline-definition.ts';
import { RowOperators } from '../../../engine/plan/row-operators.ts';

const events = stream('events', {
  schema: Type.Object({ n: Type.Integer(), at: Timestamp('epoch-ms') }),
  eventTime: 'at',
  partitionKey: 'n',
  maxLateness: '0 ms',
});
const watched = view('watched', events)
  .window(tumbling('1 hour'))
  .aggregate((e) => ({ events: count(), balance: sum(e.n) }))
  .derive((row) => ({ by_count: zScore(row.events), by_balance: zScore(row.balance) }));

const HOUR_MS = 3_600_000;
const FEW = [0, 3, 0, 1, 5, 0, 2, 0, 4, 0, 1, 0, 3, 0, 6, 0, 1, 0, 2, 0, 4, 0, 1, 0, 3, 0, 2, 0, 5, 0];

/** The reason of one row with very many, after rows with few. */
function reasonAfterFew(column: string): string {
  const [definition] = pipelineDefinition(pipeline('p', [watched]), 'the test').views;
  if (definition === undefined) throw new Error('the view is missing');
  const operators = new RowOperators(definition);
  const node = definition.derived.find(({ name }) => name === column)?.node as StructOperatorNode;
  const states = operators.create();
  const step = (value: number, index: number) => {
    const window = { startMs: index * HOUR_MS, endMs: (index + 1) * HOUR_MS };
    return operators.step(operators.indexOf(node), states, { events: value, balance: value }, window);
  };
  FEW.forEach(step);
  return String((step(40, FEW.length) as { reason: unknown }).reason);
}

test('nobody expects less than no events; of a sum, which can be below zero, the range is said as it is', () => {
  expect(reasonAfterFew('by_count')).toMatch(/: 40, expected 0 to \d/);
  expect(reasonAfterFew('by_balance')).toMatch(/: 40, expected -\d/);
});
