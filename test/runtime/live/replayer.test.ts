import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedStores, openEmbedded } from '../../../adapters/embedded/index.ts';
import type { LogRecord } from '../../../adapters/embedded/stream-log.ts';
import { pipelineDefinition } from '../../../engine/ir/pipeline-definition.ts';
import { compilePipeline, type StreamPlan } from '../../../engine/plan/plan.ts';
import clickstream from '../../../pipelines/clickstream.ts';
import { Replayer } from '../../../runtime/live/replayer.ts';

const CLICKS = (compilePipeline(pipelineDefinition(clickstream, 'clickstream.ts')).streams[0] as StreamPlan).definition;
const STREAM = CLICKS.name;

let dir: string;
let file: string;
let stores: EmbeddedStores;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'replay-'));
  file = join(dir, 'log.jsonl');
  stores = openEmbedded(':memory:', { nowMs: () => 0 });
  stores.log.createStream(STREAM, 1);
});
afterEach(() => {
  stores.close();
  rmSync(dir, { recursive: true });
});

const records = (): readonly LogRecord[] => stores.log.read(STREAM, 'shard-0000', null, 1000);
const sent = (): string[] => records().map(({ data }) => Buffer.from(data).toString());

/** A start of the process: sends so many lines of a file at most, and is killed. Gives the status. */
async function replay(lines: number, path = file) {
  const replayer = await Replayer.open(CLICKS, ['shard-0000'], stores.log, {
    file: path,
    eventsPerSecond: 1,
  });
  await replayer.advance(0, 0);
  await replayer.advance(lines * 1000, 0);
  return replayer.status;
}

const LINES = ['{"n":1}', '{"n":2}', 'no json', '{"n":4}', '{"n":5}'];
const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');

test('stopped after any line it goes on with the next, and started once more it sends nothing', async () => {
  writeFileSync(file, text(LINES));
  for (const upTo of [1, 2, 2, 4, 5, 5]) {
    await replay(upTo - sent().length);
    expect(sent()).toEqual(LINES.slice(0, upTo));
  }
  expect(await replay(10)).toMatchObject({ sent: 5, total: 5, resumedAt: 5, done: true });
});

test('a file that has grown goes on, also under another name', async () => {
  writeFileSync(file, text(LINES.slice(0, 3)));
  await replay(10);
  renameSync(file, join(dir, 'log.1.jsonl'));
  file = join(dir, 'log.1.jsonl');
  writeFileSync(file, text(LINES));
  expect(await replay(10)).toMatchObject({ resumedAt: 3, sent: 5 });
  expect(sent()).toEqual(LINES);
});

test('a copy of a file from before it has grown sends nothing again', async () => {
  const copy = join(dir, 'copy.jsonl');
  for (const path of [file, copy]) writeFileSync(path, text(LINES.slice(0, 3)));
  await replay(10);
  writeFileSync(file, text(LINES));
  for (const _ of [1, 2]) await replay(1);
  expect(await replay(10, copy)).toMatchObject({ resumedAt: 3, sent: 3 });
  expect(await replay(10)).toMatchObject({ resumedAt: 5, sent: 5 });
  expect(sent()).toEqual(LINES);
});

test('another file, under the same name or another, begins at its first line', async () => {
  writeFileSync(file, text(LINES));
  await replay(10);
  const others = ['{"n":6}', '{"n":7}', '{"n":8}'];
  writeFileSync(file, text(others));
  expect(await replay(10)).toMatchObject({ resumedAt: 0, sent: 3 });
  expect(sent()).toEqual([...LINES, ...others]);
  const second = join(dir, 'second.jsonl');
  writeFileSync(second, text(['{"n":9}']));
  await replay(10, second);
  expect(sent()).toEqual([...LINES, ...others, '{"n":9}']);
});

