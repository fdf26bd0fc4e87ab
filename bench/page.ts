import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { chromium, type Response } from 'playwright-core';
import { count, pipeline, stream, sum, Timestamp, Type, tumbling, view } from 'streamgauge';
import { openEmbedded } from '../adapters/embedded/index.ts';
import { monotonicClock, systemClock } from '../adapters/system-clock.ts';
import { pipelineDefinition } from '../engine/ir/pipeline-definition.ts';
import { compilePipeline } from '../engine/plan/plan.ts';
import { PageFiles } from '../runtime/http/page-files.ts';
import { startServer } from '../runtime/http/server.ts';
import { LiveApi } from '../runtime/live/live-api.ts';
import { LiveRuntime } from '../runtime/live/live-runtime.ts';
import { format, print } from './measure.ts';

/**
 * `npm run bench:page`: what the live page takes of a core with 20 panels, each of which has a new point every second: among up to
 * 1,000, and where there are more, so that points are left out and their ranges shaded. The goal is below 20 %. A busy machine
 * answers less often than that, so what one new series takes says more. The page is the one that is built, in the Chromium of
 * this machine (or of CHROMIUM), before a pipeline that runs here; the CPU time is that of Chromium's processes alone.
 */
const PANELS = 20;
/** Windows that are there when the page opens: the first stay below what an answer holds, the others come to more. */
const WINDOWS = [920, 1800];
/** Then V8 has compiled what it compiles of a page that stays open. */
const WARM_UP_SECONDS = 30;
const SECONDS = 30;
const GOAL_PERCENT = 20;

const events = stream('events', {
  schema: Type.Object({ n: Type.Integer(), at: Timestamp('epoch-ms') }),
  eventTime: 'at',
  partitionKey: 'n',
  maxLateness: '0 ms',
});
const views = Array.from({ length: PANELS }, (_, index) =>
  view(`panel_${index + 1}`, events)
    .window(tumbling('1 second'))
    .aggregate((e) => ({ events: count(), total: sum(e.n) })),
);

async function openServer(dir: string, windows: number) {
  const plan = compilePipeline(pipelineDefinition(pipeline('bench', views), 'the bench'));
  const stores = openEmbedded(join(dir, 'store.db'), systemClock);
  const runtime = await LiveRuntime.open({
    ...{ plan, stores, storePath: '', shards: 1, clock: systemClock, monotonic: monotonicClock },
    replays: new Map(),
  });
  const [shard] = stores.log.shards('events').map(({ id }) => id);
  const append = (times: readonly number[]) => {
    const entries = times.map((at, index) => {
      const n = 50 + Math.round(40 * Math.sin(at / 60_000)) + (index % 7);
      return { partitionKey: 'x', data: Buffer.from(JSON.stringify({ n, at })) };
    });
    stores.log.append('events', shard as string, entries, Date.now());
  };
  const nowMs = Date.now();
  append(Array.from({ length: windows }, (_, index) => nowMs - (windows - index) * 1000));
  await runtime.tick();
  const page = PageFiles.read();
  const api = new LiveApi({
    ...{ plan: () => plan, status: () => runtime.status(), stores, clock: systemClock, pageBuild: page?.build ?? '' },
    onError: (error) => {
      throw error;
    },
  });
  const server = await startServer({ port: 0, api, page });
  let isOn = true;
  const running = (async () => {
    for (let last = 0; isOn; await setTimeout(200)) {
      const second = Math.floor(Date.now() / 1000);
      if (second !== last) append([second * 1000]);
      last = second;
      await runtime.tick();
      await api.tick(await runtime.status());
    }
  })();
  return {
    url: server.url,
    async close() {
      isOn = false;
      await running;
      await server.close();
      await runtime.close();
      stores.close();
    },
  };
}

function scriptKilobytes(): number {
  const folder = join(import.meta.dirname, '../dashboard/dist/assets');
  const scripts = readdirSync(folder).filter((name) => name.endsWith('.js'));
  return scripts.reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name))).length, 0) / 1024;
}

const named = process.env.CHROMIUM;
const executablePath = named || ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path));
async function measure(path: string, windows: number): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'page-'));
  const server = await openServer(dir, windows);
  const browser = await chromium.launch({ executablePath: path, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const session = await browser.newBrowserCDPSession();
    const cpuSeconds = async () => {
      const { processInfo } = await session.send('SystemInfo.getProcessInfo');
      const of = (type: string) =>
        processInfo.filter((each) => each.type === type).reduce((sum, { cpuTime }) => sum + cpuTime, 0);
      return { page: of('renderer'), drawing: of('GPU') };
    };
    await page.goto(server.url);
    const charts = page.locator('.uplot');
    await charts.nth(PANELS - 1).waitFor({ timeout: 60_000 });
    await setTimeout(WARM_UP_SECONDS * 1000);
    let answers = 0;
    let last: Response | undefined;
    page.on('response', (response) => {
      if (!response.url().includes('/series?')) return;
      answers++;
      last = response;
    });
    const [before, startedMs] = [await cpuSeconds(), performance.now()];
    await setTimeout(SECONDS * 1000);
    const [after, seconds] = [await cpuSeconds(), (performance.now() - startedMs) / 1000];
    const percent = (100 * (after.page - before.page)) / seconds;
    const msEach = (1000 * (after.page - before.page)) / answers;
    // Only now, and only of one: each body that is read here passes through the page's own process once more.
    const points = ((await last?.json()) as { readonly starts: readonly unknown[] } | undefined)?.starts.length ?? 0;
    const firstPaintMs = await page.evaluate(
      () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
    );
    print(
      `${await charts.count()} charts; ${format(answers / seconds / PANELS, 2)} times a second each had a new series, the last of ${format(points)} points`,
    );
    print(
      `  ${format(percent, 1)} % of one core for the page, ${format(msEach, 1)} CPU ms a series: ${format((msEach * PANELS) / 10, 1)} % with one a second in each panel (the goal is below ${GOAL_PERCENT} %), and ${format((100 * (after.drawing - before.drawing)) / seconds, 1)} % for drawing without a graphics card, over ${format(seconds)} s`,
    );
    print(`  first paint after ${format(firstPaintMs ?? Number.NaN)} ms`);
  } finally {
    await browser.close();
    await server.close();
    rmSync(dir, { recursive: true });
  }
}

if (executablePath === undefined) {
  print('NOT RUN: there is no Chromium here. Install it, or name one with CHROMIUM.');
} else {
  print(`The live page: ${format(scriptKilobytes(), 1)} KB of script gzipped (the goal is below 120)`);
  for (const windows of WINDOWS) await measure(executablePath, windows);
}
