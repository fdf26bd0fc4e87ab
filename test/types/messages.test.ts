import { type Compilation, compile } from './compiler.ts';

const HEAD = `
  import { count, type Duration, mean, pipeline, type RowOf, stream, sum, Timestamp, Type, tumbling, type View, view } from 'streamgauge';
  import { same } from '#test/types/equal.ts';
  import { orders } from '#test/types/orders.ts';
  const raw = view('v', orders);
  const hourly = raw.window(tumbling('1 hour'));
  const rows = hourly.groupBy('status').aggregate((e) => ({ n: count(), average: mean(e.amount) }));
  const id = Type.String();
  const settings = { partitionKey: 'id', maxLateness: '1 minute' } as const;
`;

interface Wrong {
  readonly code: string;
  /** Parts of the compiler's message, which a reader needs to find the mistake. */
  readonly says: readonly string[];
}

const WRONG: Readonly<Record<string, Wrong>> = {
  'a misspelt field': {
    code: 'raw.where((e) => e.amuont.gt(1));',
    says: ["Property 'amuont' does not exist", "Did you mean 'amount'?"],
  },
  'a number compared with a text field': {
    code: 'raw.where((e) => e.amount.gt(e.order_id));',
    says: ["'StringExpr<string>' is not assignable", "Type 'string' is not assignable to type 'number'"],
  },
  'a value that is not in the enum': {
    code: "raw.where((e) => e.status.eq('payed'));",
    says: ['"payed"', '"open" | "paid" | "sent"'],
  },
  'a comparison with null': {
    code: 'raw.where((e) => e.note.eq(null));',
    says: ["Argument of type 'null' is not assignable to parameter of type 'Operand<string | null>'"],
  },
  "JavaScript's + on expressions": {
    code: 'raw.derive((e) => ({ x: e.amount + 1 }));',
    says: ["Operator '+' cannot be applied to types 'NumberExpr<number>' and 'number'"],
  },
  'a reserved column': {
    code: 'hourly.aggregate(() => ({ window_start: count() }));',
    says: ["'window_start' is a column that every result has"],
  },
  'a taken column': {
    code: 'rows.derive((row) => ({ average: row.n }));',
    says: ["'average' is already a column"],
  },
  'an event time that is no timestamp': {
    code: "stream('s', { schema: Type.Object({ id, at: Timestamp() }), eventTime: 'id', ...settings });",
    says: [`"'id' is not a Timestamp() of the schema, as eventTime has to be"`],
  },
  'a group by a field that is not there': {
    code: "raw.groupBy('citi');",
    says: ['"citi"', '"amount" | "at" | "channel"'],
  },
  'a group by an object': {
    code: "raw.groupBy('device');",
    says: ['"device"', '"amount" | "at" | "channel" | "discount"'],
  },
  'a group by an array': {
    code: "raw.groupBy('tags');",
    says: ['"tags"', '"amount" | "at" | "channel" | "discount"'],
  },
  'half a minute': {
    code: "tumbling('1.5 minutes');",
    says: [`"'1.5 minutes' is not a duration: write a whole number and a unit, such as '5 minutes' or '5m'"`],
  },
  'an abbreviated duration': {
    code: "tumbling('5 min');",
    says: [`"'5 min' is not a duration: write a whole number and a unit, such as '5 minutes' or '5m'"`],
  },
  'one wrong duration of several in a stream': {
    code: "stream('s', { schema: Type.Object({ id, at: Timestamp() }), eventTime: 'at', ...settings, idleTimeout: '5 min' });",
    says: ['"5 min"', `"'5 min' is not a duration: write a whole number and a unit, such as '5 minutes' or '5m'"`],
  },
  'a wrong allowed lateness': {
    code: "raw.window(tumbling('1 hour'), { allowedLateness: '5 min', keepRows: 'forever' });",
    says: ['"5 min"', `"'5 min' is not a duration: write a whole number and a unit, such as '5 minutes' or '5m'"`],
  },
  'a sum of texts': {
    code: 'hourly.aggregate((e) => ({ x: sum(e.note) }));',
    says: ["'StringExpr<string | null>' is not assignable", "missing the following properties from type 'NumberExpr"],
  },
  'a number as a condition': {
    code: 'raw.where((e) => e.amount);',
    says: ["Type 'NumberExpr<number>' is not assignable to type 'Condition'", 'and, or, not'],
  },
  'a block without a return': {
    code: 'raw.derive((e) => { x: e.amount.add(1); });',
    says: ["Type 'void' is not assignable to type 'Record<string, Expr<unknown>>'"],
  },
  'aggregates without a window': {
    code: 'raw.aggregate(() => ({ n: count() }));',
    says: ["Property 'aggregate' does not exist on type 'EventView"],
  },
  'a view without aggregates in a pipeline': {
    code: "pipeline('p', [hourly]);",
    says: ["Type 'WindowedView<", 'This is not a complete view: it ends with .aggregate((e) => ({ … }))'],
  },
};

/** What must compile, beyond what `rows.test-d.ts` proves. */
const RIGHT: Readonly<Record<string, string>> = {
  'nothing but the imports': '',
  'a number and a literal make a number, in derive too':
    "const more = rows.derive((row) => ({ x: row.n.add(1) })); same<RowOf<typeof more>['x'], number>(true);",
  'a duration in a variable':
    "const d = '5m' as Duration; raw.window(tumbling(d, { offset: d }), { allowedLateness: d, keepRows: d });",
  'rows that are kept for ever': "raw.window(tumbling('1 hour'), { allowedLateness: '1h', keepRows: 'forever' });",
  'views in a list': "const all: View[] = [rows]; pipeline('p', all);",
  'a path through a struct that may be missing, as for a field that may be': `
    const meta = Type.Optional(Type.Object({ at: Timestamp(), id: Type.Integer() }));
    stream('s', { schema: Type.Object({ meta }), eventTime: 'meta.at', partitionKey: 'meta.id', maxLateness: '1 hour' });`,
};

describe("the compiler's messages", () => {
  let compilation: Compilation;
  beforeAll(() => {
    const wrong = Object.values(WRONG).map(({ code }, index) => [`wrong-${index}`, HEAD + code]);
    const right = Object.values(RIGHT).map((code, index) => [`right-${index}`, HEAD + code]);
    compilation = compile(Object.fromEntries([...wrong, ...right]));
  });

  test.each(Object.keys(WRONG).map((name, index) => [name, index] as const))('tell of %s', (name, index) => {
    const message = compilation.errors.get(`wrong-${index}`);
    for (const part of WRONG[name]?.says ?? []) expect(message).toContain(part);
  });

  test('are at most 15 lines for one mistake', () => {
    for (const message of compilation.errors.values()) expect(message.split('\n').length).toBeLessThanOrEqual(15);
  });

  test.each(Object.keys(RIGHT).map((name, index) => [name, index] as const))('are none for %s', (_name, index) => {
    expect(compilation.errors.get(`right-${index}`)).toBe('');
  });
});
