import fc from 'fast-check';
import {
  calendar,
  changeOver,
  Decimal,
  field,
  global,
  Numeric,
  pipeline,
  type Source,
  session,
  sliding,
  stream,
  Timestamp,
  Type,
  threshold,
  tumbling,
  zScore,
} from 'streamgauge';
import { type AggregateKind, type BuiltInSpec, descriptorOf } from '../../engine/aggregates/registry.ts';
import type { AggregateColumn } from '../../engine/dsl/aggregate-column.ts';
import { Expression, nodeOf } from '../../engine/dsl/build.ts';
import { callNode } from '../../engine/dsl/call-node.ts';
import { view } from '../../engine/dsl/view.ts';
import { pairFunction } from '../../engine/functions/pair.ts';
import type { Duration } from '../../engine/ir/duration.ts';
import type { ValueKind } from '../../engine/ir/node.ts';
import { traitsOf, type WindowDefinition } from '../../engine/ir/window.ts';
import type { ZScoreOptions } from '../../engine/row-operators/z-score.ts';
import { formatTimestamp } from '../../engine/time/format-timestamp.ts';
import { usualStepMs } from '../../engine/windows/aligned.ts';
import { windowOf } from '../../engine/windows/registry.ts';
import { columnOf } from '../support/column-of.ts';
import { isoText } from './clickstream-events.ts';
import { eventTimes, PAGES, Random } from './random-events.ts';
import { type ExpressionOptions, type RandomField, randomExpression } from './random-expression.ts';

/** How far events come late; every view of these pipelines still takes them. */
const DISORDER_MS = 40 * 60_000;

const hits = stream('hits', {
  schema: Type.Object({
    id: Type.Integer(),
    user: Type.String(),
    page: Type.Optional(Type.String()),
    amount: Type.Number(),
    score: Type.Optional(Type.Number()),
    quantity: Type.Optional(Type.Integer()),
    flag: Type.Optional(Type.Boolean()),
    price: Type.Optional(Numeric()),
    fee: Type.Optional(Decimal({ scale: 2 })),
    code: Type.Optional(field('http.code-x', Type.Integer())),
    device: Type.Optional(Type.Object({ os: Type.String(), seen: Type.Optional(field('@seen', Timestamp('auto'))) })),
    tags: Type.Optional(Type.Array(Type.Union([Type.String(), Type.Null()]))),
    counts: Type.Optional(Type.Record(Type.String(), Type.Integer())),
    items: Type.Optional(
      Type.Array(
        Type.Object({
          sku: Type.String(),
          units: Type.Optional(Type.Integer()),
          cost: Type.Optional(field('the cost', Decimal({ scale: 2 }))),
          box: Type.Optional(Type.Object({ kind: Type.String(), open: Type.Optional(Type.Boolean()) })),
          made: Type.Optional(Timestamp('auto')),
          sizes: Type.Optional(Type.Array(Type.Number())),
        }),
      ),
    ),
    at: Timestamp(),
  }),
  eventTime: 'at',
  partitionKey: 'user',
  maxLateness: '5 minutes',
});

const FIELDS: readonly RandomField[] = [
  { path: ['id'], type: { kind: 'number', nullable: false, integer: true } },
  { path: ['user'], type: { kind: 'string', nullable: false } },
  { path: ['page'], type: { kind: 'string', nullable: true } },
  { path: ['amount'], type: { kind: 'number', nullable: false } },
  { path: ['score'], type: { kind: 'number', nullable: true } },
  { path: ['quantity'], type: { kind: 'number', nullable: true, integer: true } },
  { path: ['flag'], type: { kind: 'boolean', nullable: true } },
  { path: ['price'], type: { kind: 'number', nullable: true, scale: 'any' } },
  { path: ['fee'], type: { kind: 'number', nullable: true, scale: 2 } },
  { path: ['code'], type: { kind: 'number', nullable: true, integer: true } },
  { path: ['device', 'os'], type: { kind: 'string', nullable: true } },
  { path: ['device', 'seen'], type: { kind: 'instant', nullable: true } },
  { path: ['at'], type: { kind: 'instant', nullable: false } },
];

