import {
  acknowledge,
  endAcknowledgement,
  loadAcknowledgements,
  TooManyAcknowledgementsError,
} from '../../engine/alerts/acknowledgements.ts';
import { append } from '../../engine/lists/append.ts';
import type { AlertMessage } from '../../engine/ports/alert-sink.ts';
import { StoreError } from '../../engine/ports/errors.ts';
import { readAnnounced } from '../../engine/query/announced.ts';
import { listIncidents } from '../incidents.ts';
import { JSON_TYPE } from '../media-types.ts';
import { notFound, ProblemError } from '../problems.ts';
import { type Route, route } from '../route.ts';
import { Acknowledgement, Incident, IncidentsAnswer, IncidentsQuery } from '../schemas/alerts.ts';
import type { ApiSource } from '../source.ts';

const DEFAULT_LIMIT = 100;
const PATH = '/api/alerts/{id}/acknowledgement';

/** Incidents, and who has seen them. */
export const ALERT_ROUTES: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/alerts',
    summary: 'Incidents: those that are on, the worst first, then those that are over as far as the outbox tells.',
    query: IncidentsQuery,
    answers: { [JSON_TYPE]: IncidentsAnswer },
    problems: [400],
    async answer({ c, source, query }) {
      const chosen = (await readIncidents(source)).filter(
        ({ severity, view }) =>
          (query.severity === undefined || severity === query.severity) &&
          (query.view === undefined || view === query.view),
      );
      const isWanted = ({ state }: Incident) =>
        query.state === undefined || query.state === 'all' || state === query.state;
      const answer: IncidentsAnswer = {
        open: countOf(chosen, 'open'),
        acknowledged: countOf(chosen, 'acknowledged'),
        resolved: countOf(chosen, 'resolved'),
        incidents: chosen.filter(isWanted).slice(0, query.limit ?? DEFAULT_LIMIT),
      };
      return c.json(answer);
    },
  }),
  route({
    method: 'POST',
    path: PATH,
    summary: 'Says that somebody has seen an incident. It changes nothing about the incident and its messages.',
    body: Acknowledgement,
    answers: { [JSON_TYPE]: Incident },
    problems: [400, 403, 404, 409, 413, 415],
    async answer({ c, source, body, name }) {
      const ids = await openIds(source, name('id'));
      const { by, note = '' } = body;
      try {
        await acknowledge(source.ports.state, name('id'), { atMs: source.nowMs(), by, note }, (id) => ids.has(id));
      } catch (error) {
        const isRace = error instanceof StoreError && error.code === 'conflict';
        if (!isRace && !(error instanceof TooManyAcknowledgementsError)) throw error;
        throw new ProblemError(409, 'not_acknowledged', 'It was not acknowledged', error.message);
      }
      return c.json(await readIncident(source, name('id')));
    },
  }),
  route({
    method: 'DELETE',
    path: PATH,
    summary: 'Takes an acknowledgement back.',
    answers: { [JSON_TYPE]: Incident },
    problems: [400, 403, 404],
    async answer({ c, source, name }) {
      await openIds(source, name('id'));
      await endAcknowledgement(source.ports.state, name('id'));
      return c.json(await readIncident(source, name('id')));
    },
  }),
];

async function readIncidents(source: ApiSource): Promise<readonly Incident[]> {
  const { plan, ports } = source;
  const messages: AlertMessage[] = [...(source.told?.() ?? [])];
  for (const view of plan.views) {
    if (view.alerts.length > 0) append(messages, await readAnnounced(view, ports));
  }
  const [open, acknowledgements] = [await source.incidents(), await loadAcknowledgements(ports.state)];
  return listIncidents({ plan, open, acknowledgements, messages });
}

/** The ids under which incidents that are on can be acknowledged: a storm has one. */
async function openIds(source: ApiSource, id: string): Promise<ReadonlySet<string>> {
  if (!source.allowed.acknowledge) {
    throw new ProblemError(
      403,
      'not_allowed',
      'It is not allowed here',
      'Incidents cannot be acknowledged through this server.',
    );
  }
  const ids = new Set((await source.incidents()).map((incident) => incident.groupedIn ?? incident.id));
  if (!ids.has(id)) throw gone(id);
  return ids;
}

async function readIncident(source: ApiSource, id: string): Promise<Incident> {
  const found = (await readIncidents(source)).find((incident) => incident.id === id);
  if (found === undefined) throw gone(id);
  return found;
}

function gone(id: string): ProblemError {
  return notFound(`No incident '${id}' is on. GET /api/alerts?state=open lists those that are.`);
}

function countOf(incidents: readonly Incident[], state: Incident['state']): number {
  return incidents.filter((incident) => incident.state === state).length;
}
