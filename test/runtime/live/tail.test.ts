import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedStores, openEmbedded } from '../../../adapters/embedded/index.ts';
import { pipelineDefinition } from '../../../engine/ir/pipeline-definition.ts';
import { compilePipeline, type StreamPlan } from '../../../engine/plan/plan.ts';
import { Random } from '../../../generate/random.ts';
import clickstream from '../../../pipelines/clickstream.ts';
import { Replayer } from '../../../runtime/live/replayer.ts';
import { SendingTopology } from '../../../runtime/live/sending-topology.ts';
import { Tail } from '../../../runtime/live/tail.ts';
import { casesOf } from '../../support/random-cases.ts';

const CLICKS = (compilePipeline(pipelineDefinition(clickstream, 'clickstream.ts')).streams[0] as StreamPlan).definition;
const STREAM = CLICKS.name;
const SHARD = 'shard-0000';

let dir: string;
let file: string;
let stores: EmbeddedStores;
let tail: Tail | null;
let nowMs: number;
beforeEach(() => begin());
afterEach(() => end());

function begin(): void {
  dir = mkdtempSync(join(tmpdir(), 'tail-'));
  file = join(dir, 'access.log');
  stores = openEmbedded(':memory:', { nowMs: () => 0 });
  stores.log.createStream(STREAM, 1);
  tail = null;
  nowMs = 0;
}

async function end(): Promise<void> {
  await tail?.close();
  stores.close();
  rmSync(dir, { recursive: true });
}

async function following(): Promise<Tail> {
  tail ??= await Tail.open(CLICKS, [SHARD], stores.log, file);
  return tail;
}

/** The process is killed; what it held in memory is gone. */
async function kill(): Promise<void> {
  await tail?.close();
  tail = null;
}

/** So many looks at the file, 200 ms apart. */
async function look(times = 1): Promise<string[]> {
  for (let time = 0; time < times; time++) {
    nowMs += 200;
    await (await following()).advance(nowMs, nowMs);
  }
  return sent();
}

/** As long as a file is read that was rotated away, and then the new one. */
const LINGER = 15;

function sent(): string[] {
  return stores.log.read(STREAM, SHARD, null, 10_000).map(({ data }) => Buffer.from(data).toString());
}

const lines = (...numbers: number[]) => numbers.map((n) => `{"n":${n}}\n`).join('');
const texts = (...numbers: number[]) => numbers.map((n) => `{"n":${n}}`);
const write = (text: string) => appendFileSync(file, text);

/** Renames the file, which was written last at that second. */
function rotate(to: string, writtenSeconds: number): void {
  utimesSync(file, writtenSeconds, writtenSeconds);
  renameSync(file, to);
}

describe('a file that grows', () => {
  test('is sent from its first line on, line by line as they come', async () => {
    write(lines(1, 2));
    expect(await look()).toEqual(texts(1, 2));
    expect(await look()).toEqual(texts(1, 2));
    write(lines(3));
    write(`\n \r\n${lines(4)}`);
    expect(await look()).toEqual(texts(1, 2, 3, 4));
    expect((await following()).status).toMatchObject({ kind: 'tail', sent: 4, behindBytes: 0, problem: null });
  });

  test('has no half lines, however they are written', async () => {
    for (const piece of ['{"n":1}\n{"', 'n":', '2}', '\n{"n":3}\n{']) {
      write(piece);
      await look();
    }
    expect(sent()).toEqual(texts(1, 2, 3));
    await kill();
    write('"n":4}\n');
    expect(await look()).toEqual(texts(1, 2, 3, 4));
  });

  test('is waited for where it is not there yet', async () => {
    expect(await look()).toEqual([]);
    expect((await following()).status.problem).toBe(`The file ${file} is not there yet.`);
    write(lines(1));
    expect(await look()).toEqual(texts(1));
    expect((await following()).status.problem).toBeNull();
  });

  test('of more than is read at a time is caught up with over several looks, and shards wait meanwhile', async () => {
    const long = `{"text":"${'x'.repeat(1000)}"}\n`;
    write(long.repeat(6000));
    const topology = new SendingTopology(stores.topology, [await following()]);
    const probe = async () => {
      const last = stores.log.read(STREAM, SHARD, null, 10_000).at(-1);
      return topology.probe(STREAM, SHARD, last === undefined ? null : { sequence: last.sequence, index: 0 });
    };
    expect((await look()).length).toBeLessThan(6000);
    expect(await probe()).toBe('recordsWaiting');
    expect((await following()).isBehind).toBe(true);
    expect(await look()).toHaveLength(6000);
    expect((await following()).isBehind).toBe(false);
    expect(await probe()).toBe('caughtUp');
    write('{"half":');
    await look();
    expect(await probe()).toBe('caughtUp');
  });
});

