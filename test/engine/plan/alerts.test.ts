import {
  type Condition,
  count,
  type Fields,
  pipeline,
  stream,
  sum,
  Timestamp,
  Type,
  terminal,
  threshold,
  tumbling,
  view,
} from 'streamgauge';
import { pipelineDefinition } from '../../../engine/ir/pipeline-definition.ts';
import { compilePipeline } from '../../../engine/plan/plan.ts';

const hits = stream('hits', {
  schema: Type.Object({ page: Type.String(), n: Type.Integer(), at: Timestamp() }),
  eventTime: 'at',
  partitionKey: 'page',
  maxLateness: '1 minute',
});

interface Row {
  readonly n: number;
  readonly total: number;
  readonly state: 'normal' | 'high_exceeded';
  readonly is_busy: boolean;
}

/** The cause that an alert gives without one of its own, of a row with these columns. */
function causeOf(when: (row: Fields<Row>) => Condition): string | undefined {
  const alerted = view('v', hits)
    .window(tumbling('1 minute'))
    .groupBy('page')
    .aggregate((e) => ({ n: count(), total: sum(e.n) }))
    .derive((row) => ({ state: threshold(row.n, { high: { upper: 5 } }), is_busy: row.total.gt(3) }))
    .alert('a', { when: when as never, severity: 'warning', to: [terminal()] });
  const [plan] = compilePipeline(pipelineDefinition(pipeline('p', [alerted]), 'the test')).views;
  const verdict = plan?.alerts[0]?.judge({ page: '/', n: 7, total: 9, state: 'high_exceeded', is_busy: true });
  return verdict?.kind === 'fires' ? verdict.reason : undefined;
}

describe('the cause in words', () => {
  test('has the values that the condition does not give away', () => {
    expect(causeOf((row) => row.n.gte(5))).toBe('n ≥ 5: n is 7');
    expect(causeOf((row) => row.n.gte(5).and(row.state.eq('high_exceeded')))).toBe(
      '(n ≥ 5) and (state = "high_exceeded"): n is 7',
    );
  });

  test('is the condition alone where that says it all', () => {
    expect(causeOf((row) => row.state.eq('high_exceeded'))).toBe('state = "high_exceeded"');
    expect(causeOf((row) => row.is_busy)).toBe('is_busy');
  });

  test('has all values of alternatives: any of them may be the cause', () => {
    expect(causeOf((row) => row.state.eq('normal').or(row.n.gte(5)))).toBe(
      '(state = "normal") or (n ≥ 5): state is "high_exceeded", n is 7',
    );
  });
});
