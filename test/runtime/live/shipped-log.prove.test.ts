import weblog from '../../../pipelines/weblog.ts';
import { LiveMachine } from './machine.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** Years after what the file holds. */
const NOW = Date.parse('2026-03-01T12:00:00Z');
const LOG = 'examples/weblog/access-log.jsonl.gz';

test('a replay that is stopped has no late event of the shipped log after 8 hours, as if it had never stopped', async () => {
  const replay = (eventsPerSecond: number) => ({ requests: { file: LOG, eventsPerSecond } });
  const whole = new LiveMachine({ startMs: NOW, pipeline: weblog, shards: 2, replays: replay(2313) });
  await whole.run(6 * SECOND);
  const stopped = new LiveMachine({ startMs: NOW, pipeline: weblog, shards: 2, replays: replay(2313) });
  await stopped.run(2 * SECOND);
  expect((await stopped.stream()).replay).toMatchObject({ sent: 2313 });
  stopped.pause(8 * HOUR);
  await stopped.run(6 * SECOND);
  for (const machine of [whole, stopped]) await machine.run(3 * HOUR, MINUTE);
  expect((await stopped.stream()).counters).toEqual((await whole.stream()).counters);
  expect((await stopped.stream()).counters).toMatchObject({ delivered: 10_000, late: 0 });
  expect(await stopped.rows()).toEqual(await whole.rows());
  for (const machine of [whole, stopped]) machine.close();
});
