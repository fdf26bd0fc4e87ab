import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RANGES } from '../../lib/complete-settings.ts';
import { DEFAULT_SETTINGS } from '../../lib/settings.ts';
import { sectionsOf } from '../../scripts/reference/cli-page.ts';
import { cell, prose } from '../../scripts/reference/markdown.ts';
import { FOLDERS, filesOf, ROOT } from '../repository/files.ts';

const pageOf = (name: string) => readFileSync(join(ROOT, 'docs/reference', name), 'utf8');
const [api, settings, commands] = [pageOf('api.md'), pageOf('settings.md'), pageOf('cli.md')];

describe('settings', () => {
  test('each has a meaning', () => {
    expect(settings.match(/^\|.*\|\s*\|$/gm)).toBeNull();
  });

  test('the page lists every key of a deployment, with its range', () => {
    const deployment = settings.slice(settings.indexOf('## Deployment'), settings.indexOf('### Alarms'));
    const keys = [...deployment.matchAll(/^\| `(\w+)` /gm)].map(([, key]) => key);
    expect(keys).toEqual(['pipeline', ...Object.keys(DEFAULT_SETTINGS)]);
    for (const [key, range] of Object.entries(RANGES)) {
      const [least, most] = range.map((value) => value.toLocaleString('en-US'));
      expect(deployment).toMatch(new RegExp(`^\\| \`${key}\` .* \\| ${least} to ${most} \\|`, 'm'));
    }
  });

  test('it lists the properties of every exported interface of options', () => {
    const options = [...api.matchAll(/^export interface \w+Options\b[^{]*\{\n([\s\S]*?)^\}/gm)];
    expect(options.length).toBeGreaterThan(10);
    const names = options.flatMap(([, body = '']) => [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)]);
    for (const [, name] of names) expect(settings).toContain(`| \`${name}\``);
  });

  test('it lists every environment variable that the code reads', () => {
    const read = filesOf(`{${FOLDERS}}/**/*.ts`)
      .filter(({ path }) => !/^(localstack|scripts|bench)\//.test(path))
      .flatMap(({ text }) => [...text.matchAll(/\b(?:env|environment)\.([A-Z][A-Z0-9_]+)\b/g)])
      .map(([, name]) => name as string);
    expect(new Set(read).size).toBeGreaterThan(5);
    expect([...new Set(read)].filter((name) => !settings.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('API', () => {
  test('each function and each class has a docstring', () => {
    const bare = api.split(/^### /m).filter((section) => /^export (abstract )?(function|class)/m.test(section));
    expect(bare.length).toBeGreaterThan(40);
    const undocumented = bare.filter(
      (section) =>
        section
          .replace(/```[\s\S]*?```/g, '')
          .trim()
          .split('\n').length < 2,
    );
    expect(undocumented.map((section) => section.split('\n')[0])).toEqual([]);
  });

  test('names that the module keeps to itself are not shown', () => {
    expect(api).not.toMatch(/^ {2}(readonly )?(#|\[|private )/m);
  });
});

describe('errors', () => {
  const errors = pageOf('errors.md');

  test('the page lists messages of every kind, without those of our own mistakes', () => {
    const classes = [...errors.matchAll(/^## (\w+)/gm)].map(([, name]) => name);
    expect(classes).toEqual(expect.arrayContaining(['DefinitionError', 'SettingsError', 'UsageError']));
    expect(classes).not.toContain('BugError');
    expect(errors.match(/^\* /gm)?.length).toBeGreaterThan(250);
    expect(errors).toContain("There is no setting '…'. The context keys are ….");
  });

  test('each message is a sentence', () => {
    const messages = [...errors.matchAll(/^\* (.*)$/gm)].map(([, message]) => message as string);
    expect(messages.filter((message) => !/[.?…;)]$/.test(message))).toEqual([]);
  });
});

describe('command line', () => {
  test('every option of every command is listed', () => {
    const options = filesOf('bin/commands/**/*.ts').flatMap(({ text }) =>
      [...text.matchAll(/^ +'?([a-z-]+)'?: \{ type: '(?:string|boolean)'(.*)/gm)].map(([, name, rest = '']) => {
        const [, short] = /short: '(\w)'/.exec(rest) ?? [];
        return short === undefined ? `--${name}` : `-${short}`;
      }),
    );
    expect(options.length).toBeGreaterThan(40);
    const listed = new Set(commands.match(/--?[a-z][a-z-]*/g));
    expect(options.filter((option) => !listed.has(option))).toEqual([]);
  });

  test('a help text becomes prose, tables and blocks of code', () => {
    const help = `Do it.

Usage: streamgauge do FILE [options]

Filters
  --kind KIND   One of two, or <none>:
                first   the first
                second  the second
  --long-name-of-an-option VALUE
                Below its name.

Exit codes: 0 done.

Examples
  streamgauge do a
`;
    expect(sectionsOf(help)).toEqual([
      'Do it.',
      '```text\nUsage: streamgauge do FILE [options]\n```',
      [
        '**Filters**\n',
        '| given | meaning |',
        '|---|---|',
        '| `--kind KIND` | One of two, or &lt;none>: <br>first: the first <br>second: the second |',
        '| `--long-name-of-an-option VALUE` | Below its name. |',
      ].join('\n'),
      'Exit codes: 0 done.',
      '**Examples**\n\n```text\nstreamgauge do a\n```',
    ]);
  });
});

test('prose is no markup, and a cell is one line', () => {
  expect(prose('a < b, `Map<K>` and <view>')).toBe('a &lt; b, `Map<K>` and &lt;view>');
  expect(prose('[Keys](docs/settings.md#keys)')).toBe('[Keys](../settings.md#keys)');
  expect(cell('a | b\n  c')).toBe('a \\| b c');
});
