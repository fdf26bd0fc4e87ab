import { execFileSync } from 'node:child_process';
import { brokenEvent, curlCommand, deployedCommand, firstEvent } from '../../../dashboard/src/pages/first-event.ts';

const ORIGIN = 'http://127.0.0.1:8787';
const stream = (time: unknown) => ({
  name: 'requests',
  format: 'json',
  event_time: 'at',
  partition_key: 'who',
  example: { who: "it's $HOME", at: time },
});

/** The arguments that a shell makes of a command, one a line, in place of running it. */
function said(command: string): string[] {
  const show = 'curl() { printf "%s\\n" "$@"; }; aws() { curl "$@"; }; STREAM=abc;';
  return execFileSync('sh', ['-c', `${show} ${command}`], { encoding: 'utf8' })
    .trimEnd()
    .split('\n');
}

test.each([
  ['epoch-ms', 1_763_000_000_000, 1],
  ['epoch-s', 1_763_000_000, 1000],
  ['epoch-us', 1_763_000_000_000_000, 1 / 1000],
  ['epoch-ns', 1_763_000_000_000_000_000, 1e-6],
  ['ISO-8601', '2026-11-25T18:35:41Z', null],
])('what a shell makes of it is one event, with quotes as they are and the time of now: %s', (_, time, toMs) => {
  const before = Math.floor(Date.now() / 1000) * 1000;
  const event = JSON.parse(said(curlCommand(stream(time), ORIGIN)).at(-1) as string);
  expect(event.who).toBe("it's $HOME");
  expect(typeof event.at).toBe(typeof time);
  const ms = toMs === null ? Date.parse(event.at) : event.at * toMs;
  expect(ms).toBeGreaterThanOrEqual(before);
  expect(ms).toBeLessThanOrEqual(Date.now());
});

test('as code it is a call whose body is the event, with the time of now', async () => {
  const code = firstEvent('typescript', stream(1_763_000_000_000), ORIGIN);
  const calls: [string, { body: string }][] = [];
  const run = new Function('fetch', `return (async () => { ${code} })();`);
  await run((...args: [string, { body: string }]) => calls.push(args));
  const [url, { body }] = calls[0] as [string, { body: string }];
  expect(url).toBe(`${ORIGIN}/streams/requests/events`);
  expect(JSON.parse(body)).toEqual({ who: "it's $HOME", at: expect.any(Number) });
});

test.each([
  [1_763_000_000, 1e-3],
  [1_763_000_000_000, 1],
  [1_763_000_000_000_000, 1e3],
  [1_763_000_000_000_000_000, 1e6],
])('code says now in the unit of %d', async (time, perMs) => {
  const code = firstEvent('typescript', stream(time), ORIGIN);
  const at = new Function(`return ${/"at": ([^\n]*)/.exec(code)?.[1]}`)();
  expect(Math.abs(at / perMs - Date.now())).toBeLessThan(60_000);
});

test.each([
  ['a time in another form', { who: 'ann', at: 'Wed, 31 Jan 2024 12:00:00 +0000' }],
  ['a time under another name', { who: 'ann', '@timestamp': '2024-01-31T12:00:00Z' }],
  ['a time inside of an object', { who: 'ann', meta: { at: 1_763_000_000 } }],
])('%s stays as the example has it', (_, example) => {
  const command = said(curlCommand({ ...stream(0), example }, ORIGIN));
  expect(JSON.parse(command.at(-1) as string)).toEqual(example);
});

test('rows are sent as a file of their format', () => {
  const rows = { ...stream(0), format: 'csv' };
  const words = said(curlCommand(rows, ORIGIN));
  expect(words).toEqual(expect.arrayContaining(['content-type: text/plain', '--data-binary', '@requests.csv']));
  expect(said(firstEvent('curl', rows, ORIGIN))).toEqual(words);
  expect(said(deployedCommand({ ...rows, format: 'logfmt' }))).toContain('fileb://requests.log');
  expect(said(brokenEvent(rows, ORIGIN)).at(-1)).toBe('fits="no schema');
});

test('by the API of Kinesis it goes to this machine, or to the stream that a stack names', () => {
  expect(firstEvent('aws', stream(0), ORIGIN)).toContain(`AWS_ENDPOINT_URL_KINESIS=${ORIGIN}`);
  expect(said(deployedCommand(stream('2026-11-25T18:35:41Z')))).toEqual(
    expect.arrayContaining(['put-record', '--stream-name', 'abc', '--partition-key', "it's $HOME"]),
  );
});

test('an event that fits no schema lacks its time, and the command is one that a shell takes', () => {
  const words = said(brokenEvent({ name: 'a stream', format: 'json' }, ORIGIN));
  expect(words[0]).toBe(`${ORIGIN}/streams/a%20stream/events`);
  expect(words).toContain('content-type: application/json');
  expect(JSON.parse(words.at(-1) as string)).toEqual({ fits: 'no schema' });
});
