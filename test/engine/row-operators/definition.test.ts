import { changeOver, count, max, mean, stream, sum, Timestamp, Type, tumbling, view } from 'streamgauge';
import type { ColumnNode } from '../../../engine/ir/node.ts';
import { rowShape, type ViewDefinition } from '../../../engine/ir/view-definition.ts';
import { describeColumn } from '../../../engine/row-operators/registry.ts';
import { definitionOf } from '../dsl/definition-of.ts';
import { js, refusal, type Untyped } from '../dsl/untyped.ts';

const clicks = stream('clicks', {
  schema: Type.Object({ page: Type.String(), n: Type.Integer(), ms: Type.Number(), at: Timestamp() }),
  eventTime: 'at',
  partitionKey: 'page',
  maxLateness: '1 minute',
});
const minutes = view('minutes', clicks)
  .window(tumbling('1 minute'))
  .groupBy('page')
  .aggregate((e) => ({ events: count(), total: sum(e.n), ms: sum(e.ms) }));
const changing = minutes.derive((row) => ({ change: changeOver(row.total, { windows: 2 }) }));

const NUMBER = { kind: 'number', nullable: true } as const;
const typeOf = (definition: ViewDefinition, path: readonly string[]) =>
  path.reduce<unknown>((shape, name) => {
    const field = (shape as ReturnType<typeof rowShape>).fields.get(name);
    return field?.shape === 'leaf' ? field.type : field;
  }, rowShape(definition));

describe('a struct of a row operator', () => {
  test('is a column of the row with typed fields; a change of whole numbers is whole', () => {
    const definition = definitionOf(changing);
    expect(typeOf(definition, ['change', 'absolute'])).toEqual({ ...NUMBER, integer: true });
    expect(typeOf(definition, ['change', 'percent'])).toEqual(NUMBER);
    const ofDoubles = definitionOf(minutes.derive((row) => ({ change: changeOver(row.ms, { windows: 2 }) })));
    expect(typeOf(ofDoubles, ['change', 'absolute'])).toEqual(NUMBER);
  });

  test('can be read field by field where it is made, and afterwards', () => {
    const definition = definitionOf(
      changing.derive((row) => ({
        share: row.change.percent.div(100),
        rose: changeOver(row.total, { windows: 1 }).absolute.gt(0),
      })),
    );
    const texts = definition.derived.map(({ name, node }) => `${name} = ${describeColumn(node)}`);
    expect(texts).toEqual([
      'change = change of total over 2 windows',
      'share = change.percent ÷ 100',
      'rose = (absolute of (change of total over 1 window)) > 0',
    ]);
  });

  test('is the same as a method of a number', () => {
    const asMethod = minutes.derive((row) => ({ change: row.total.changeOver({ windows: 2 }) }));
    expect(definitionOf(asMethod).derived).toEqual(definitionOf(changing).derived);
    const ofSum = minutes.derive((row) => ({
      rose: row.total.add(row.events).changeOver({ windows: 1 }).percent.gt(9),
    }));
    expect(describeColumn((definitionOf(ofSum).derived[0] as { node: ColumnNode }).node)).toBe(
      '(percent of (change of (total + events) over 1 window)) > 9',
    );
  });

  test('can be columns of its own, by its fields', () => {
    const spread = minutes.derive((row) => ({ ...changeOver(row.total, { windows: 1 }) }));
    expect(definitionOf(spread).derived.map(({ name }) => name)).toEqual(['absolute', 'percent', 'from']);
  });

  test('can be filtered, derived from and aggregated by a view of the view', () => {
    const hourly = view('hourly', changing)
      .where((row) => row.change.percent.gt(50))
      .derive((row) => ({ size: row.change.absolute }))
      .window(tumbling('1 hour'))
      .groupBy('page')
      .aggregate((row) => ({ largest: max(row.change.percent), size: sum(row.size) }));
    expect(typeOf(definitionOf(hourly), ['largest'])).toEqual(NUMBER);
  });
});

describe('row operators are refused', () => {
  const row = (change: (row: Untyped) => unknown) => () =>
    js
      .view('v', clicks)
      .window(tumbling('1 minute'))
      .groupBy('page')
      .aggregate((e: Untyped) => ({ n: js.count(), total: js.sum(e.n) }))
      .derive((row: Untyped) => ({ x: change(row) }));
  const change = (of: unknown, options: object = { windows: 1 }) => js.changeOver(of, options);
  test.each<[() => unknown, string]>([
    [
      row(({ n }) => change(n, { windows: 0 })),
      'changeOver(…): windows is 0: it must be a whole number from 1 to 500.',
    ],
    [row(({ n }) => change(n, { windows: 501 })), 'changeOver(…): windows is 501'],
    [row(({ n }) => change(n, { window: 1 })), "changeOver(…) has no setting 'window'. Its settings are windows."],
    [
      row((r) => change((r as unknown as { page: Untyped }).page)),
      'changeOver(…) was given a string, and needs a number of the row.',
    ],
    [row(({ n }) => (n as unknown as Untyped).changeOver({ windows: 0 })), 'changeOver(…): windows is 0'],
    [row(({ n }) => (n as unknown as Untyped).changeOver()), 'changeOver(…) needs its settings as an object'],
    [
      row(({ n }) => (n as unknown as Untyped).gt(1).changeOver({ windows: 1 })),
      'changeOver(…) was given a boolean, and needs a number of the row.',
    ],
    [row(() => change(3)), 'changeOver(…) was given the number 3'],
    [
      row(({ n }) => change((change(n) as unknown as { percent: Untyped }).percent)),
      'changeOver(…) was given a column that itself goes over rows: it takes a number of the row. Give that a column in a .derive(…) of its own',
    ],
    [
      row(({ n }) => (change(n) as unknown as { percentage: Untyped }).percentage),
      "change(…) has no field 'percentage'. Did you mean 'percent'?",
    ],
    [row(({ n }) => js.mean(change(n))), 'an object (a struct is no value: name one of its fields)'],
    [
      row(({ n }) => {
        change(n);
        return n;
      }),
      "view 'v', derive(): change(…) is made and used by nothing.",
    ],
    [
      () => js.view('v', clicks).derive((e: Untyped) => ({ x: change(e.n) })),
      "view 'v', derive(): 'x' goes over a group's rows (change), and there are none yet. Use it in the .derive(…) after .aggregate(…).",
    ],
    [
      () =>
        js
          .view('v', clicks)
          .window(js.session({ gap: '1 minute' }))
          .aggregate(() => ({ n: js.count() }))
          .derive((r: Untyped) => ({ x: change(r.n) })),
      "'x' goes over a group's last windows, which needs windows in a fixed order, and session windows move and merge as events come.",
    ],
    [
      () => js.view('w', changing).window(tumbling('1 hour')).groupBy('change'),
      "'change' is an object or an array. Group by a simple field",
    ],
  ])('where they have no meaning: case %#', (define, message) => {
    expect(refusal(define)).toContain(message);
  });

  test('never where an earlier column holds what goes over rows', () => {
    const smooth = minutes
      .derive((r) => ({ usual: mean(r.total).over({ windows: 10 }) }))
      .derive((r) => ({ change: changeOver(r.usual, { windows: 1 }) }));
    expect(definitionOf(smooth).derived).toHaveLength(2);
  });
});