/** Lists of the events: what is in them, and a list in that. */
const LISTS: readonly RandomList[] = [
  { path: ['tags'], fields: [{ path: [], type: { kind: 'string', nullable: true } }], isMap: false },
  {
    path: ['counts'],
    fields: [
      { path: ['key'], type: { kind: 'string', nullable: false } },
      { path: ['value'], type: { kind: 'number', nullable: false, integer: true } },
    ],
    isMap: true,
  },
  {
    path: ['items'],
    fields: [
      { path: ['sku'], type: { kind: 'string', nullable: false } },
      { path: ['units'], type: { kind: 'number', nullable: true, integer: true } },
      { path: ['cost'], type: { kind: 'number', nullable: true, scale: 2 } },
      { path: ['box', 'kind'], type: { kind: 'string', nullable: true } },
      { path: ['box', 'open'], type: { kind: 'boolean', nullable: true } },
      { path: ['made'], type: { kind: 'instant', nullable: true } },
    ],
    isMap: false,
    inner: { path: ['sizes'], fields: [{ path: [], type: { kind: 'number', nullable: false } }], isMap: false },
  },
];

interface RandomList {
  readonly path: readonly [string];
  /** Of an element: none of its names is the element itself. */
  readonly fields: readonly RandomField[];
  readonly isMap: boolean;
  readonly inner?: RandomList;
}

const AMOUNT = new Expression({ op: 'field', path: ['amount'], type: { kind: 'number', nullable: false } });

const NUMBERS = [0, 1, -1, 2, 0.5, -2.5, 10];
const WINDOWS: readonly Duration[] = [
  '1 second',
  '7 seconds',
  '90 seconds',
  '13 minutes',
  '1 hour',
  '1 day',
  '366 days',
];
const OFFSETS: readonly Duration[] = ['0 ms', '0 ms', '1 ms', '59 seconds', '5 hours'];

/** The parts of a view as methods that take what random expressions are: the public types know the fields instead. */
interface LooseView {
  readonly definition: unknown;
  where(condition: () => Expression): LooseView;
  derive(columns: (row: object) => Record<string, Expression>): LooseView;
  explode(list: (row: never) => Record<string, unknown>, options: object): LooseView;
  window(window: unknown, emission: object): LooseView;
  groupBy(...names: string[]): LooseView;
  aggregate(columns: () => Record<string, AggregateColumn>): LooseView;
}

/** A pipeline of several views with random filters, columns, windows, groups and aggregates, and views of some of them. */
export const randomPipeline: fc.Arbitrary<unknown> = fc.array(fc.gen(), { minLength: 5, maxLength: 5 }).map((gens) => {
  const views: { readonly complete: LooseView; readonly fields: readonly RandomField[] }[] = [];
  for (const [index, gen] of gens.entries()) {
    const pick = <T>(arbitrary: fc.Arbitrary<T>): T => gen(() => arbitrary);
    const upstream =
      index < 4 ? undefined : views.find(({ fields }) => fields.length > 2 && fields[0]?.path[0] === 'window_start');
    views.push(randomView(`view_${index}`, upstream ?? null, pick));
  }
  return pipeline('random', views.map(({ complete }) => complete) as never);
});

function randomView(
  name: string,
  upstream: { readonly complete: LooseView; readonly fields: readonly RandomField[] } | null,
  pick: Pick,
): { readonly complete: LooseView; readonly fields: readonly RandomField[] } {
  const fields = [...(upstream?.fields ?? FIELDS)];
  let draft = view(name, (upstream?.complete ?? hits) as Source) as unknown as LooseView;
  const plain = upstream === null ? pick(fc.array(fc.constantFrom<StepName>('where', 'derive'), { maxLength: 4 })) : [];
  const explodes = upstream === null && pick(fc.nat(2)) === 0;
  const steps: readonly StepName[] = explodes ? plain.toSpliced(pick(fc.nat(plain.length)), 0, 'explode') : plain;
  steps.forEach((step, index) => {
    if (step === 'explode') {
      draft = withElements(draft, pick(fc.constantFrom(...LISTS)), fields, pick);
      return;
    }
    // A sum of quotients is rounded at each of them, and DuckDB's then differs from the exact one in the last digits.
    const expressions = randomExpression(options(fields, { division: step === 'where' }));
    if (step === 'where') {
      // Alone, most random conditions in a row let nothing pass.
      const random = pick(expressions('boolean'));
      const condition = pick(fc.nat(2)) === 0 ? random : random.or(AMOUNT.gte(-10));
      draft = draft.where(() => condition);
    } else {
      const column = pick(expressions(pick(fc.constantFrom<ValueKind>('number', 'string', 'boolean', 'instant'))));
      draft = draft.derive(() => ({ [`d${index}`]: column }));
      fields.push({ path: [`d${index}`], type: nodeOf(column, name).type });
    }
  });
  // Columns of another view's rows are named like those of this one's.
  const groupable = fields.filter(
    ({ path }) => path.length === 1 && !NO_GROUPS.includes(path[0] ?? '') && !/^[ar]\d$/.test(path[0] ?? ''),
  );
  const grouped = pick(fc.subarray(groupable, { maxLength: Math.min(groupable.length, upstream === null ? 3 : 1) }));
  const window = upstream === null ? randomWindow(pick) : tumbling(pick(fc.constantFrom('1 hour', '1 day')));
  const { refuses } = traitsOf(window as WindowDefinition);
  const columns = randomAggregates(fields, refuses.rate === null, pick);
  const lateness = refuses.lateness !== null || upstream !== null ? {} : { allowedLateness: '1 day' };
  const complete = draft
    .window(window, { ...lateness, buckets: pick(fc.constantFrom(1, 1, 3)) })
    .groupBy(...grouped.map(({ path }) => path[0] ?? ''))
    .aggregate(() => columns);
  const ofRow = rowFields(refuses.source === null, grouped, columns);
  const withColumns = ofRow.length === 0 ? complete : withRowColumns(complete, ofRow, pick);
  return {
    complete: remembers(window) ? withRowOperator(withColumns, ofRow, slideOf(window), pick) : withColumns,
    fields: ofRow,
  };
}

