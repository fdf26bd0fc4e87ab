import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { openEmbedded } from '../../adapters/embedded/index.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { compilePipeline } from '../../engine/plan/plan.ts';
import { readOpenWindows } from '../../engine/query/open-windows.ts';
import { clientSettings } from '../aws/emulators.ts';
import acknowledged from './acknowledged-pipeline.ts';

/** The process is killed while events are on their way: those that it acknowledged are counted once, the others at most once. */
const ROOT = resolve(__dirname, '../..');
const PIPELINE = join(__dirname, 'acknowledged-pipeline.ts');
/** Answers after which it is killed, in each of its lives. */
const KILLS = [1, 7, 40, 90, 150, 260];
const EVENTS_A_REQUEST = 5;

let dir: string;
let store: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'acknowledged-'));
  store = join(dir, 'store.db');
});
afterEach(() => rmSync(dir, { recursive: true }));

interface Machine {
  readonly child: ChildProcess;
  readonly url: string;
}

async function start(): Promise<Machine> {
  const args = [
    join(ROOT, 'bin/streamgauge.js'),
    'dev',
    PIPELINE,
    '--store',
    store,
    '--port',
    '0',
    '--plain',
    '--shards',
    '3',
  ];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  const { promise, resolve: found, reject } = Promise.withResolvers<string>();
  // Read to the end, so that the child never waits for room.
  createInterface({ input: child.stdout }).on('line', (line) => {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (url !== undefined) found(url);
  });
  child.once('exit', (code) => reject(new Error(`The process ended with ${code} before it served.`)));
  return { child, url: await promise };
}

type Send = (events: readonly { readonly id: string; readonly at: string }[]) => Promise<void>;

/** Each resolves if the events were acknowledged, and rejects if nobody knows. */
function sendersTo(url: string): { readonly senders: readonly Send[]; close(): void } {
  const client = new KinesisClient(clientSettings({ url }, 1));
  const byHttp: Send = async (events) => {
    const body = events.map((event) => JSON.stringify(event)).join('\n');
    const headers = { 'content-type': 'application/x-ndjson' };
    const answer = await fetch(`${url}/streams/events/events`, { method: 'POST', body, headers });
    if (answer.status !== 200) throw new Error(`The answer is ${answer.status}.`);
    await answer.text();
  };
  const byKinesis: Send = async (events) => {
    const Records = events.map((event) => ({ PartitionKey: event.id, Data: Buffer.from(JSON.stringify(event)) }));
    await client.send(new PutRecordsCommand({ StreamName: 'events', Records }));
  };
  return { senders: [byHttp, byKinesis, byHttp, byKinesis], close: () => client.destroy() };
}

test('SIGKILL while events are sent: each acknowledged event is counted once', async () => {
  const acknowledgedIds = new Set<string>();
  const sentIds = new Set<string>();
  for (const [life, answers] of KILLS.entries()) {
    const { child, url } = await start();
    const { senders, close } = sendersTo(url);
    const ended = once(child, 'exit');
    let left = answers;
    const sending = senders.map(async (send, sender) => {
      for (let request = 0; child.signalCode === null; request++) {
        const ids = Array.from({ length: EVENTS_A_REQUEST }, (_, i) => `${life}-${sender}-${request}-${i}`);
        for (const id of ids) sentIds.add(id);
        await send(ids.map((id) => ({ id, at: '2026-01-01T10:00:00Z' })));
        for (const id of ids) acknowledgedIds.add(id);
        if (--left === 0) child.kill('SIGKILL');
      }
    });
    const told = await Promise.allSettled(sending);
    expect(told.map(({ status }) => status)).toContain('rejected');
    expect(await ended).toEqual([null, 'SIGKILL']);
    close();
  }

  const { child } = await start();
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);

  const counted = await countedTimes();
  expect(acknowledgedIds.size).toBeGreaterThanOrEqual(KILLS.reduce((sum, each) => sum + each, 0) * EVENTS_A_REQUEST);
  expect([...acknowledgedIds].filter((id) => counted.get(id) !== 1)).toEqual([]);
  expect([...counted].filter(([id, times]) => times !== 1 || !sentIds.has(id))).toEqual([]);
});

async function countedTimes(): Promise<ReadonlyMap<string, number>> {
  const plan = compilePipeline(pipelineDefinition(acknowledged, PIPELINE));
  const stores = openEmbedded(store, { nowMs: () => 0 });
  try {
    const [view] = plan.views;
    const windows = view === undefined ? [] : await readOpenWindows(view, stores, 10);
    const rows = windows.flatMap((window) => window.rows.map(({ columns }) => columns));
    return new Map(rows.map(({ id, times }) => [String(id), Number(times)]));
  } finally {
    stores.close();
  }
}
