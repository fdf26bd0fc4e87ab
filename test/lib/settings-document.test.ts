import { readFileSync } from 'node:fs';
import { RANGES, SWITCHES } from '../../lib/complete-settings.ts';
import { DEFAULT_PIPELINE_FILE } from '../../lib/context-settings.ts';
import { PRESETS } from '../../lib/presets.ts';
import { DEFAULT_SETTINGS } from '../../lib/settings.ts';

const [SETTINGS_TABLE = ''] = readFileSync('docs/settings.md', 'utf8').split('\n## ');

/** The table of docs/settings.md: by key, its default and its meaning. */
const TABLE = new Map(
  [...SETTINGS_TABLE.matchAll(/^\| `(\w+)` \| ([^|]+) \| ([^\n]+) \|$/gm)]
    .map(([, key = '', byDefault = '', meaning = '']) => [key, { byDefault, meaning }] as const)
    .filter(([key]) => key === 'pipeline' || key in DEFAULT_SETTINGS),
);

function plain(value: unknown): string {
  return typeof value === 'number' ? value.toLocaleString('en-US') : String(value);
}

test('the document lists every setting and no other', () => {
  expect([...TABLE.keys()].sort()).toEqual(['pipeline', ...Object.keys(DEFAULT_SETTINGS)].sort());
});

test('it gives every default that is a number, a switch or text', () => {
  const given = { pipeline: DEFAULT_PIPELINE_FILE, ...DEFAULT_SETTINGS } as Record<string, unknown>;
  for (const [key, value] of Object.entries(given)) {
    if (value === null || typeof value === 'object') continue;
    const shown = TABLE.get(key)?.byDefault.replace(' *', '').replaceAll('`', '').replaceAll(',', '');
    expect({ key, shown }).toEqual({ key, shown: plain(value).replaceAll(',', '') });
  }
});

test('it gives the range of every number', () => {
  for (const [key, [least, most]] of Object.entries(RANGES)) {
    if (key === 'retryAttempts') continue;
    expect({ key, meaning: TABLE.get(key)?.meaning }).toEqual({
      key,
      meaning: expect.stringContaining(`${plain(least)} to ${plain(most)}`),
    });
  }
});

test('it marks what a preset fills', () => {
  const marked = [...TABLE].flatMap(([key, { byDefault }]) => (byDefault.endsWith(' *') ? [key] : []));
  const filled = Object.keys(PRESETS.balanced).filter(
    (key) => new Set(Object.values(PRESETS).map((preset) => preset[key as keyof typeof preset])).size > 1,
  );
  expect(marked.sort()).toEqual(filled.sort());
});

test('it says of every switch what the other position does', () => {
  for (const key of SWITCHES) {
    if (key === 'monitoring') continue;
    const other = String(!DEFAULT_SETTINGS[key]);
    expect({ key, meaning: TABLE.get(key)?.meaning }).toEqual({
      key,
      meaning: expect.stringContaining(`\`${other}\`: `),
    });
  }
});