type StepName = 'where' | 'derive' | 'explode';

/** A row for each element of a list, and maybe of the list in it. */
function withElements(draft: LooseView, list: RandomList, fields: RandomField[], pick: Pick, within = ''): LooseView {
  const name = `${within}element`;
  const outer = pick(fc.boolean());
  const position = list.isMap || pick(fc.boolean()) ? undefined : `${name}_place`;
  const exploded = draft.explode(
    (row: Readonly<Record<string, Record<string, unknown>>>) => {
      const owner = within === '' ? row : row.element;
      return { [name]: owner?.[list.path[0]] };
    },
    { outer, ...(position !== undefined && { position }) },
  );
  const orNull = (type: RandomField['type']) => (outer ? { ...type, nullable: true } : type);
  for (const { path, type } of list.fields) fields.push({ path: [name, ...path], type: orNull(type) });
  if (position !== undefined) {
    fields.push({ path: [position], type: { kind: 'number', nullable: outer, integer: true } });
  }
  if (list.inner === undefined || pick(fc.boolean())) return exploded;
  return withElements(exploded, list.inner, fields, pick, 'inner_');
}

/** A thousand windows without a row end a group's memory, which SQL does not: these are longer than the events go on. */
function remembers(window: unknown): boolean {
  return slideOf(window) >= 5 * 60_000;
}

function slideOf(window: unknown): number {
  const { grid } = windowOf(window as WindowDefinition);
  return grid === null ? 0 : usualStepMs(grid);
}

/** Times, which are as many as there are events; and what rows have of their windows. */
const NO_GROUPS = ['at', 'window_start', 'window_end'];

function randomWindow(pick: Pick): unknown {
  const kind = pick(fc.constantFrom('tumbling', 'sliding', 'calendar', 'session', 'session', 'global'));
  const offset = pick(fc.constantFrom(...OFFSETS));
  switch (kind) {
    case 'sliding':
      return sliding({ ...pick(fc.constantFrom(...SLIDES)), offset });
    case 'calendar':
      return pick(fc.constantFrom(...CALENDARS));
    case 'session':
      return session({ gap: pick(fc.constantFrom<Duration[]>('1 second', '90 seconds', '13 minutes', '5 hours')) });
    case 'global':
      return global({ emitEvery: '10 minutes' });
    default:
      return tumbling(pick(fc.constantFrom(...WINDOWS)), { offset });
  }
}

const CALENDARS = [
  calendar('day', { timeZone: 'America/New_York' }),
  calendar('day', { timeZone: 'Asia/Kolkata' }),
  calendar('week', { timeZone: 'Australia/Lord_Howe', weekStart: 'sunday' }),
  calendar('month', { timeZone: 'Europe/London' }),
  calendar('week'),
];

const SLIDES: readonly { readonly size: Duration; readonly slide: Duration }[] = [
  { size: '10 minutes', slide: '5 minutes' },
  { size: '7 minutes', slide: '5 minutes' },
  { size: '3 minutes', slide: '10 minutes' },
  { size: '1 hour', slide: '13 minutes' },
  { size: '2 days', slide: '1 day' },
];