test('a file whose sent lines have changed is another one; one whose next lines have changed goes on', async () => {
  writeFileSync(file, text(LINES));
  await replay(2);
  const changedLater = [...LINES.slice(0, 2), '{"n":33}'];
  writeFileSync(file, text(changedLater));
  expect(await replay(10)).toMatchObject({ resumedAt: 2, sent: 3 });
  expect(sent()).toEqual(changedLater);
  const changedBefore = ['{"n":11}', ...changedLater.slice(1)];
  writeFileSync(file, text(changedBefore));
  expect(await replay(10)).toMatchObject({ resumedAt: 0 });
  expect(sent()).toEqual([...changedLater, ...changedBefore]);
});

test('files that take turns each go on where they were', async () => {
  const files = ['a', 'b', 'c'].map((name) => {
    writeFileSync(join(dir, name), text([1, 2, 3].map((n) => `{"${name}":${n}}`)));
    return join(dir, name);
  });
  for (const _ of [1, 2, 3]) for (const path of files) await replay(1, path);
  expect(sent().sort()).toEqual(['a', 'b', 'c'].flatMap((name) => [1, 2, 3].map((n) => `{"${name}":${n}}`)));
});

test('a mark of the first versions, which is a number alone, is taken for that of the file, once', async () => {
  writeFileSync(file, text(LINES));
  stores.log.setMark(`replay#${STREAM}`, '3');
  expect(await replay(1)).toMatchObject({ resumedAt: 3, sent: 4 });
  const other = join(dir, 'other.jsonl');
  writeFileSync(other, text(['{"n":6}', '{"n":7}', '{"n":8}']));
  expect(await replay(10, other)).toMatchObject({ resumedAt: 0, sent: 3 });
  expect(await replay(10)).toMatchObject({ resumedAt: 4, sent: 5 });
});

test('a half-written last line waits for its rest, and a whole object needs no line break', async () => {
  writeFileSync(file, `${text(LINES.slice(0, 2))}{"n":`);
  expect(await replay(10)).toMatchObject({ sent: 2, total: 2, done: true });
  writeFileSync(file, `${text(LINES.slice(0, 2))}{"n":3}`);
  expect(await replay(10)).toMatchObject({ resumedAt: 2, sent: 3 });
  writeFileSync(file, `${text(LINES.slice(0, 2))}{"n":3}\n{"n":4}\n`);
  expect(await replay(10)).toMatchObject({ resumedAt: 3, sent: 4 });
  expect(sent()).toEqual(['{"n":1}', '{"n":2}', '{"n":3}', '{"n":4}']);
});

test('a file that becomes shorter while it is replayed ends', async () => {
  writeFileSync(file, text(LINES));
  const replayer = await Replayer.open(CLICKS, ['shard-0000'], stores.log, { file, eventsPerSecond: 1 });
  writeFileSync(file, text(LINES.slice(0, 2)));
  await replayer.advance(0, 0);
  await replayer.advance(60_000, 0);
  expect(replayer.status).toMatchObject({ sent: 2, total: 2, done: true });
});

test('a line of more than 64 MiB is sent as its beginning, with what is to be said of it', async () => {
  writeFileSync(file, Buffer.concat([Buffer.alloc(65 << 20, 'x'), Buffer.from(`\n${LINES[0]}\n`)]));
  await replay(10);
  const [long, after] = records();
  expect(long?.parts).toEqual([
    {
      kind: 'unreadable',
      reason: 'oversized',
      message: expect.stringContaining('The line has 68157440 bytes, and at most 67108864 are read'),
      data: expect.any(Uint8Array),
    },
  ]);
  expect(long?.data.length).toBe(65_536);
  expect([after?.parts, Buffer.from(after?.data ?? []).toString()]).toEqual([undefined, LINES[0]]);
  expect((await replay(10)).resumedAt).toBe(2);
  stores.log.trim(STREAM, 'shard-0000', '1');
  expect(records().map(({ parts }) => parts)).toEqual([undefined]);
});

test('a pipe, which can be read once, is refused', async () => {
  await expect(replay(1, '/dev/null')).rejects.toThrow(
    'The input /dev/null is a pipe, and a replay reads it twice and goes on in it later. Write it into a file first.',
  );
});
