import type { Hono } from 'hono';
import { describeExpression } from '../../engine/expression/describe.ts';
import type { OpenIncident } from '../../engine/query/open-incidents.ts';
import { parseInstant } from '../../engine/time/instant.ts';
import { parseParameters } from '../parameters.ts';
import { type Incident, type IncidentsAnswer, IncidentsQuery } from '../schemas/alerts.ts';
import type { ApiSource } from '../source.ts';

const RANK = { critical: 0, warning: 1, info: 2 } as const;
const DEFAULT_LIMIT = 100;

/** Incidents that are on. */
export function alertRoutes(app: Hono, source: () => ApiSource): void {
  app.get('/alerts', async (c) => {
    const query = parseParameters(IncidentsQuery, new URL(c.req.url).searchParams);
    const all = (await source().incidents())
      .filter(({ severity }) => query.severity === undefined || severity === query.severity)
      .filter(({ view }) => query.view === undefined || view === query.view)
      .sort((a, b) => RANK[a.severity] - RANK[b.severity]);
    const open = all.map((incident) => incidentJson(source(), incident));
    const wanted = query.state === undefined || query.state === 'all' || query.state === 'open' ? open : [];
    const answer: IncidentsAnswer = {
      open: open.length,
      acknowledged: 0,
      resolved: 0,
      incidents: wanted.slice(0, query.limit ?? DEFAULT_LIMIT),
    };
    return c.json(answer);
  });
}

function incidentJson({ plan }: ApiSource, { id, view, alert, severity, group, from, reason }: OpenIncident): Incident {
  const rule = plan.views.find(({ name }) => name === view)?.definition.alerts.find(({ name }) => name === alert);
  return {
    id,
    view,
    alert,
    severity,
    state: 'open',
    group,
    groups: 1,
    worst: [],
    from: parseInstant(from),
    until: null,
    reason,
    acknowledgement: null,
    transitions: [],
    rule: rule === undefined ? '' : `where ${describeExpression(rule.when)}`,
  };
}
