import fc from 'fast-check';
import { jsonElements } from '../../endpoint/json-elements.ts';

test.each([
  ['[]', []],
  [' [ \n ] ', []],
  ['[1]', ['1']],
  [
    '[1, "a,]}\\"[", {"b": [2, {"c": 3}], "d": "}"} ,[ ],null]',
    ['1', '"a,]}\\"["', '{"b": [2, {"c": 3}], "d": "}"}', '[ ]', 'null'],
  ],
  ['["\\\\","\\\\\\""]', ['"\\\\"', '"\\\\\\""']],
  ['[{"a":\r\n\n1}]', ['{"a": 1}']],
])('the elements of %s are found', (text, elements) => {
  expect(jsonElements(text)).toEqual(elements);
  expect(elements.map((element) => JSON.parse(element))).toEqual(JSON.parse(text));
});

test('the elements of any array are found, written in any way', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), fc.constantFrom(undefined, 1, '\t'), (array, indent) => {
      const elements = jsonElements(JSON.stringify(array, null, indent));
      expect(elements.every((element) => !element.includes('\n'))).toBe(true);
      expect(elements.map((element) => JSON.stringify(JSON.parse(element)))).toEqual(
        array.map((each) => JSON.stringify(each)),
      );
    }),
  );
});
