import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { main } from '../../bin/cli/main.ts';

/** What the command line does with files, most of it as a process of its own: full disks, second processes, kills, pipes. */
const ROOT = resolve(__dirname, '../..');
const NODE = join(ROOT, 'node_modules/.bin/node');
const MAIN = join(ROOT, 'bin/streamgauge.ts');
const PIPELINE = join(ROOT, 'pipelines/clickstream.ts');

let dir: string;
let out: string;
let input: string;
beforeEach(() => {
  mkdirSync(join(ROOT, '.streamgauge'), { recursive: true });
  dir = mkdtempSync(join(ROOT, '.streamgauge', 'files-'));
  out = join(dir, 'out');
  input = join(dir, 'clicks.jsonl');
});
afterEach(() => rmSync(dir, { recursive: true }));

const click = (second: number) =>
  JSON.stringify({
    event_id: `e${second}`,
    user_id: `user-${second % 7}`,
    page_url: `/page-${second}`,
    action: 'view',
    timestamp: new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString(),
  });

const clicks = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `${click(from + i)}\n`).join('');

/** A process of its own. */
function streamgauge(args: readonly string[], stdin?: string) {
  const { status, stdout, stderr } = spawnSync(NODE, [MAIN, ...args], { encoding: 'utf8', cwd: ROOT, input: stdin });
  return { status, stdout, stderr };
}

/** The same in this process, which is faster. */
async function cli(...args: string[]) {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const status = await main(args, { stdout, stderr, env: {} });
  const text = (stream: PassThrough) => String(stream.read() ?? '');
  return { status, stdout: text(stdout), stderr: text(stderr) };
}

const runArgs = (...more: string[]) => ['run', PIPELINE, '--input', `clicks=${input}`, '--out', out, ...more];
const run = (...more: string[]) => cli(...runArgs(...more));

