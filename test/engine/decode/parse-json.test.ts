import fc from 'fast-check';
import { NotJson, parseJson } from '../../../engine/decode/parse-json.ts';

const SEED = 20150517;

describe('the parser of JSON', () => {
  test.each([
    ['{"a":1', 'it begins with a brace and ends with "{\\"a\\":1"'],
    [' {"user":"ann","page":"/produ \n', 'it begins with a brace and ends with "\\"ann\\",\\"page\\":\\"/produ"'],
    ['{', 'it begins with a brace and ends with "{"'],
    ['{ x: 1 }', 'it begins with "{ x: 1 }"'],
    ['46.118.127.106 - -', 'Unexpected'],
    ['GET /index.html HTTP/1.1 200', 'it begins with "GET /index.html HTTP"'],
    ['\u00a0{}', 'it begins with "\u00a0{}"'],
    ['{"a":1,}', 'Expected double-quoted property name'],
    ['', 'Unexpected end of JSON input'],
  ])('says of %j what is wrong with it', (text, why) => {
    const value = parseJson(text);
    expect(value).toBeInstanceOf(NotJson);
    expect((value as NotJson).why).toContain(why);
  });

  test('takes what JSON.parse takes, and nothing else', () => {
    const text = fc.oneof(
      fc.json(),
      fc.tuple(fc.json(), fc.nat()).map(([json, at]) => json.slice(0, at % json.length)),
      fc.array(fc.constantFrom(...'{}[]":,-01eE.truefalsn \t\r\n\ufeff\\x'.split(''))).map((all) => all.join('')),
      fc
        .tuple(fc.constantFrom(' ', '\n', '\t', '\v', '\u2028'), fc.json())
        .map(([space, json]) => space + json + space),
    );
    fc.assert(
      fc.property(text, (json) => {
        expect(parseJson(json) instanceof NotJson).toBe(!isJson(json));
      }),
      { seed: SEED, numRuns: 3000 },
    );
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
