import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FOLDERS, filesOf, ROOT } from './repository/files.ts';

const [, messages = ''] = readFileSync(join(ROOT, 'docs/troubleshooting.md'), 'utf8').split('## Error messages');
/** The messages in the first column of the table, divided where a name or a number stands. */
const QUOTED = [...messages.matchAll(/^\| `([^`]+)` \|/gm)].map(([, message = '']) => message);

/** The lines of the code: a message is on one of them. */
const LINES = filesOf(`{${FOLDERS}}/**/*.{ts,js}`).flatMap(({ text }) => text.replaceAll("\\'", "'").split('\n'));

/** Whether a line has all parts of a message, in their order. */
function isInSources(message: string): boolean {
  const parts = message.split('…').map((part) => part.trim());
  return LINES.some((line) => {
    let from = 0;
    return parts.every((part) => {
      const at = line.indexOf(part, from);
      from = at + part.length;
      return at >= 0;
    });
  });
}

test('every message that the page quotes is one of ours', () => {
  expect(QUOTED.length).toBeGreaterThanOrEqual(20);
  expect(QUOTED.filter((message) => !isInSources(message))).toEqual([]);
});

test('a message that there is not is noticed', () => {
  expect(isInSources('The store … is made of cheese')).toBe(false);
});