describe('after a restart', () => {
  test('each line is sent once, whatever was written meanwhile', async () => {
    write(lines(1, 2));
    await look();
    await kill();
    write(lines(3));
    expect(await look()).toEqual(texts(1, 2, 3));
    await kill();
    expect(await look()).toEqual(texts(1, 2, 3));
    expect((await following()).status).toMatchObject({ resumedAt: 3, sent: 0 });
  });

  test('a file that was replayed goes on behind what the replay sent', async () => {
    write(lines(1, 2));
    const replayer = await Replayer.open(CLICKS, [SHARD], stores.log, { file, eventsPerSecond: 1000 });
    await replayer.advance(0, 0);
    await replayer.advance(1000, 0);
    await replayer.close();
    write(lines(3));
    expect(await look()).toEqual(texts(1, 2, 3));
  });

  test('the rest of a file that was rotated meanwhile is found, and then the new one is read', async () => {
    write(lines(1, 2));
    await look();
    await kill();
    write(lines(3));
    renameSync(file, `${file}.1`);
    write(lines(4));
    expect(await look(LINGER)).toEqual(texts(1, 2, 3, 4));
    await kill();
    write(lines(5));
    expect(await look(LINGER)).toEqual(texts(1, 2, 3, 4, 5));
  });

  test('so is the rest in a copy of a file that was cut short meanwhile', async () => {
    write(lines(1, 2));
    await look();
    await kill();
    write(lines(3));
    copyFileSync(file, join(dir, 'access-2026.log'));
    truncateSync(file);
    write(lines(4));
    expect(await look(LINGER)).toEqual(texts(1, 2, 3, 4));
  });

  test('several inputs of one stream each go on where they were', async () => {
    const files = ['north.log', 'south.log', 'replayed.jsonl'].map((name) => join(dir, name));
    files.forEach((path, index) => {
      appendFileSync(path, lines(10 * index, 10 * index + 1));
    });
    const openAll = async () => [
      await Tail.open(CLICKS, [SHARD], stores.log, files[0] as string),
      await Tail.open(CLICKS, [SHARD], stores.log, files[1] as string),
      await Replayer.open(CLICKS, [SHARD], stores.log, { file: files[2] as string, eventsPerSecond: 1000 }),
    ];
    for (let start = 0; start < 3; start++) {
      const inputs = await openAll();
      for (const atMs of [0, 1000]) for (const input of inputs) await input.advance(atMs, 0);
      for (const input of inputs) await input.close();
    }
    expect(sent().sort()).toEqual(texts(0, 1, 10, 11, 20, 21).sort());
  });

  test('files that were rotated away one after the other are read in order', async () => {
    write(lines(1, 2));
    await look();
    await kill();
    write(lines(3));
    rotate(`${file}.3`, 10);
    write(lines(4, 5));
    rotate(`${file}.2`, 20);
    write(lines(6));
    rotate(join(dir, 'access-20260102.log'), 30);
    write(lines(7));
    expect(await look(4 * LINGER)).toEqual(texts(1, 2, 3, 4, 5, 6, 7));
    await kill();
    expect(await look(4 * LINGER)).toEqual(texts(1, 2, 3, 4, 5, 6, 7));
  });

  test('so are copies of a file that was cut short more than once', async () => {
    write(lines(1, 2));
    await look();
    await kill();
    for (const n of [3, 4, 5]) {
      write(lines(n));
      copyFileSync(file, `${file}.${n}`);
      utimesSync(`${file}.${n}`, n, n);
      truncateSync(file);
    }
    write(lines(6));
    expect(await look(4 * LINGER)).toEqual(texts(1, 2, 3, 4, 5, 6));
  });

  test('a file is read that was rotated away before a line of it was sent', async () => {
    write(lines(1));
    await look();
    rotate(`${file}.2`, 10);
    write('');
    await look(LINGER);
    await kill();
    write(lines(2));
    rotate(`${file}.1`, 20);
    write(lines(3));
    expect(await look(3 * LINGER)).toEqual(texts(1, 2, 3));
  });

  test('files of other names, of earlier days, and what was sent already are not read', async () => {
    write(lines(1));
    rotate(`${file}.5`, 5);
    write(lines(2));
    await look();
    rotate(`${file}.4`, 10);
    copyFileSync(`${file}.4`, `${file}.3`);
    utimesSync(`${file}.3`, 15, 15);
    for (const name of ['access.log.bak', 'access-2.log', 'access_errors.log', 'access.log.1.gz']) {
      writeFileSync(join(dir, name), lines(9));
    }
    write(lines(3));
    expect(await look(3 * LINGER)).toEqual(texts(2, 3));
  });

  test('other files with similar names are left alone', async () => {
    write(lines(1, 2));
    await look();
    await kill();
    rmSync(file);
    writeFileSync(join(dir, 'access.log.old'), lines(7, 8, 9));
    mkdirSync(join(dir, 'access.log.d'));
    write(lines(3));
    expect(await look(LINGER)).toEqual(texts(1, 2, 3));
  });
});

