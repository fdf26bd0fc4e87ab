import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** `run --workers` with threads of its own. What they build, and what becomes of it, `test/runtime/run-workers.test.ts` says. */
const ROOT = resolve(__dirname, '../..');
const NODE = join(ROOT, 'node_modules/.bin/node');
const MAIN = join(ROOT, 'bin/streamgauge.ts');
const USUAL = readFileSync(join(ROOT, 'pipelines/clickstream.ts'), 'utf8');

let dir: string;
let out: string;
beforeEach(() => {
  mkdirSync(join(ROOT, '.streamgauge'), { recursive: true });
  dir = mkdtempSync(join(ROOT, '.streamgauge', 'workers-'));
  out = join(dir, 'out');
});
afterEach(() => rmSync(dir, { recursive: true }));

function clicks(from: number, to: number): string {
  const lines = Array.from({ length: to - from }, (_, i) => {
    const event = {
      event_id: `e${from + i}`,
      user_id: `user-${(from + i) % 7}`,
      page_url: `/page-${(from + i) % 100}`,
      action: 'view',
      timestamp: new Date(Date.UTC(2026, 0, 1) + (from + i) * 500).toISOString(),
    };
    return `${JSON.stringify(event)}\n`;
  });
  return lines.join('');
}

/** The pipeline's file, with something more that other threads do when they load it. */
function pipelineWith(more: string): string {
  const file = join(dir, 'pipeline.ts');
  writeFileSync(
    file,
    `import * as threads from 'node:worker_threads';\nif (!threads.isMainThread) { ${more} }\n${USUAL}`,
  );
  return file;
}

function run(pipeline: string, input: string, workers: number) {
  const args = [
    'run',
    pipeline,
    '--input',
    `clicks=${input}`,
    '--out',
    out,
    '--workers',
    String(workers),
    '--batch',
    '500',
  ];
  const { status, stderr } = spawnSync(NODE, [MAIN, ...args], { encoding: 'utf8', cwd: ROOT });
  const files = ['page_views_5min.jsonl', '_dead_letters.jsonl', '_late.jsonl'];
  return { status, stderr, files: files.map((file) => readFileSync(join(out, file), 'utf8')) };
}

test('the rows of three threads are those of one', () => {
  const input = join(dir, 'clicks.jsonl');
  writeFileSync(input, `${clicks(0, 15_000)}{"event_id":\n${clicks(0, 9)}${clicks(15_000, 30_000)}`);
  const alone = run(pipelineWith(''), input, 1);
  expect(alone.files.map((text) => text.length > 0)).toEqual([true, true, true]);
  expect(run(pipelineWith(''), input, 3)).toEqual(alone);
});

test('a thread that cannot load the pipeline is told of, and not missed', () => {
  const input = join(dir, 'clicks.jsonl');
  writeFileSync(input, clicks(0, 15_000));
  const alone = run(pipelineWith(''), input, 1);
  const { stderr, ...ran } = run(pipelineWith("throw new Error('Not here')"), input, 2);
  expect(ran).toEqual({ status: 0, files: alone.files });
  expect(stderr).toMatch(/^The run had a thread less: .*Not here.*\.$/m);
});

test('a thread that ends while it reads ends the run, with a sentence', async () => {
  const pipeline = pipelineWith("threads.parentPort?.on('message', () => process.exit(3));");
  const args = ['run', pipeline, '--input', 'clicks=-', '--out', out, '--workers', '2', '--batch', '500'];
  const child = spawn(NODE, [MAIN, ...args], { cwd: ROOT });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  // Whoever reads the other end is gone once the run has ended.
  child.stdin.on('error', () => {});
  const ended = once(child, 'close');
  // Until the thread has loaded its code and takes a batch.
  for (let from = 0; child.exitCode === null; from += 2000) {
    await new Promise((taken) => child.stdin.write(clicks(from, from + 2000), taken));
    // A pipe that is closed answers at once, and the exit is another event.
    await new Promise(setImmediate);
  }
  expect((await ended)[0]).toBe(1);
  expect(stderr).toMatch(
    /^streamgauge: A thread that reads events ended with exit code 3\. Run again, .*--workers 1.*\.$/m,
  );
});
