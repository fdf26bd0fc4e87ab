import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { format, print } from '../measure.ts';
import { REQUEST_MS, type SentBatch, sendAtRate } from './sender.ts';
import type { Usage } from './server.ts';
import { type Watched, watch } from './watcher.ts';

/**
 * `npm run bench:latency`: how long it takes from an event to a row that can be read, on one machine: events come by HTTP,
 * and rows are read by HTTP. The server is a process of its own, of which the CPU seconds are.
 */
const SECONDS = 20;
/** Not counted: the server's code is still being compiled. */
const WARM_UP_SECONDS = 5;
const RATES = [1000, 10_000];

async function benchRate(eventsPerSecond: number): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'latency-'));
  try {
    const child = fork(
      join(import.meta.dirname, 'server.ts'),
      [join(import.meta.dirname, 'pipeline.ts'), '--store', join(dir, 'store.db'), '--port', '0', '--plain'],
      { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] },
    );
    const url = await urlOf(child);
    const before = await usageOf(child);
    let isSent = false;
    const watching = watch(url, () => isSent, eventsPerSecond * SECONDS);
    const startedMs = performance.now();
    const batches = await sendAtRate(url, eventsPerSecond, SECONDS);
    isSent = true;
    const watched = await watching;
    const wallSeconds = (performance.now() - startedMs) / 1000;
    const { cpuSeconds, maxRssMebibytes } = await usageOf(child);
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
    printRate(eventsPerSecond, batches, watched);
    const took = cpuSeconds - before.cpuSeconds;
    const perEvent = (took * 1e6) / (eventsPerSecond * SECONDS);
    print(
      `  the server took ${format(took, 1)} CPU seconds in ${format(wallSeconds, 1)} s, ${format(perEvent)} µs an event, and ${format(maxRssMebibytes)} MiB`,
    );
  } finally {
    rmSync(dir, { recursive: true });
  }
}

async function usageOf(child: ChildProcess): Promise<Usage> {
  child.send('usage');
  const [usage] = await once(child, 'message');
  return usage as Usage;
}

async function urlOf(child: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  // Read to the end, so that the child never waits for room.
  createInterface({ input: child.stdout as Readable }).on('line', (line) => {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (url !== undefined) resolve(url);
  });
  child.once('exit', (code) => reject(new Error(`The server ended with ${code} before it served.`)));
  return promise;
}

function printRate(eventsPerSecond: number, batches: readonly SentBatch[], { readings, closed }: Watched): void {
  const firstMs = (batches[0] as SentBatch).dueMs + WARM_UP_SECONDS * 1000;
  const counted = batches.map((batch, index) => ({ ...batch, index })).filter(({ dueMs }) => dueMs >= firstMs);
  const closedAt = new Map(closed.map(({ startMs, closedMs }) => [startMs, closedMs]));
  const secondOf = (ms: number) => Math.floor(ms / 1000) * 1000;
  let reading = 0;
  const open = counted.map(({ dueMs, index, events }) => {
    // The k-th event can be read once k are counted.
    while ((readings[reading]?.events ?? Number.POSITIVE_INFINITY) < (index + 1) * events) reading++;
    return (readings[reading]?.atMs ?? Number.NaN) - dueMs;
  });
  // The last seconds do not close: no later event moves the watermark past their ends.
  const closing = counted.filter(({ dueMs }) => closedAt.has(secondOf(dueMs)));
  const toClosed = closing.map(({ dueMs }) => (closedAt.get(secondOf(dueMs)) as number) - dueMs);
  const fromEnd = closed
    .filter(({ startMs }) => startMs >= firstMs)
    .map(({ startMs, closedMs }) => closedMs - (startMs + 1000));
  print();
  print(
    `${format(eventsPerSecond)} events/s for ${SECONDS} s, the first ${WARM_UP_SECONDS} not counted, ${format((eventsPerSecond * REQUEST_MS) / 1000)} events a request; milliseconds`,
  );
  print(`  ${''.padEnd(38)} ${'p50'.padStart(8)} ${'p99'.padStart(8)}`);
  printTimes(
    'event → acknowledged, on disk',
    counted.map(({ dueMs, acknowledgedMs }) => acknowledgedMs - dueMs),
  );
  printTimes('event → open row', open);
  printTimes('event → closed row of its second', toClosed);
  printTimes("the second's end → its closed row", fromEnd);
}

function printTimes(name: string, times: readonly number[]): void {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? Number.NaN;
  print(`  ${name.padEnd(38)} ${format(at(0.5)).padStart(8)} ${format(at(0.99)).padStart(8)}`);
}

print('Latency on one machine: from an event that is sent by HTTP to a row that is read by HTTP');
for (const rate of RATES) await benchRate(rate);
