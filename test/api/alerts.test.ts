import { Value } from 'typebox/value';
import { incidentLines } from '../../api/incidents.ts';
import { type Incident, IncidentsAnswer, SilencesAnswer } from '../../api/schemas/alerts.ts';
import type { Problem } from '../../api/schemas/common.ts';
import { IncidentLine } from '../../api/schemas/overview.ts';
import { loadAcknowledgements, MAX_ACKNOWLEDGEMENTS } from '../../engine/alerts/acknowledgements.ts';
import { addSilence, loadSilences } from '../../engine/alerts/silences.ts';
import { pipeline, stream, sum, Timestamp, Type, terminal, tumbling, view } from '../../engine/index.ts';
import { readOpenIncidents } from '../../engine/query/open-incidents.ts';
import { SmallWorld } from '../support/small-world.ts';
import { apiOver } from './clicks-api.ts';

const T0 = Date.UTC(2026, 0, 1) / 1000;
const events = stream('events', {
  schema: Type.Object({ key: Type.String(), v: Type.Integer(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '0 ms',
});
const watched = view('watched', events)
  .window(tumbling('10 seconds'))
  .groupBy('key')
  .aggregate((e) => ({ total: sum(e.v) }))
  .alert('high', { when: (row) => row.total.gte(10), severity: 'warning', groupAbove: 2, to: [terminal()] });
const event = (seconds: number, v: number, key: string) => ({ key, v, at: T0 + seconds });
const JSON_BODY = { 'Content-Type': 'application/json' };

function alertsApi(allowed = true) {
  const world = new SmallWorld(pipeline('p', [watched]));
  const api = apiOver(world, null, { allowed: { acknowledge: allowed, redrive: false, send: false } });
  return {
    ...api,
    world,
    async take(...given: object[]) {
      await world.take(given);
      await world.finalize('watched');
    },
    async list(query = ''): Promise<IncidentsAnswer> {
      const { body } = await api.get<IncidentsAnswer>(`/alerts${query}`);
      expect([...Value.Errors(IncidentsAnswer, body)]).toEqual([]);
      return body;
    },
    async send(method: 'POST' | 'DELETE', id: string, body?: object) {
      const response = await api.app.request(`/api/alerts/${encodeURIComponent(id)}/acknowledgement`, {
        method,
        ...(body !== undefined && { body: JSON.stringify(body), headers: JSON_BODY }),
      });
      return { status: response.status, body: (await response.json()) as Incident & Problem };
    },
  };
}

/** One incident of `a` that is on. */
async function oneIncident() {
  const api = alertsApi();
  await api.take(event(1, 12, 'a'), event(11, 0, 'a'));
  const [incident] = (await api.list()).incidents;
  return { ...api, id: (incident as Incident).id };
}

test('an incident that is on has its rule, its reason and what was announced of it', async () => {
  const { list, id } = await oneIncident();
  const from = T0 * 1000;
  expect(await list()).toEqual({
    open: 1,
    acknowledged: 0,
    resolved: 0,
    incidents: [
      {
        id,
        view: 'watched',
        alert: 'high',
        severity: 'warning',
        state: 'open',
        group: { key: 'a' },
        groups: 1,
        worst: [],
        from,
        until: null,
        reason: 'total ≥ 10: total is 12',
        acknowledgement: null,
        transitions: [
          { sequence: 1, at: from + 10_000, kind: 'opened', window_start: from, reason: 'total ≥ 10: total is 12' },
        ],
        rule: 'where total ≥ 10',
      },
    ],
  });
});

test('somebody acknowledges an incident, another one does, and takes it back', async () => {
  const { list, send, id, world } = await oneIncident();
  const first = await send('POST', id, { by: 'ann', note: 'looking' });
  expect(first).toMatchObject({
    status: 200,
    body: { id, state: 'acknowledged', acknowledgement: { at: 1_000_000, by: 'ann', note: 'looking' } },
  });
  await send('POST', id, { by: 'bob' });
  expect(await list()).toMatchObject({
    open: 0,
    acknowledged: 1,
    incidents: [{ acknowledgement: { by: 'bob', note: '' } }],
  });
  const open = await readOpenIncidents(world.plan, world.stores);
  const lines = incidentLines(open, await loadAcknowledgements(world.stores.state));
  expect(lines[id]).toMatchObject({ acknowledged: true, group: { key: 'a' }, groups: 1 });
  expect([...Value.Errors(IncidentLine, lines[id])]).toEqual([]);
  expect((await list('?state=acknowledged')).incidents).toHaveLength(1);
  expect((await list('?state=open')).incidents).toEqual([]);
  expect(await send('DELETE', id)).toMatchObject({ status: 200, body: { state: 'open', acknowledgement: null } });
  expect((await send('DELETE', id)).status).toBe(200);
});

test('an incident that is over is listed as such, cannot be acknowledged, and its acknowledgement goes', async () => {
  const { list, send, take, id, world } = await oneIncident();
  await send('POST', id, { by: 'ann' });
  await take(event(21, 12, 'b'), event(31, 0, 'a'));
  const answer = await list();
  expect(answer).toMatchObject({ open: 1, acknowledged: 0, resolved: 1 });
  expect(
    answer.incidents.map(({ state, group, transitions }) => [state, group.key, transitions.map(({ kind }) => kind)]),
  ).toEqual([
    ['open', 'b', ['opened']],
    ['resolved', 'a', ['opened', 'resolved']],
  ]);
  expect(answer.incidents[1]?.until).toBe(T0 * 1000 + 10_000);
  expect(await send('POST', id, { by: 'ann' })).toMatchObject({ status: 404, body: { code: 'not_found' } });
  await send('POST', answer.incidents[0]?.id as string, { by: 'bob' });
  expect([...(await loadAcknowledgements(world.stores.state)).keys()]).toEqual([answer.incidents[0]?.id]);
  expect((await list('?state=resolved')).incidents.map(({ group }) => group.key)).toEqual(['a']);
});

test('a storm is one incident, with the worst ten, and is acknowledged as one', async () => {
  const { take, list, send } = alertsApi();
  const keys = Array.from({ length: 12 }, (_, index) => `k${index}`);
  await take(...keys.map((key) => event(1, 12, key)), event(11, 0, 'z'));
  const { open, incidents } = await list();
  expect([open, incidents.length]).toEqual([1, 1]);
  const [storm] = incidents as [Incident];
  expect([storm.groups, storm.worst.length, storm.group]).toEqual([12, 10, {}]);
  expect(storm.transitions.map(({ kind }) => kind)).toEqual(['opened']);
  expect((await send('POST', storm.id, { by: 'ann' })).body.state).toBe('acknowledged');
  await take(event(21, 0, 'z'));
  expect((await list()).incidents).toMatchObject([{ id: storm.id, state: 'resolved', groups: 12 }]);
});

test.each([
  ['?severity=critical', 0],
  ['?severity=warning', 1],
  ['?view=other', 0],
  ['?view=watched', 1],
])('incidents of %s', async (query, count) => {
  const { list } = await oneIncident();
  expect((await list(query)).incidents).toHaveLength(count);
});

test.each([
  [{}, 'by'],
  [{ by: '' }, 'by'],
  [{ by: 'ann', note: 'x'.repeat(1001) }, 'note'],
  [{ by: 7 }, 'by'],
])('%j acknowledges nothing', async (body, word) => {
  const { send, id, list } = await oneIncident();
  const refused = await send('POST', id, body);
  expect(refused).toMatchObject({ status: 400, body: { code: 'bad_body' } });
  expect(refused.body.detail).toContain(word);
  expect((await list()).acknowledged).toBe(0);
});

test('silences are listed until they end', async () => {
  const { get, world } = alertsApi();
  const silence = { fromMs: 0, toMs: 2_000_000, view: 'watched', group: { key: 'a' } };
  await addSilence(world.stores.state, 's1', silence);
  await addSilence(world.stores.state, 's2', { fromMs: 0, toMs: 1_000_000 });
  const { body } = await get<SilencesAnswer>('/silences');
  expect([...Value.Errors(SilencesAnswer, body)]).toEqual([]);
  expect(body.silences).toEqual([
    { name: 's1', from: 0, to: 2_000_000, view: 'watched', alert: null, group: { key: 'a' } },
  ]);
});

function silencer(allowed = true) {
  const { app, world } = alertsApi(allowed);
  const send = async (method: 'POST' | 'DELETE', path: string, body?: object) => {
    const response = await app.request(`/api/silences${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: JSON_BODY }),
    });
    return { status: response.status, body: (await response.json()) as SilencesAnswer & Problem };
  };
  return { send, world };
}

test('a silence begins, of as little as it names, and ends', async () => {
  const { send, world } = silencer();
  const begun = await send('POST', '', { for_ms: 3_600_000, view: 'watched', alert: 'high', group: { key: 'a' } });
  expect(begun.status).toBe(200);
  expect([...Value.Errors(SilencesAnswer, begun.body)]).toEqual([]);
  const [silence] = begun.body.silences;
  expect(silence).toMatchObject({ view: 'watched', alert: 'high', group: { key: 'a' } });
  expect(silence && silence.to - silence.from).toBe(3_600_000);
  expect(await loadSilences(world.stores.state)).toHaveLength(1);
  const ended = await send('DELETE', `/${encodeURIComponent(silence?.name ?? '')}`);
  expect(ended).toMatchObject({ status: 200, body: { silences: [] } });
  expect(await send('DELETE', '/none')).toMatchObject({ status: 404, body: { code: 'not_found' } });
});

test.each([
  [{ for_ms: 3_600_000, view: 'none' }, 'view', "There is no view 'none'. There is watched."],
  [{ for_ms: 3_600_000, alert: 'low' }, 'alert', "There is no alert 'low'. There is high."],
  [{ for_ms: 3_600_000, view: 'watched', group: { page: 'a' } }, 'group', 'the view groups by key'],
  [{ for_ms: 3_600_000, group: { key: 'a' } }, 'group', 'name a view too'],
  [{ for_ms: 1 }, undefined, 'for_ms'],
  [{ for_ms: 3_600_000, veiw: 'watched' }, undefined, "The body has no member 'veiw'. Did you mean 'view'?"],
])('%j silences nothing', async (body, parameter, words) => {
  const { send, world } = silencer();
  const refused = await send('POST', '', body);
  expect(refused).toMatchObject({ status: 400, body: { detail: expect.stringContaining(words) } });
  expect(refused.body.parameter).toBe(parameter);
  expect(await loadSilences(world.stores.state)).toEqual([]);
});

test('where it is not allowed nobody silences', async () => {
  const { send } = silencer(false);
  const no = { status: 403, body: { code: 'not_allowed' } };
  expect(await send('POST', '', { for_ms: 60_000 })).toMatchObject(no);
  expect(await send('DELETE', '/x')).toMatchObject(no);
});

test('where it is not allowed nobody acknowledges', async () => {
  const { send } = alertsApi(false);
  expect(await send('POST', 'x', { by: 'ann' })).toMatchObject({ status: 403, body: { code: 'not_allowed' } });
});

test('there is a bound of acknowledgements', async () => {
  const { send, id, world } = await oneIncident();
  const { state } = world.stores;
  const partition = 'acknowledgements';
  const data = JSON.stringify({ atMs: 0, by: 'x', note: '' });
  const ids = Array.from({ length: MAX_ACKNOWLEDGEMENTS }, (_, index) => `x${index}`);
  for (const sort of ids)
    await state.transact([{ kind: 'put', key: { partition, sort }, version: 1, data, condition: { kind: 'absent' } }]);
  const { acknowledge } = await import('../../engine/alerts/acknowledgements.ts');
  const all = new Set([...ids, id]);
  await expect(acknowledge(state, id, { atMs: 0, by: 'ann', note: '' }, (each) => all.has(each))).rejects.toThrow(
    '1000',
  );
  // Those are of incidents that are over.
  expect((await send('POST', id, { by: 'ann' })).status).toBe(200);
  expect((await loadAcknowledgements(state)).size).toBe(1);
});
