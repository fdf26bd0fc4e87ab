import { lookup, pipeline, stream, sum, Timestamp, Type, tumbling, view } from '../../../engine/index.ts';
import { pipelineDefinition } from '../../../engine/ir/pipeline-definition.ts';
import { fingerprint } from '../../../engine/plan/fingerprint.ts';
import { JoinWorld } from '../../support/join-world.ts';

const orders = stream('orders', {
  schema: Type.Object({
    id: Type.Integer(),
    country: Type.Optional(Type.String()),
    amount: Type.Number(),
    at: Timestamp('epoch-s'),
  }),
  eventTime: 'at',
  partitionKey: 'id',
  maxLateness: '0 seconds',
});

const COUNTRIES = [
  { code: 'de', name: 'Germany', vat: 19, isEu: true },
  { code: 'ch', name: 'Switzerland', vat: 8.1, isEu: false },
  { code: 'us', name: 'USA', vat: null, isEu: false },
];
const CSV = 'code,name,vat,isEu\nde,Germany,19,true\nch,Switzerland,8.1,false\nus,USA,,false\n';

const fromCsv = lookup('countries', CSV, {
  key: 'code',
  columns: { code: 'string', name: 'string', vat: 'number', isEu: 'boolean' },
});

describe.each([
  ['rows', lookup('countries', COUNTRIES, { key: 'code' })],
  ['CSV', fromCsv],
] as const)('a lookup in %s', (_, countries) => {
  test('gives the columns of a key, and null where there is no such key', async () => {
    const sales = view('sales', orders).select((e) => ({
      id: e.id,
      name: countries(e.country).name,
      tax: e.amount.mul(countries(e.country).vat).div(100),
      isEu: countries(e.country).isEu,
    }));
    const world = new JoinWorld(pipeline('p', [sales]));
    const countriesOf = ['de', 'ch', 'us', 'xx', undefined];
    await world.take(
      'orders',
      countriesOf.map((country, id) => ({ id, amount: 200, at: 100 + id, ...(country !== undefined && { country }) })),
    );
    await world.end();
    expect((await world.rows('sales')).map(({ name, tax, isEu }) => [name, tax, isEu])).toEqual([
      ['Germany', 38, true],
      ['Switzerland', 16.2, false],
      ['USA', null, false],
      [null, null, null],
      [null, null, null],
    ]);
  });
});

describe('a lookup', () => {
  const idOf = (rows: typeof COUNTRIES) => {
    const countries = lookup('countries', rows, { key: 'code' });
    const taxes = view('taxes', orders)
      .derive((e) => ({ tax: e.amount.mul(countries(e.country).vat) }))
      .window(tumbling('1 hour'))
      .aggregate((e) => ({ tax: sum(e.tax) }));
    const [definition] = pipelineDefinition(pipeline('p', [taxes]), 'the test').views;
    return fingerprint(definition as never);
  };

  test('is part of the fingerprint by the content of the columns that are read', () => {
    const [first, ...others] = COUNTRIES as [(typeof COUNTRIES)[0], ...typeof COUNTRIES];
    expect(idOf([{ ...first, vat: 20 }, ...others])).not.toBe(idOf(COUNTRIES));
    expect(idOf([{ ...first, name: 'Deutschland' }, ...others])).toBe(idOf(COUNTRIES));
  });

  test.each([
    ['a key that stands there twice', [{ k: 'a' }, { k: 'a' }], 'its key \'k\' has "a" twice'],
    ['a row without a key', [{ k: 'a' }, { v: 1 }], "its key 'k' is missing in a row"],
    ['no rows', [], 'needs a list of rows'],
    ['a key column that is not there', [{ v: 1 }], "there is no column 'k'"],
    ['too much', [{ k: 'a', v: 'x'.repeat(100_000) }], 'as a stream, and use asOfJoin'],
    ['text that is no CSV', 'k\n"a', 'its text is no CSV'],
    ['a row of CSV with a field too many', 'k\na,b', 'row 1 has 2 fields, and the header has 1'],
    ['a number of CSV that is none', 'k,n\na,many', "row 1, column 'n', is 'many', and must be a number"],
  ])('refuses %s', (_, rows, message) => {
    const columns = { k: 'string', ...(String(rows).startsWith('k,n') && { n: 'number' }) };
    const options = { key: 'k', ...(typeof rows === 'string' && { columns }) };
    expect(() => lookup('table', rows as never, options as never)).toThrow(message);
  });

  test('refuses columns of several kinds, keys of another kind, and names that it has not', () => {
    const table = lookup(
      'table',
      [
        { k: 'a', v: 1 as string | number },
        { k: 'b', v: 'x' },
      ],
      { key: 'k' },
    );
    const select = (columns: (e: { country: never; amount: never }) => unknown) =>
      view('v', orders).select(columns as never);
    expect(() => select((e) => ({ v: table(e.country).v }))).toThrow("column 'v' has number and string");
    const fine = lookup('table', [{ k: 'a', v: 1 }], { key: 'k' });
    expect(() => select((e) => ({ v: fine(e.amount).v }))).toThrow("table(…) is given 'amount', a number");
    expect(() => select((e) => ({ v: (fine(e.country) as unknown as { w: never }).w }))).toThrow("'w'");
  });
});
