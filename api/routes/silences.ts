import { addSilence, endSilence, loadSilences } from '../../engine/alerts/silences.ts';
import { formatInstant } from '../../engine/time/instant.ts';
import { JSON_TYPE } from '../media-types.ts';
import { badParameter, notFound, ProblemError } from '../problems.ts';
import { type Route, route } from '../route.ts';
import { SilenceRequest, SilencesAnswer } from '../schemas/alerts.ts';
import type { ApiSource } from '../source.ts';

/** What is not sent for a while. */
export const SILENCE_ROUTES: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/silences',
    summary: 'What is not sent for a while: silences that have not ended.',
    answers: { [JSON_TYPE]: SilencesAnswer },
    problems: [400],
    async answer({ c, source }) {
      return c.json(await listSilences(source));
    },
  }),
  route({
    method: 'POST',
    path: '/api/silences',
    summary:
      'Holds alerts back for a while: all, or those of a view, an alert or a group. It answers with all silences.',
    body: SilenceRequest,
    answers: { [JSON_TYPE]: SilencesAnswer },
    problems: [400, 403, 413, 415],
    async answer({ c, source, body }) {
      assertAllowed(source);
      checkScope(source, body);
      const { for_ms: forMs, view, alert, group = {} } = body;
      const fromMs = source.nowMs();
      await addSilence(source.ports.state, formatInstant(fromMs), {
        fromMs,
        toMs: fromMs + forMs,
        ...(view !== undefined && { view }),
        ...(alert !== undefined && { alert }),
        ...(Object.keys(group).length > 0 && { group }),
      });
      return c.json(await listSilences(source));
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/silences/{name}',
    summary: 'Ends a silence now. It answers with those that are left.',
    answers: { [JSON_TYPE]: SilencesAnswer },
    problems: [400, 403, 404],
    async answer({ c, source, name }) {
      assertAllowed(source);
      if (!(await endSilence(source.ports.state, name('name')))) {
        throw notFound(`There is no silence '${name('name')}'. GET /api/silences lists those that are on.`);
      }
      return c.json(await listSilences(source));
    },
  }),
];

async function listSilences(source: ApiSource): Promise<SilencesAnswer> {
  const now = source.nowMs();
  const silences = (await loadSilences(source.ports.state))
    .filter(({ toMs }) => toMs > now)
    .map(({ name, fromMs, toMs, view = null, alert = null, group = {} }) => ({
      name,
      from: fromMs,
      to: toMs,
      view,
      alert,
      group,
    }));
  return { silences };
}

function assertAllowed({ allowed }: ApiSource): void {
  if (allowed.acknowledge) return;
  throw new ProblemError(
    403,
    'not_allowed',
    'It is not allowed here',
    'Alerts cannot be silenced through this server. Use: streamgauge silence.',
  );
}

/** A silence of what is not there would hold back nothing, and nobody would know. */
function checkScope({ plan }: ApiSource, { view, alert, group = {} }: SilenceRequest): void {
  const views = view === undefined ? plan.views : plan.views.filter(({ name }) => name === view);
  if (views.length === 0) {
    throw badParameter(
      'view',
      `There is no view '${view}'. There is ${plan.views.map(({ name }) => name).join(', ')}.`,
    );
  }
  const alerts = views.flatMap((one) => one.definition.alerts.map(({ name }) => name));
  if (alert !== undefined && !alerts.includes(alert)) {
    throw badParameter('alert', `There is no alert '${alert}'. There is ${alerts.join(', ') || 'none'}.`);
  }
  const fields = view === undefined ? [] : (views[0]?.definition.groupBy.map(({ name }) => name) ?? []);
  const unknown = Object.keys(group).find((field) => !fields.includes(field));
  if (unknown !== undefined) {
    const of =
      view === undefined
        ? 'name a view too: groups are those of a view'
        : `the view groups by ${fields.join(', ') || 'nothing'}`;
    throw badParameter('group', `The field '${unknown}' is not one of a group: ${of}.`);
  }
}
