import { ProblemError } from '../../api/problems.ts';

/** An answer before it is written: a status and what becomes its JSON. */
export interface Reply {
  readonly status: number;
  readonly body: object;
}

export interface Endpoint {
  readonly path: string;
  readonly description: string;
}

const API: Endpoint = {
  path: '/api',
  description: 'rows, series, alerts, events that were not counted, health; /api/openapi.json describes all of it',
};

/** What the server itself refuses is a problem of RFC 9457, as what its API refuses. */
export function failure(status: number, code: string, title: string, detail: string, more: object = {}): Reply {
  return { status, body: { ...new ProblemError(status, code, title, detail).problem, ...more } };
}

/** What is at the root where no page is. */
export function overviewOf(endpoints: readonly Endpoint[]): Reply {
  return { status: 200, body: { name: 'streamgauge', endpoints: [API, ...endpoints] } };
}

export function notFound(endpoints: readonly Endpoint[]): Reply {
  return failure(404, 'not_found', 'There is nothing here', 'There is nothing at this path. These are all there are.', {
    endpoints: [API, ...endpoints],
  });
}