function lines(name: string): Record<string, unknown>[] {
  const text = readFileSync(join(out, name), 'utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** Under a limit of 64 KiB a file, the kernel takes a part of the write that crosses it, and refuses the next. */
function limited(command: string) {
  const script = `trap '' XFSZ; ulimit -f 64; exec ${command}`;
  const { status, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8', cwd: ROOT });
  return { status, stderr };
}

describe('where a file cannot take all that is written', () => {
  test('run fails with what to do, leaves the file of an earlier run, and nothing beside it', async () => {
    writeFileSync(input, clicks(0, 1));
    expect((await run()).status).toBe(0);
    const before = readFileSync(join(out, 'page_views_5min.jsonl'), 'utf8');
    writeFileSync(input, clicks(0, 1000));
    const { status, stderr } = limited(
      `'${NODE}' '${MAIN}' run '${PIPELINE}' --input 'clicks=${input}' --out '${out}'`,
    );
    expect(stderr).toBe(
      `streamgauge: The file ${join(out, 'page_views_5min.jsonl')} cannot be written: it would be larger than this user or the file system may make a file. Name another place.\n`,
    );
    expect(status).toBe(1);
    expect(readFileSync(join(out, 'page_views_5min.jsonl'), 'utf8')).toBe(before);
    expect(readdirSync(out).sort()).toEqual(['_dead_letters.jsonl', '_late.jsonl', 'page_views_5min.jsonl']);
  });

  test('an output never takes the place of an input, under whatever name', async () => {
    mkdirSync(out);
    input = join(out, 'page_views_5min.jsonl');
    writeFileSync(input, clicks(0, 3));
    const link = join(dir, 'link.jsonl');
    symlinkSync(input, link);
    for (const name of [input, link]) {
      expect(await cli('run', PIPELINE, '--input', `clicks=${name}`, '--out', out)).toEqual({
        status: 1,
        stdout: '',
        stderr: `streamgauge: The output ${input} would take the place of an input. Name another folder with --out.\n`,
      });
    }
    expect(readFileSync(input, 'utf8')).toBe(clicks(0, 3));
  });

  test.each(['--out', '>'])('generate %s fails with what to do', (to) => {
    const file = join(dir, 'events.jsonl');
    const { status, stderr } = limited(`'${NODE}' '${MAIN}' generate clickstream --events 1000 ${to} '${file}'`);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringMatching(/^streamgauge: .* cannot be written: it would be larger [^\n]*\n$/),
    });
    // A file that the shell has opened has what it could take.
    expect(existsSync(file)).toBe(to === '>');
  });

  test('what is printed to a full disk fails too', () => {
    const { status, stderr } = spawnSync('bash', ['-c', `'${NODE}' '${MAIN}' describe '${PIPELINE}' > /dev/full`], {
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr:
        'streamgauge: Standard output cannot be written: the disk that holds it is full. Free some room there, or name another place.\n',
    });
  });
});

describe('what the system refuses is one sentence', () => {
  test.each([
    [
      'an output folder that is a file',
      () => run('--out', input),
      'The folder INPUT cannot be used: there is a file of that name. Name another place.',
    ],
    [
      'a store below a file',
      () => run('--store', join(input, 'a.db')),
      'The folder INPUT cannot be used: there is a file of that name. Name another place.',
    ],
    [
      'a store that is a folder',
      () => run('--store', dir),
      'The store DIR cannot be opened: it is a folder. Name a file.',
    ],
    ['an input that is a folder', () => run('--input', `clicks=${dir}`), 'The input DIR is a folder. Name a file.'],
    [
      'an input that is not there',
      () => run('--input', 'clicks=none.jsonl'),
      'The input file none.jsonl cannot be opened: there is no such file or folder. Look at the name.',
    ],
    [
      'a generated file that is a folder',
      () => cli('generate', 'clickstream', '--events', '1', '--out', dir),
      'The file DIR cannot be written: it is a folder. Name a file.',
    ],
  ])('%s', async (_, command, sentence) => {
    writeFileSync(input, clicks(0, 1));
    const { status, stderr } = await command();
    expect(stderr).toContain(`streamgauge: ${sentence.replace('INPUT', input).replace('DIR', dir)}`);
    expect({ status, sentences: stderr.trim().split('\n').length }).toEqual({ status: 1, sentences: 1 });
  });
});

describe('two processes on one store', () => {
  /** A live process that has begun to send. */
  async function startLive(store: string) {
    const args = [
      'dev',
      PIPELINE,
      '--input',
      `clicks=${input}`,
      '--rate',
      '100',
      '--store',
      store,
      '--port',
      '0',
      '--plain',
    ];
    const child = spawn(NODE, [MAIN, ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    return child;
  }

  const untilReplayed = (store: string, ...more: string[]) =>
    streamgauge([
      'dev',
      PIPELINE,
      '--input',
      `clicks=${input}`,
      '--rate',
      '100000',
      '--store',
      store,
      '--port',
      '0',
      '--plain',
      '--until-replayed',
      ...more,
    ]);

  test('the second is refused with 4 and names the first; after SIGKILL it goes on at once, and each event counts once', async () => {
    writeFileSync(input, clicks(0, 5000));
    const store = join(dir, 'state.db');
    const first = await startLive(store);
    for (const second of [
      untilReplayed(store),
      untilReplayed(store, '--fresh'),
      streamgauge(runArgs('--store', store)),
    ]) {
      expect(second).toEqual({
        status: 4,
        stdout: '',
        stderr: expect.stringContaining(
          `streamgauge: The store ${store} is in use by streamgauge dev, process ${first.pid} on `,
        ),
      });
    }
    const listed = streamgauge(['dead-letters', 'list', PIPELINE, '--store', store]);
    expect(listed).toEqual({ status: 0, stdout: 'Nothing is kept that matches.\n', stderr: '' });
    first.kill('SIGKILL');
    await once(first, 'close');
    const after = untilReplayed(store);
    expect({ status: after.status, stderr: after.stderr }).toEqual({ status: 0, stderr: '' });
    expect(after.stdout).toContain('clicks: 5,000 events, 5,000 accepted, 0 late, 0 dead');
    const again = untilReplayed(store, '--fresh');
    expect(again.stdout).toContain('clicks: 5,000 events, 5,000 accepted');
  });
});

describe('a last line that is half written', () => {
  const whole = click(5);
  const half = whole.slice(0, 40);

  test('waits with --no-flush, and the next run reads it whole', async () => {
    const store = join(dir, 'state.db');
    writeFileSync(input, `${clicks(0, 5)}${half}`);
    expect((await run('--no-flush', '--store', store)).stdout).toContain('5 events: 5 accepted, 0 late, 0 dead');
    writeFileSync(input, `${clicks(0, 5)}${whole}\n${clicks(6, 8)}`);
    expect((await run('--no-flush', '--store', store)).stdout).toContain('8 events: 8 accepted, 0 late, 0 dead');
  });

  test('that is a whole object without its line break is taken, once', async () => {
    const store = join(dir, 'state.db');
    writeFileSync(input, `${clicks(0, 5)}${whole}`);
    expect((await run('--no-flush', '--store', store)).stdout).toContain('6 events: 6 accepted');
    writeFileSync(input, `${clicks(0, 5)}${whole}\n${clicks(6, 8)}`);
    expect((await run('--no-flush', '--store', store)).stdout).toContain('8 events: 8 accepted, 0 late, 0 dead');
  });

  test('is a dead letter where every window closes at the end', async () => {
    writeFileSync(input, `${clicks(0, 5)}${half}`);
    expect((await run()).stdout).toContain('6 events: 5 accepted, 0 late, 1 dead');
    expect(lines('_dead_letters.jsonl')).toMatchObject([{ reason: 'not_json', sequence: '6', event: half }]);
  });

  test('of a file that another one follows is final, and so is the file', async () => {
    const store = join(dir, 'state.db');
    const next = join(dir, 'next.jsonl');
    writeFileSync(input, `${clicks(0, 5)}${half}`);
    writeFileSync(next, clicks(6, 8));
    const both = ['--input', `clicks=${next}`, '--no-flush', '--store', store];
    expect((await run(...both)).stdout).toContain('8 events: 7 accepted, 0 late, 1 dead');
    writeFileSync(next, clicks(6, 9));
    expect((await run(...both)).stdout).toContain('9 events: 8 accepted, 0 late, 1 dead');
    writeFileSync(input, clicks(0, 6));
    const { status, stderr } = await run(...both);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringContaining('only the last file of a stream may grow'),
    });
  });
});

test('a line of more than 64 MiB, here a .gz of zeros, is a dead letter, and the run goes on', async () => {
  input = join(dir, 'bomb.jsonl.gz');
  const text = Buffer.concat([Buffer.from(clicks(0, 2)), Buffer.alloc(80 << 20), Buffer.from(`\n${clicks(2, 4)}`)]);
  writeFileSync(input, gzipSync(text, { level: 1 }));
  expect(await run('--shards', '3')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('5 events: 4 accepted, 0 late, 1 dead'),
  });
  const [letter] = lines('_dead_letters.jsonl');
  expect(letter).toMatchObject({
    reason: 'oversized',
    message:
      'The line has 83886080 bytes, and at most 67108864 are read: its first 65536 bytes are kept. Write one event a line.',
    sequence: '3',
    event: '\0'.repeat(65_536),
  });
});

describe('an input that is a pipe', () => {
  test.each(['/dev/stdin', '-'])('%s is read, also where it is a socket', (name) => {
    const args = ['run', PIPELINE, '--input', `clicks=${name}`, '--out', out];
    expect(streamgauge(args, clicks(0, 10)).stdout).toContain('10 events: 10 accepted');
    const script = `printf '%s\\n' '${click(1)}' | '${NODE}' '${MAIN}' run '${PIPELINE}' --input clicks=${name} --out '${out}'`;
    expect(spawnSync('bash', ['-c', script], { encoding: 'utf8', cwd: ROOT }).stdout).toContain('1 events: 1 accepted');
  });

  test('begins a store, and is refused for one that holds an earlier run', () => {
    const args = ['run', PIPELINE, '--input', 'clicks=/dev/stdin', '--out', out, '--store', join(dir, 'state.db')];
    expect(streamgauge(args, clicks(0, 10)).status).toBe(0);
    expect(streamgauge(args, clicks(0, 10))).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('and /dev/stdin is a pipe: nobody can tell what of it was read before.'),
    });
  });
});
