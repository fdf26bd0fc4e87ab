import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { count, pipeline, stream, Timestamp, Type, tumbling, view } from '../../../engine/index.ts';
import { type PipelineDefinition, pipelineDefinition } from '../../../engine/ir/pipeline-definition.ts';
import { PipelineFile } from '../../../runtime/live/pipeline-file.ts';
import { Reloader } from '../../../runtime/live/reloader.ts';

const events = stream('events', {
  schema: Type.Object({ user: Type.String(), at: Timestamp() }),
  eventTime: 'at',
  partitionKey: 'user',
  maxLateness: '5 seconds',
});
const totals = view('totals', events)
  .window(tumbling('1 minute'))
  .aggregate(() => ({ events: count() }));
const DEFINITION = pipelineDefinition(pipeline('p', [totals]), 'the test');

describe('a saved file', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'pipeline-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  test('counts once it looks the same twice, and once it is loaded no more', async () => {
    const path = join(dir, 'p.ts');
    const file = new PipelineFile(path, undefined);
    await expect(file.load()).rejects.toThrow(`There is no pipeline file ${path}.`);
    expect([file.hasChanged(), file.hasChanged()]).toEqual([false, false]);
    writeFileSync(path, 'export');
    expect(file.hasChanged()).toBe(false);
    writeFileSync(path, 'export default');
    expect(file.hasChanged()).toBe(false);
    expect(file.hasChanged()).toBe(true);
    rmSync(path);
    await expect(file.load()).rejects.toThrow('There is no pipeline file');
    expect([file.hasChanged(), file.hasChanged()]).toEqual([false, false]);
  });
});

/** A file that was saved whenever the test says so, and whose load ends when it says so. */
function fakeFile() {
  const loads: PromiseWithResolvers<PipelineDefinition>[] = [];
  const file = { isSaved: false };
  const asFile = {
    hasChanged: () => file.isSaved,
    load: () => {
      file.isSaved = false;
      const load = Promise.withResolvers<PipelineDefinition>();
      loads.push(load);
      return load.promise;
    },
  };
  return { file, loads, reloader: new Reloader(asFile as unknown as PipelineFile) };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('a save is loaded while whatever runs goes on, and what it came to is told once', async () => {
  const { file, loads, reloader } = fakeFile();
  expect(reloader.poll()).toBeNull();
  file.isSaved = true;
  expect([reloader.poll(), reloader.poll(), loads.length]).toEqual([null, null, 1]);
  loads[0]?.resolve(DEFINITION);
  await turn();
  expect(reloader.poll()).toMatchObject({ kind: 'plan', plan: { name: 'p' } });
  expect(reloader.poll()).toBeNull();
});

test('a save during a load takes the place of it, also where that never ends', async () => {
  const { file, loads, reloader } = fakeFile();
  file.isSaved = true;
  reloader.poll();
  file.isSaved = true;
  expect([reloader.poll(), loads.length]).toEqual([null, 2]);
  loads[1]?.resolve(DEFINITION);
  await turn();
  expect(reloader.poll()).toMatchObject({ kind: 'plan', plan: { name: 'p' } });
  loads[0]?.resolve(DEFINITION);
  await turn();
  expect(reloader.poll()).toBeNull();
});

test('a load that fails is told, and the next save is loaded', async () => {
  const { file, loads, reloader } = fakeFile();
  file.isSaved = true;
  reloader.poll();
  const failure = new Error('It does not load.');
  loads[0]?.reject(failure);
  await turn();
  file.isSaved = true;
  expect([reloader.poll(), loads.length]).toEqual([{ kind: 'error', error: failure }, 1]);
  expect([reloader.poll(), loads.length]).toEqual([null, 2]);
});