describe('a rotation', () => {
  test('after another one leaves out no file in between', async () => {
    write(lines(1));
    await look();
    rotate(`${file}.2`, 10);
    write(lines(2));
    await look();
    rotate(`${file}.1`, 20);
    write(lines(3));
    expect(await look(3 * LINGER)).toEqual(texts(1, 2, 3));
  });

  test('by renaming loses nothing that the writer still adds to the old file', async () => {
    write(lines(1));
    await look();
    renameSync(file, `${file}.1`);
    appendFileSync(`${file}.1`, lines(2));
    expect(await look()).toEqual(texts(1, 2));
    write(lines(4));
    await look();
    appendFileSync(`${file}.1`, lines(3));
    expect(await look(LINGER)).toEqual(texts(1, 2, 3, 4));
  });

  test('makes a line of what the old file ends with', async () => {
    write(`${lines(1)}{"n":2`);
    await look();
    renameSync(file, `${file}.1`);
    write(lines(3));
    expect(await look(LINGER)).toEqual([...texts(1), '{"n":2', ...texts(3)]);
    await kill();
    expect(await look(LINGER)).toHaveLength(3);
  });

  test('by copying and cutting short loses nothing that is in the copy', async () => {
    write(lines(1, 2));
    await look();
    write(lines(3));
    copyFileSync(file, `${file}.1`);
    truncateSync(file);
    expect(await look(LINGER)).toEqual(texts(1, 2, 3));
    write(lines(4));
    expect(await look()).toEqual(texts(1, 2, 3, 4));
  });

  test('is seen where the new file is as long as the old one already', async () => {
    write(lines(1, 2));
    await look();
    truncateSync(file);
    write(lines(3, 4, 5));
    expect(await look(LINGER)).toEqual(texts(1, 2, 3, 4, 5));
  });

  test('counts lines again that are written again', async () => {
    write(lines(1, 2));
    await look();
    truncateSync(file);
    await look();
    write(lines(1, 2));
    expect(await look()).toEqual(texts(1, 2, 1, 2));
  });
});

test.each([
  ['a.gz', 'is compressed, and nobody adds lines to it: give it to --input.'],
  ['.', 'is a folder. Name a file.'],
])('%s is refused', async (name, message) => {
  file = join(dir, name);
  await expect(following()).rejects.toThrow(message);
});

test('a pipe is refused', async () => {
  file = '/dev/null';
  await expect(following()).rejects.toThrow('is a pipe, and cannot be followed by its name: give it to --stdin.');
});

test.each(Array.from({ length: casesOf(50) }, (_, seed) => seed + 1))(
  'each line that is written arrives once, through rotations and kills (seed %d)',
  async (seed) => {
    const random = new Random(seed);
    const written: string[] = [];
    let half = '';
    let rotations = 0;
    const add = (text: string) => {
      write(text);
      const all = (half + text).split('\n');
      half = all.pop() as string;
      written.push(...all);
    };
    const rotate = (how: 'rename' | 'copy') => {
      // Its writer ends its line first, as those do that are told to rotate.
      if (half !== '') add('}\n');
      const away = `${file}.${++rotations}`;
      if (how === 'rename') {
        renameSync(file, away);
        write('');
        return;
      }
      copyFileSync(file, away);
      truncateSync(file);
    };
    let n = 0;
    add(lines(n++));
    await look();
    for (let step = 0; step < 60; step++) {
      switch (random.below(8)) {
        case 0:
          add(`{"n":${n++}`);
          add('}');
          break;
        case 1:
          await kill();
          break;
        case 2:
          rotate(random.below(2) === 0 ? 'rename' : 'copy');
          // A file that is rotated before anybody looked at it has no mark: nothing tells that it is this one.
          await look(2 * LINGER);
          add(lines(n++));
          await look();
          break;
        case 3:
          await look(random.below(4));
          break;
        default:
          add(`${half === '' ? '' : '\n'}${lines(n++, n++)}`);
      }
    }
    if (half !== '') add('\n');
    await look(2 * LINGER);
    expect(sent().toSorted()).toEqual(written.filter((line) => line !== '').toSorted());
  },
);
