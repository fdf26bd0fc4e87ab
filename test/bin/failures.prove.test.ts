import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';

/** Whatever is wrong, each command says it in one sentence and ends: no stack, no code of the system. */
const ROOT = resolve(__dirname, '../..');
const MAIN = join(ROOT, 'bin/streamgauge.ts');
const PIPELINE = join(ROOT, 'pipelines/clickstream.ts');

let dir: string;
beforeAll(() => {
  mkdirSync(join(ROOT, '.streamgauge'), { recursive: true });
  dir = mkdtempSync(join(ROOT, '.streamgauge', 'failures-'));
  for (const [name, text] of Object.entries(BROKEN_PIPELINES)) writeFileSync(join(dir, name), text);
  mkdirSync(join(dir, 'folder'));
  mkdirSync(join(dir, 'folder.ts'));
  writeFileSync(join(dir, 'file'), 'text');
  writeFileSync(join(dir, 'input.jsonl'), '');
  expect(runAll([[...lineOf('run'), '--store', join(dir, 'store.db')]])).toMatchObject([{ status: 0 }]);
});
afterAll(() => rmSync(dir, { recursive: true }));

interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** All in one process of their own. */
function runAll(lines: readonly (readonly string[])[]): readonly Finished[] {
  const program = join(__dirname, 'run-lines.ts');
  const { stdout, stderr } = spawnSync(process.execPath, [program], { encoding: 'utf8', input: JSON.stringify(lines) });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as readonly Finished[];
}

/** A process of its own. */
function streamgauge(
  args: readonly string[],
  more: { readonly input?: string; readonly env?: NodeJS.ProcessEnv } = {},
) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8', ...more });
  return { status, stdout, stderr };
}