/** One row operator, of a column that is the same to the last bit on both sides. */
function withRowOperator(complete: LooseView, fields: RandomField[], slideMs: number, pick: Pick): LooseView {
  const whole = fields.filter(({ type }) => type.kind === 'number' && type.integer);
  if (whole.length === 0 || pick(fc.nat(3)) === 0) return complete;
  const { path, type } = pick(fc.constantFrom(...whole));
  if (pick(fc.boolean())) return withChange(complete, { path, type }, fields, pick);
  if (pick(fc.boolean())) return withVerdicts(complete, { path, type }, slideMs, pick);
  const spec = pick(
    fc.constantFrom<BuiltInSpec[]>({ kind: 'sum' }, { kind: 'mean' }, { kind: 'min' }, { kind: 'max' }),
  );
  const windows = pick(fc.constantFrom(2, 3, 10));
  return complete.derive(() => {
    const column = columnOf(spec, nodeOf(new Expression({ op: 'field', path, type }), 'a rolling column'));
    return { rolling: column.over({ windows }) };
  });
}

/** No number of a row lies exactly on a bound of it, which rounding could move to either side. */
const TRANSCENDENTAL = Math.E / 2;

/** A state and anomalies that SQL can say, but for what is made of their scores. */
function withVerdicts(complete: LooseView, of: RandomField, slideMs: number, pick: Pick): LooseView {
  const number = () => new Expression({ op: 'field', ...of }) as never;
  const places = pick(
    fc.constantFrom<ZScoreOptions>(
      { rows: 2 },
      { rows: 3 },
      { rows: 10 },
      { span: `${2 * slideMs} ms` as Duration },
      { span: `${7 * slideMs} ms` as Duration },
    ),
  );
  return complete
    .derive(() => ({
      state: threshold(number(), { high: { upper: 2 }, low: { lower: 0.5 } }) as never,
      odd: zScore(number(), { ...places, threshold: TRANSCENDENTAL }) as never,
    }))
    .derive((row) => {
      const { odd } = row as never as { odd: Record<string, Expression> };
      return { is_even: odd.is_anomaly?.not() as never, unlikely: odd.score?.gt(0.9) as never };
    });
}

/** A change as a struct, which later columns and other views read by its fields, or one field of it. */
function withChange(complete: LooseView, of: RandomField, fields: RandomField[], pick: Pick): LooseView {
  const windows = pick(fc.constantFrom(1, 2, 10));
  const change = () => changeOver(new Expression({ op: 'field', ...of }) as never, { windows });
  if (pick(fc.boolean())) return complete.derive(() => ({ risen: change().percent as never }));
  for (const name of ['absolute', 'percent', 'from']) {
    fields.push({ path: ['change', name], type: { kind: 'number', nullable: true } });
  }
  return complete
    .derive(() => ({ change: change() as never }))
    .derive((row) => ({
      share: (row as never as { change: Record<string, Expression> }).change.percent?.div(100) as never,
    }));
}

type Pick = <T>(arbitrary: fc.Arbitrary<T>) => T;

function options(fields: readonly RandomField[], change: Partial<ExpressionOptions> = {}): ExpressionOptions {
  return { fields, depth: 2, numbers: NUMBERS, texts: PAGES, division: false, ...change };
}

interface Sample {
  readonly specs: readonly BuiltInSpec[];
  /** The column is the same to the last bit on both sides, of the numbers that there are here. */
  readonly isSame: boolean;
}

