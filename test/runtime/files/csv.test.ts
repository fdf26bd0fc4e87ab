import { csvLine } from '../../../runtime/files/csv.ts';

test('a line ends with CR LF, and fields are quoted where they must be', () => {
  expect(csvLine(['plain', 'a,b', 'say "x"', 'two\nlines', 'cr\r'])).toBe(
    'plain,"a,b","say ""x""","two\nlines","cr\r"\r\n',
  );
});

test('null is an empty field and a text of no characters is not', () => {
  expect(csvLine([null, undefined, ''])).toBe(',,""\r\n');
});

test('numbers and truth values stay as they are; lists and objects are JSON', () => {
  expect(csvLine([-1.5, 1e300, true, [1, 'a'], { x: null }])).toBe('-1.5,1e+300,true,"[1,""a""]","{""x"":null}"\r\n');
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('the text %j is no formula in a spreadsheet', (text) => {
  const [field = ''] = csvLine([text]).split('\r\n');
  expect(field.replaceAll('"', '')).toMatch(/^'/);
});

test('a text with a sign inside is left alone', () => {
  expect(csvLine(['a=b', ' =1', '/path-x'])).toBe('a=b, =1,/path-x\r\n');
});
