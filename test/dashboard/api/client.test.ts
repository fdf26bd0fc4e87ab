import { Api } from '../../../dashboard/src/api/client.ts';

/** Answers of a server, by path; each question takes the next. */
function apiOf(answers: Readonly<Record<string, readonly [status: number, body: string][]>>) {
  const asked: string[] = [];
  const api = new Api(async (url) => {
    asked.push(url);
    const path = url.replace('./api/', '');
    const nth = asked.filter((each) => each === url).length - 1;
    const [status, body] = answers[path]?.[nth] ?? [404, '{}'];
    return new Response(body, { status });
  });
  return { api, asked };
}

/** The first pieces of text that the live connection gives. */
async function firstOf(api: Api, count: number): Promise<string[]> {
  const pieces: string[] = [];
  const abort = new AbortController();
  for await (const piece of api.live(null, abort.signal)) {
    pieces.push(piece);
    if (pieces.length === count) break;
    jest.advanceTimersByTime(5000);
  }
  return pieces;
}

beforeEach(() => jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'nextTick'] }));
afterEach(() => jest.useRealTimers());

test('where a server has live events the page hears them as they come', async () => {
  const { api, asked } = apiOf({ live: [[200, 'id: 1\ndata: {}\n\n']] });
  expect(await firstOf(api, 1)).toEqual(['id: 1\ndata: {}\n\n']);
  expect(asked).toEqual(['./api/live']);
  expect(api.liveEveryMs).toBe(1000);
});

test('where it has none the page asks every five seconds, and says so where nothing has changed', async () => {
  const { api } = apiOf({
    overview: [
      [200, '{"now":1}\n'],
      [200, '{"now":1}\n'],
      [200, '{"now":2}\n'],
    ],
  });
  const pieces = firstOf(api, 3);
  for (let turn = 0; turn < 20; turn++) {
    await new Promise((resolve) => process.nextTick(resolve));
    await jest.advanceTimersByTimeAsync(1000);
  }
  expect(await pieces).toEqual([
    'event: snapshot\ndata: {"now":1}\n\n',
    ': nothing has changed\n\n',
    'event: snapshot\ndata: {"now":2}\n\n',
  ]);
  expect(api.liveEveryMs).toBe(5000);
});

test('a question that fails ends the connection, which then tries again', async () => {
  const { api } = apiOf({ overview: [[503, '{"title":"Away","status":503}']] });
  await expect(firstOf(api, 1)).rejects.toMatchObject({ problem: { title: 'Away' } });
});