/** In a shell, with what follows the command there. */
function inShell(command: string, after: string): Finished {
  const words = [process.execPath, MAIN, ...lineOf(command)].map((word) => `'${word}'`).join(' ');
  const { status, stdout, stderr } = spawnSync('bash', ['-c', `${words} ${after}`], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

const inDir = (name: string) => join(dir, name);

/** A command line of each command that works. A new command needs one here, and is then held to all that follows. */
const LINES: Readonly<Record<string, () => readonly string[]>> = {
  dev: () => ['dev', PIPELINE, '--port', '0', '--until-replayed', '--plain', '--store', inDir('store.db')],
  run: () => ['run', PIPELINE, '--input', `clicks=${inDir('input.jsonl')}`, '--out', inDir('out')],
  query: () => ['query', PIPELINE, 'page_views_5min', '--store', inDir('store.db')],
  tail: () => ['tail', PIPELINE, 'page_views_5min', '--store', inDir('store.db'), '--last', '1'],
  events: () => ['events', 'late', PIPELINE, '--store', inDir('store.db')],
  describe: () => ['describe', PIPELINE],
  sql: () => ['sql', PIPELINE, 'page_views_5min'],
  generate: () => ['generate', 'clickstream', '--events', '5'],
  send: () => ['send', 'clicks', '--pipeline', PIPELINE, '--input', inDir('input.jsonl'), '--dry-run'],
  'dead-letters': () => ['dead-letters', 'list', PIPELINE, '--store', inDir('store.db')],
  cost: () => ['cost', PIPELINE, '--rate', '1'],
  silence: () => ['silence', PIPELINE, '--store', inDir('store.db')],
  init: () => ['init', mkdtempSync(inDir('project-'))],
  completion: () => ['completion', 'bash'],
};
const COMMANDS = Object.keys(LINES);
/** `tail` goes on until it is stopped. */
const ENDING = COMMANDS.filter((command) => command !== 'tail');

function lineOf(command: string): readonly string[] {
  return LINES[command]?.() ?? [];
}

/** The command line with another value of an option, or with the option where it had none. */
function withOption(line: readonly string[], option: string, value: string): readonly string[] {
  const at = line.indexOf(option);
  return at < 0 ? [...line, option, value] : line.toSpliced(at + 1, 1, value);
}

const BROKEN_PIPELINES: Readonly<Record<string, string>> = {
  'syntax.ts': 'export const x = ;',
  'script.mjs': 'export const x = (1;',
  'nothing.ts': 'export const x = 1;',
  'number.ts': 'export default 5;',
  'throws.ts': "throw new Error('first\\nsecond');",
  'throws-text.ts': "throw 'boom';",
  'throws-nothing.ts': 'throw undefined;',
  'no-package.ts': "import 'no-such-package';",
  'no-file.ts': "import './no-such-file.ts';",
  'no-export.ts': "import { viw } from 'streamgauge';",
  'enum.ts': 'enum A { B }',
  'data.json': '{}',
};

/** One sentence for whoever gave the command, and what to do. */
function expectOneSentence({ status, stderr }: Omit<Finished, 'stdout'>, codes: readonly number[]) {
  expect(stderr).toMatch(/^streamgauge: [^\n]+[.;]\n$/);
  expect(stderr).not.toMatch(/\bE[A-Z]{4,}\b|ERR_|undefined|\[object|This should not happen/);
  expect(codes).toContain(status);
}

test('there is a command line for each command, and it works where nothing is wrong', () => {
  const [help, ...finished] = runAll([['help'], ...ENDING.map(lineOf)]);
  expect([...(help?.stdout ?? '').matchAll(/^ {2}([a-z-]+) +\S/gm)].map(([, name]) => name)).toEqual(COMMANDS);
  expect(finished).toEqual(ENDING.map(() => ({ status: 0, stdout: expect.any(String), stderr: '' })));
});

test.each(ENDING)('%s: standard output on a full disk', (command) => {
  expect(inShell(command, '> /dev/full')).toMatchObject({
    status: 1,
    stderr:
      'streamgauge: Standard output cannot be written: the disk that holds it is full. Free some room there, or name another place.\n',
  });
});

test.each(['dev', 'describe', 'generate'])('%s: a reader that goes away is no failure', (command) => {
  expect(inShell(command, `| :; echo "\${PIPESTATUS[0]}"`)).toMatchObject({ stdout: '0\n', stderr: '' });
});

describe('a pipeline file that cannot be used', () => {
  test('is named, with what to do', () => {
    const names = [...Object.keys(BROKEN_PIPELINES), 'folder.ts', 'missing.ts', 'file/below.ts'];
    for (const finished of runAll(names.map((name) => ['describe', inDir(name)]))) {
      expectOneSentence(finished, [2]);
      expect(finished.stderr).toContain(dir);
    }
  });

  test.each(['syntax.ts', 'missing.ts', 'nothing.ts'])('%s is refused by every command that takes one', (name) => {
    const lines = COMMANDS.map(lineOf).filter((line) => line.includes(PIPELINE));
    expect(lines.length).toBeGreaterThan(6);
    for (const finished of runAll(lines.map((line) => line.map((word) => (word === PIPELINE ? inDir(name) : word))))) {
      expectOneSentence(finished, [2]);
    }
  });

  test('that waits for ever ends the command', () => {
    writeFileSync(inDir('waits.ts'), 'await new Promise(() => {});');
    const finished = streamgauge(['describe', inDir('waits.ts')]);
    expectOneSentence(finished, [2]);
    expect(finished.stderr).toContain('it waits (await) for something that never comes. Mend it');
  });

  test('is shown with the line that is wrong', () => {
    writeFileSync(
      inDir('line.ts'),
      "import { view } from 'streamgauge';\n\nconst f = view;\nexport default nothing;\n",
    );
    const [finished] = runAll([['describe', inDir('line.ts')]]);
    expect(finished?.stderr).toMatch(/line\.ts:4: nothing is not defined\. Mend it/);
  });

  test('--debug and STREAMGAUGE_DEBUG show where it came from', () => {
    const byOption = streamgauge(['describe', inDir('throws.ts'), '--debug']);
    expect(byOption.stderr).toMatch(/^streamgauge: [^\n]+\.\nPipelineFileError: [\s\S]*throws\.ts:1:7/);
    const env = { ...process.env, STREAMGAUGE_DEBUG: '1' };
    expect(streamgauge(['describe', inDir('throws.ts')], { env })).toEqual(byOption);
  });
});

/** Places that an option can name, by what it is that the option names. */
const PLACES: Readonly<Record<string, readonly [option: string, bad: readonly string[], commands: readonly string[]]>> =
  {
    'a store': [
      '--store',
      ['folder', 'file', 'file/below.db', '/dev/full'],
      ['dev', 'run', 'query', 'tail', 'events', 'dead-letters', 'silence'],
    ],
    'a folder to write to': ['--out', ['file', 'file/below', '/dev/full', '/proc/none'], ['run']],
    'a file to write to': ['--out', ['folder', 'file/below', '/dev/full', '/proc/none'], ['generate']],
    'a file to send': ['--input', ['folder', 'missing', 'file/below'], ['send']],
    'a file to read': ['--input', ['clicks=folder', 'clicks=missing', 'clicks=file/below'], ['run']],
    'a file to replay': ['--input', ['clicks=folder', 'clicks=missing', 'clicks=file/below'], ['dev']],
    'a file of prices': ['--prices', ['folder', 'missing', 'file', 'file/below'], ['cost']],
    'a sample': ['--sample', ['folder', 'missing', 'file/below'], ['cost']],
  };
const WRONG_PLACES = Object.entries(PLACES).flatMap(([what, [option, bad, commands]]) =>
  commands.flatMap((command) => bad.map((place) => ({ command, option, place, what }))),
);

test('a place that cannot be used is named, with what to do', () => {
  const lines = WRONG_PLACES.map(({ command, option, place }) => {
    const [, stream = '', name = ''] = /^(\w+=)?(.*)$/.exec(place) ?? [];
    return withOption(lineOf(command), option, `${stream}${name.startsWith('/') ? name : inDir(name)}`);
  });
  const projects = [inDir('file'), '/dev/full', '/proc/none'].map((place) => ['init', place]);
  for (const { stderr, ...finished } of runAll([...lines, ...projects])) {
    // What was done before a failure is told too.
    const sentence = stderr.replace(/^0 events were sent before this failed\.\n/, '');
    expectOneSentence({ ...finished, stderr: sentence }, [1, 2]);
  }
});

test('a port that is in use', async () => {
  const other = createServer();
  await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening));
  const { port } = other.address() as { port: number };
  try {
    const [finished] = runAll([withOption(lineOf('dev'), '--port', String(port))]);
    expectOneSentence(finished as Finished, [1]);
    expect(finished?.stderr).toContain(`Port ${port} on 127.0.0.1 is in use by another program.`);
  } finally {
    other.close();
  }
});

test('/dev/stdin is an input like any other', () => {
  const event = '{"event_id":"1","user_id":"a","page_url":"/","action":"view","timestamp":"2026-01-01T00:00:00Z"}\n';
  const args = ['run', PIPELINE, '--input', 'clicks=/dev/stdin', '--out', inDir('from-stdin')];
  expect(streamgauge(args, { input: event })).toMatchObject({
    status: 0,
    stderr: '',
    stdout: expect.stringContaining('1 events: 1 accepted'),
  });
});