const SAMPLES: Readonly<Record<AggregateKind, Sample>> = {
  count: { specs: [{ kind: 'count' }], isSame: true },
  sum: { specs: [{ kind: 'sum' }], isSame: true },
  mean: { specs: [{ kind: 'mean' }], isSame: true },
  min: { specs: [{ kind: 'min' }], isSame: true },
  max: { specs: [{ kind: 'max' }], isSame: true },
  first: { specs: [{ kind: 'first' }], isSame: true },
  last: { specs: [{ kind: 'last' }], isSame: true },
  variance: {
    specs: [
      { kind: 'variance', of: 'sample' },
      { kind: 'variance', of: 'population' },
    ],
    isSame: false,
  },
  stddev: {
    specs: [
      { kind: 'stddev', of: 'sample' },
      { kind: 'stddev', of: 'population' },
    ],
    isSame: false,
  },
  countDistinct: {
    specs: [
      { kind: 'countDistinct', limit: 2 },
      { kind: 'countDistinct', limit: 1000 },
    ],
    isSame: true,
  },
  approxCountDistinct: { specs: [{ kind: 'approxCountDistinct' }], isSame: false },
  quantile: {
    specs: [
      { kind: 'quantile', q: 0.5, relativeError: 0.1 },
      { kind: 'quantile', q: 0.95, relativeError: 0.01 },
    ],
    isSame: false,
  },
  topK: {
    specs: [
      { kind: 'topK', k: 2, limit: 3 },
      { kind: 'topK', k: 5, limit: 1000 },
    ],
    isSame: false,
  },
  histogram: { specs: [{ kind: 'histogram', bounds: [-10, 0, 2.5] }], isSame: false },
  rate: { specs: [{ kind: 'rate' }], isSame: false },
  any: { specs: [{ kind: 'any' }], isSame: true },
  every: { specs: [{ kind: 'every' }], isSame: true },
  collect: { specs: [{ kind: 'collect', limit: 3 }], isSame: false },
  argMax: { specs: [{ kind: 'argMax', of: { kind: 'string' } }], isSame: true },
  argMin: { specs: [{ kind: 'argMin', of: { kind: 'instant' } }], isSame: true },
  topN: { specs: [{ kind: 'topN', n: 3, of: { kind: 'number' }, by: { kind: 'string' } }], isSame: false },
  covariance: { specs: [{ kind: 'covariance', of: 'sample' }], isSame: false },
  correlation: { specs: [{ kind: 'correlation' }], isSame: false },
  regressionSlope: { specs: [{ kind: 'regressionSlope' }], isSame: false },
};

/** What aggregates of two expressions are given here. */
const PAIRS: Readonly<Record<string, readonly [ValueKind, ValueKind]>> = {
  argMax: ['string', 'number'],
  argMin: ['instant', 'number'],
  topN: ['number', 'string'],
  covariance: ['number', 'number'],
  correlation: ['number', 'number'],
  regressionSlope: ['number', 'number'],
};

/** The kinds of values that an aggregate takes and that events have. */
function kindsFor(spec: BuiltInSpec, fields: readonly RandomField[]): readonly ValueKind[] {
  const pair = PAIRS[spec.kind];
  if (pair !== undefined) return pair.every((kind) => hasKind(fields, kind)) ? ['json'] : [];
  return descriptorOf(spec).takes.filter((kind) => kind !== 'json' && hasKind(fields, kind));
}

function randomAggregates(
  fields: readonly RandomField[],
  hasLength: boolean,
  pick: Pick,
): Record<string, AggregateColumn> {
  const all = Object.values(SAMPLES)
    .flatMap(({ specs }) => specs)
    // A total has no length to be a rate over.
    .filter((spec) => (hasLength || !descriptorOf(spec).needsWindowLength) && kindsFor(spec, fields).length > 0);
  // Row operators take whole numbers.
  const whole = all.filter(({ kind }) => kind === 'count' || kind === 'countDistinct');
  const specs = pick(fc.array(fc.constantFrom(...all, ...whole, ...whole), { minLength: 1, maxLength: 6 }));
  const columns = specs.map((spec) => {
    const random = randomExpression(options(fields));
    const pair = PAIRS[spec.kind]?.map((kind) => nodeOf(pick(random(kind)), spec.kind));
    const ofEvents = descriptorOf(spec).takesEvents && pick(fc.boolean());
    const argument = () => nodeOf(pick(random(pick(fc.constantFrom(...kindsFor(spec, fields))))), spec.kind);
    const column = columnOf(spec, ofEvents ? null : pair ? callNode(pairFunction, pair) : argument());
    return pick(fc.boolean()) ? column.where(pick(randomExpression(options(fields))('boolean'))) : column;
  });
  return Object.fromEntries(columns.map((column, index) => [`a${index}`, column]));
}

/** Columns that are the same to the last bit on both sides: what is computed from them then is as well. */
function rowFields(
  isSource: boolean,
  grouped: readonly RandomField[],
  columns: Readonly<Record<string, AggregateColumn>>,
): RandomField[] {
  const exact = Object.entries(columns).filter(([, { spec }]) => SAMPLES[spec.kind as AggregateKind].isSame);
  const instant = { kind: 'instant', nullable: false } as const;
  return [
    ...(isSource
      ? [
          { path: ['window_start'], type: instant },
          { path: ['window_end'], type: instant },
        ]
      : []),
    ...grouped,
    ...exact.map(([name, { type }]) => ({ path: [name], type })),
  ];
}

