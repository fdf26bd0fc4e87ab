import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sendByBoto3 } from './boto3.ts';
import type { Diary } from './diary.ts';
import { NewcomerError } from './errors.ts';
import { type Click, clicksFor, lastTimeMs } from './events.ts';
import { expectRows } from './expect-rows.ts';
import type { Newcomer } from './newcomer.ts';
import { install } from './npm.ts';
import { type Place, Program, run } from './processes.ts';
import { findPython } from './python.ts';

const PROJECT = 'my-analytics';
const MINUTE_MS = 60_000;
const HTTP_CLICKS = 60;
const BOTO3_CLICKS = 90;
const CLICKS_AFTER_CHANGE = 40;

/** What the newcomer adds to the pipeline of the template. */
const NEW_VIEW = `const actions = view('actions_1min', clicks)
  .window(tumbling('1 minute'))
  .groupBy('action')
  .aggregate(() => ({ events: count() }));

export default pipeline('clickstream', [pageViews, actions]);
`;
const EXPORT = /^export default pipeline\(.*\n/m;

export const CREATE: Newcomer = {
  name: 'create',
  summary: 'creates a project, sends it events by HTTP and by boto3, queries them, and saves a change',
  node: 'of this process',
  async play({ folder, env, packages }, diary) {
    const { streamgauge, create } = packages();
    const place = { cwd: join(folder, PROJECT), env };
    await diary.step(`npm create streamgauge ${PROJECT} -- --yes`, async () => {
      const creator = ['npm', 'exec', '--yes', `--package=${create.path}`, '--', 'create-streamgauge'];
      const { stdout } = await run([...creator, PROJECT, '--yes'], { cwd: folder, env });
      return stdout.split('\n', 1)[0] ?? '';
    });
    // The registry of this newcomer has one package more.
    await run(['npm', 'pkg', 'set', `dependencies.streamgauge=file:${streamgauge.path}`], place);
    await install('npm install', ['install'], place, diary);
    const dev = new Program(['npm', 'start', '--', '--port', '0'], place);
    try {
      await diary.step('npm start, to the first closed window', async () => {
        return (await dev.until(/^page_views_5min closed .*$/m))[0];
      });
      await diary.step('the sample is replayed', async () => (await dev.until(/^Replay finished: [^.]*\./m))[0]);
      const [, url = ''] = await dev.until(/JSON at (http:\/\/\S+)/);
      await feedAndQuery(url, place, folder, diary);
      await change(url, place, dev, diary);
    } finally {
      await dev.stop();
    }
  },
};

/** Counts by page, of a window that is later than all of the sample, and closes when the events after it have come. */
async function feedAndQuery(url: string, place: Place, folder: string, diary: Diary): Promise<void> {
  const startMs = lastTimeMs(place.cwd) + 30 * MINUTE_MS;
  const expected = new Map<string, number>();
  await diary.step('POST /streams/clicks/events', async () => {
    await post(url, clicksFor('/by-http', startMs, HTTP_CLICKS));
    expected.set('/by-http', HTTP_CLICKS);
    return `${HTTP_CLICKS} events`;
  });
  const python = await findPython(folder, place.env);
  if (python.kind === 'none') diary.notRun('boto3', python.why);
  else {
    await diary.step('boto3, put_records with AWS_ENDPOINT_URL_KINESIS', async () => {
      await sendByBoto3(python.program, url, clicksFor('/by-boto3', startMs, BOTO3_CLICKS), place);
      expected.set('/by-boto3', BOTO3_CLICKS);
      return `${BOTO3_CLICKS} events, ${python.words}`;
    });
  }
  await diary.step('streamgauge query page_views_5min --json', async () => {
    await post(url, clicksFor('/later', startMs + 20 * MINUTE_MS, HTTP_CLICKS));
    const of = { view: 'page_views_5min', from: startMs, to: startMs + 5 * MINUTE_MS, group: 'page', count: 'views' };
    return expectRows(of, expected, place);
  });
}

async function change(url: string, place: Place, dev: Program, diary: Diary): Promise<void> {
  const file = join(place.cwd, 'pipeline.ts');
  const text = readFileSync(file, 'utf8');
  if (!EXPORT.test(text))
    throw new NewcomerError(`${file} exports no pipeline on a line of its own, so it cannot be changed.`);
  await diary.step('a view is added to pipeline.ts', async () => {
    await writeFile(file, text.replace(EXPORT, NEW_VIEW));
    return (await dev.until(/^The pipeline was loaded again\..*$/m))[0];
  });
  await diary.step('streamgauge query actions_1min --json', async () => {
    const startMs = lastTimeMs(place.cwd) + 90 * MINUTE_MS;
    await post(url, clicksFor('/changed', startMs, CLICKS_AFTER_CHANGE));
    await post(url, clicksFor('/later', startMs + 20 * MINUTE_MS, HTTP_CLICKS));
    const of = { view: 'actions_1min', from: startMs, to: startMs + MINUTE_MS, group: 'action', count: 'events' };
    return expectRows(of, new Map([['view', CLICKS_AFTER_CHANGE]]), place);
  });
}

async function post(url: string, clicks: readonly Click[]): Promise<void> {
  const response = await fetch(`${url}/streams/clicks/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(clicks),
  });
  const answer = await response.text();
  if (!response.ok) throw new NewcomerError(`POST ${response.url} was answered with ${response.status}: ${answer}`);
}
