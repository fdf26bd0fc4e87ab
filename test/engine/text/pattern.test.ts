import fc from 'fast-check';
import { PatternMatcher } from '../../../engine/text/pattern-matcher.ts';
import { type Pattern, PatternError, parsePattern, printPattern } from '../../../engine/text/pattern-syntax.ts';
import { casesOf } from '../../support/random-cases.ts';

function matches(pattern: string, text: string): boolean {
  const matcher = PatternMatcher.of(pattern);
  if (matcher instanceof PatternError) throw new TypeError(`${pattern} ${matcher.why}`);
  return matcher.matches(text);
}

test.each([
  ['', '', true],
  ['a', 'bab', true],
  ['^a', 'ba', false],
  ['a$', 'ab', false],
  ['a$', 'a\n', false],
  ['^$', '', true],
  ['$^', '', true],
  ['^$', 'a', false],
  ['^.$', '😀', true],
  ['.', '\n', false],
  ['^[^a]$', '\n', true],
  ['^a{2,3}$', 'aaaa', false],
  ['^(?:ab|c)+$', 'abcab', true],
  ['^(|a)b$', 'b', true],
  ['^\\d+\\.\\d*$', '12.', true],
  ['^\\w+$', 'é', false],
  ['^\\S+$', 'a\u00a0', true],
  ['[a-c-]', '-', true],
  ['[\\]^]', '^', true],
  ['^[^\\D]$', '7', true],
  ['a+?b', 'aab', true],
  ['^[α-ω]+$', 'λόγος'.normalize('NFD').replace(/\u0301/g, ''), true],
])('%j matches %j: %j', (pattern, text, expected) => {
  expect(matches(pattern, text)).toBe(expected);
});

test.each([
  ['(a', 'has a ( without a )'],
  ['a)', 'has a ) without a ('],
  ['[a', 'has a [ without a ]'],
  ['*a', 'has a * with nothing before it to repeat'],
  ['a**', 'has two repetitions in a row'],
  ['(?=a)', 'looks around or names a group with (?…: only (…) and (?:…) are taken'],
  ['\\1', 'has \\1, which not all engines take for the same'],
  ['\\b', 'has \\b, which not all engines take for the same'],
  ['[z-a]', 'has a range in […] that does not go up'],
  ['a{5,2}', 'repeats {5,2}: the numbers go up, to 1000 at most'],
  ['(?:a{900}){900}', 'repeats too much: it comes to more than 2000 steps'],
  ['a\\', 'ends too early'],
  ['a{', 'has a { that begins no repetition such as {2,5}: write \\{'],
  ['x'.repeat(1001), 'has more than 1000 characters'],
  ['('.repeat(60), 'has groups in groups beyond 50'],
])('%j %s', (pattern, why) => {
  const found = PatternMatcher.of(pattern);
  expect(found instanceof PatternError ? found.why : 'is a pattern').toBe(why);
});

const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\d', '\\W', 'é', '😀', '\\.');
const patterns = fc.letrec<{ one: string; many: string }>((tie) => ({
  one: fc.oneof(
    { maxDepth: 3 },
    atom,
    tie('many').map((inner) => `(?:${inner})`),
    fc.tuple(atom, fc.constantFrom('*', '+', '?', '{2}', '{0,2}', '{1,}')).map((parts) => parts.join('')),
    fc.tuple(tie('many'), fc.constantFrom('*', '+', '?', '{2}')).map(([inner, times]) => `(${inner})${times}`),
  ),
  many: fc
    .tuple(fc.array(tie('one'), { maxLength: 3 }), fc.option(fc.array(tie('one'), { maxLength: 2 })))
    .map(([left, right]) => left.join('') + (right === null ? '' : `|${right.join('')}`)),
})).many;
const texts = fc.string({ unit: fc.constantFrom('a', 'b', '1', '.', ' ', '\n', 'é', '😀'), maxLength: 8 });

test('a random pattern matches what the regular expression of JavaScript does, and so does what is printed of it', () => {
  fc.assert(
    fc.property(
      patterns,
      fc.boolean(),
      fc.boolean(),
      fc.array(texts, { maxLength: 10 }),
      (inner, start, end, given) => {
        const pattern = `${start ? '^' : ''}(?:${inner})${end ? '$' : ''}`;
        const expected = new RegExp(pattern, 'u');
        const printed = printPattern(parsePattern(pattern) as Pattern)
          .replaceAll('\\A', '^')
          .replaceAll('\\z', '$')
          .replaceAll('\\x', '\\u');
        for (const text of given) {
          expect([text, matches(pattern, text)]).toEqual([text, expected.test(text)]);
          expect([text, new RegExp(printed, 'u').test(text)]).toEqual([text, expected.test(text)]);
        }
      },
    ),
    { seed: 20_261_129, numRuns: casesOf(400) },
  );
});

test('what makes others look back again and again is gone over once', () => {
  const text = `${'a'.repeat(50_000)}!`;
  expect(matches('^(a+)+$', text)).toBe(false);
  expect(matches('^(?:a|a)*(?:a|a)*$', text)).toBe(false);
  expect(matches('(a?){30}a{30}$', text)).toBe(false);
});

test('a matcher that has made as many states as it keeps goes on', () => {
  const pattern = '(?:a|b)*a(?:a|b){10}$';
  let seed = 7;
  const text = Array.from({ length: 4000 }, () => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed % 2 === 0 ? 'a' : 'b';
  }).join('');
  const matcher = PatternMatcher.of(pattern) as PatternMatcher;
  for (let end = 3900; end < 4000; end++) {
    expect(matcher.matches(text.slice(0, end))).toBe(text[end - 11] === 'a');
  }
});
