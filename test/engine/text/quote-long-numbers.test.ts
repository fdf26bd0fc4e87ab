import fc from 'fast-check';
import { quoteLongNumbers } from '../../../engine/text/quote-long-numbers.ts';
import { casesOf } from '../../support/random-cases.ts';

test.each([
  ['{"id":9007199254740993}', '{"id":"9007199254740993"}'],
  ['{"id": -9007199254740993 ,"n":12}', '{"id": "-9007199254740993" ,"n":12}'],
  ['[1e3,1E+3,1.5e-7,12.5]', '["1e3","1E+3","1.5e-7",12.5]'],
  ['9007199254740993', '"9007199254740993"'],
  ['{"9007199254740993":"9007199254740993"}', '{"9007199254740993":"9007199254740993"}'],
  ['{"a\\"9007199254740993":1}', '{"a\\"9007199254740993":1}'],
  ['{"a\\\\":9007199254740993}', '{"a\\\\":"9007199254740993"}'],
  ['{"a":"\\\\\\"",\n"b":9007199254740993}', '{"a":"\\\\\\"",\n"b":"9007199254740993"}'],
  ['[true,false,null]', '[true,false,null]'],
  ['', ''],
])('%s becomes %s', (json, quoted) => {
  expect(quoteLongNumbers(json)).toBe(quoted);
});

test('of any JSON, each number is the same, and the long ones are the texts of their digits', () => {
  const asRead = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(asRead);
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, asRead(inner)]));
    }
    const text = JSON.stringify(value);
    return typeof value === 'number' && (text.length >= 16 || /e/.test(text)) ? text : value;
  };
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), fc.constantFrom(0, 2), (value, indent) => {
      const json = JSON.stringify(value, null, indent);
      expect(JSON.parse(quoteLongNumbers(json))).toEqual(asRead(JSON.parse(json)));
    }),
    { seed: 20_261_128, numRuns: casesOf(1000) },
  );
});