function withRowColumns(complete: LooseView, fields: RandomField[], pick: Pick): LooseView {
  const kinds = pick(fc.array(fc.constantFrom<ValueKind>('number', 'boolean'), { maxLength: 3 }));
  return kinds.reduce((derived, kind, index) => {
    const column = pick(
      randomExpression(options(fields, { division: true }))(hasKind(fields, kind) ? kind : 'boolean'),
    );
    const name = `r${index}`;
    fields.push({ path: [name], type: nodeOf(column, name).type });
    return derived.derive(() => ({ [name]: column }));
  }, complete);
}

function hasKind(fields: readonly RandomField[], kind: ValueKind): boolean {
  return fields.some(({ type }) => type.kind === kind);
}

/** Lines for these pipelines; one in forty is no event. */
export function hitLines(seed: number, events: number): string[] {
  const random = new Random(seed);
  const startMs = random.pick([-7_200_000, Date.parse('2026-06-30T21:00:00Z'), Date.parse('0001-01-02T00:00:00Z')]);
  const endMs = startMs + random.pick([60_000, 3_600_000, 4 * 86_400_000]);
  const timeline = { events, startMs, endMs, disorderMs: DISORDER_MS, edgeMs: 13 * 60_000 };
  return eventTimes(random, timeline).map((time, id) => {
    const event = {
      id,
      user: `u${random.below(20)}`,
      page: random.pick([null, undefined, random.pick(PAGES), random.pick(PAGES)]),
      amount: random.pick([0, -0, random.below(100) / 4, -random.below(200) / 4]),
      score: random.pick([null, undefined, random.below(40) / 4, -0.25]),
      quantity: random.pick([null, undefined, 0, random.below(5) - 2]),
      flag: random.pick([null, undefined, true, false]),
      price: random.pick([null, undefined, '0.5', '-1.25', 2.25, { N: '7.50' }, '1e1']),
      fee: random.pick([null, undefined, '0.10', 0.25, '-3', { N: '12.5' }, String(random.below(10_000) / 100)]),
      'http.code-x': random.pick([null, undefined, 200, 404, 500]),
      device: random.pick([
        null,
        undefined,
        { os: 'ios', '@seen': anyTime(random, time - random.below(99_999)) },
        { os: '' },
      ]),
      tags: random.pick([null, undefined, [], ['a'], ['b', null, 'a'], ['', "it's", '"q"', '7']]),
      counts: random.pick([null, undefined, {}, { a: 1 }, { b: -2, a: random.below(5), 'c d': 0, 'q"': 1 }]),
      items: random.pick([
        undefined,
        [],
        [randomItem(random, time)],
        Array.from({ length: 3 }, () => randomItem(random, time)),
      ]),
      at: random.chance(0.3) ? epochNumber(random, time) : isoText(random, time),
    };
    if (random.chance(0.025))
      return random.pick(['{', '[]', JSON.stringify({ ...event, at: '1 May' }), JSON.stringify({ id })]);
    return JSON.stringify(event);
  });
}

function randomItem(random: Random, time: number): object {
  return {
    sku: random.pick(PAGES),
    units: random.pick([null, undefined, random.below(5) - 1, 3]),
    'the cost': random.pick([null, undefined, '0.10', 0.25, '-3', { N: '12.5' }]),
    box: random.pick([null, undefined, { kind: 'x', open: random.chance(0.5) }, { kind: '' }]),
    made: random.pick([null, undefined, anyTime(random, time - random.below(99_999))]),
    sizes: random.pick([null, undefined, [], [1.5], [0, -0, 2.25]]),
  };
}

/** In any format, but for the fraction of a second, which some do not write. */
function anyTime(random: Random, timeMs: number): string | number {
  const format = random.pick(['iso8601', 'rfc2822', 'common-log', 'iso8601'] as const);
  const text = random.pick([isoText(random, timeMs), String(formatTimestamp(timeMs, format))]);
  return random.pick([text, text, epochNumber(random, timeMs), String(timeMs / 1000)]);
}

/** In any unit whose magnitude tells it: near 1970 only seconds are. */
function epochNumber(random: Random, timeMs: number): number {
  const seconds = timeMs / 1000;
  return Math.abs(timeMs) < 1e11 ? seconds : random.pick([seconds, timeMs, timeMs * 1000]);
}
