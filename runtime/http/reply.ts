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

export function failure(status: number, code: string, message: string, more: object = {}): Reply {
  return { status, body: { error: { code, message }, ...more } };
}

/** What is at the root where no page is. */
export function overviewOf(endpoints: readonly Endpoint[]): Reply {
  return { status: 200, body: { name: 'streamgauge', endpoints: [API, ...endpoints] } };
}

export function notFound(endpoints: readonly Endpoint[]): Reply {
  return failure(404, 'not_found', 'There is nothing at this path. These are all there are.', {
    endpoints: [API, ...endpoints],
  });
}
