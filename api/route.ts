import type { Context } from 'hono';
import type { Static, TObject, TSchema } from 'typebox';
import type { ViewPlan } from '../engine/plan/plan.ts';
import type { GroupFilter } from '../engine/query/group-filter.ts';
import { didYouMean } from '../engine/text/nearest-name.ts';
import { parseBody } from './body.ts';
import { groupParameters, parseGroup, parseParameters } from './parameters.ts';
import { notFound } from './problems.ts';
import { NoParameters } from './schemas/common.ts';
import type { ApiSource } from './source.ts';

/** What the document says of a route, and what the router registers of it: one cannot be without the other. */
export interface Route extends RouteWords {
  readonly query: TObject;
  readonly body: TObject | null;
  /** Group fields are parameters too, by their own names. */
  readonly takesGroup: boolean;
  readonly answer: (c: Context, source: ApiSource) => Promise<Response> | Response;
}

interface RouteWords {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** With names in braces: `/api/views/{view}/windows`. */
  readonly path: string;
  readonly summary: string;
  /** What it answers by media type; null where that is no JSON. */
  readonly answers: Readonly<Record<string, TSchema | null>>;
  /** Statuses with which these can come; 200 where nothing else is said. */
  readonly statuses?: readonly number[];
  /** Statuses of problems that callers can bring about. 500, 503 and 504 can come of every route. */
  readonly problems: readonly number[];
}

interface Asked<Q extends TObject, B extends TObject> {
  readonly c: Context;
  readonly source: ApiSource;
  readonly query: Static<Q>;
  readonly body: Static<B>;
  /** A name of the path, decoded. */
  readonly name: (part: string) => string;
}

/** A route whose parameters, body and answers are checked against the schemas that the document shows. */
export function route<Q extends TObject = typeof NoParameters, B extends TObject = typeof NoParameters>({
  query = NoParameters as TObject as Q,
  body,
  answer,
  ...words
}: RouteWords & {
  readonly query?: Q;
  readonly body?: B;
  readonly answer: (asked: Asked<Q, B>) => Promise<Response> | Response;
}): Route {
  return {
    ...words,
    query,
    body: body ?? null,
    takesGroup: false,
    async answer(c, source) {
      const parsed = parseParameters(query, new URL(c.req.url).searchParams);
      const given = (body === undefined ? {} : await parseBody(c.req.raw, body)) as Static<B>;
      return answer({ c, source, query: parsed, body: given, name: nameIn(c) });
    },
  };
}

interface AskedView<Q extends TObject> {
  readonly c: Context;
  readonly source: ApiSource;
  readonly view: ViewPlan;
  readonly query: Static<Q>;
  /** The group that is asked for; all groups where the route takes none. */
  readonly group: GroupFilter;
}

/** A question about the view that the path names. */
export function viewRoute<Q extends TObject = typeof NoParameters>({
  query = NoParameters as TObject as Q,
  takesGroup = false,
  answer,
  ...words
}: Omit<RouteWords, 'method' | 'problems'> & {
  readonly query?: Q;
  readonly takesGroup?: boolean;
  readonly answer: (asked: AskedView<Q>) => Promise<Response> | Response;
}): Route {
  return {
    ...words,
    method: 'GET',
    problems: [400, 404],
    query,
    body: null,
    takesGroup,
    answer(c, source) {
      const view = viewNamed(source, nameIn(c)('view'));
      const given = new URL(c.req.url).searchParams;
      const taken = Object.keys(query.properties);
      const parsed = parseParameters(query, given, takesGroup ? groupParameters(view.definition, taken) : []);
      const group = takesGroup ? parseGroup(view.definition, given, taken) : new Map();
      return answer({ c, source, view, query: parsed, group });
    },
  };
}

/** As the router wants a path: `/api/views/:view/windows`. An id may hold slashes, encoded or, behind an HTTP API of AWS, not. */
export function routerPath({ path }: Route): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => `:${name}`).replace(/:id(?=\/|$)/, ':id{.+}');
}

const nameIn = (c: Context) => (part: string) => c.req.param(part) ?? '';

/** @throws ProblemError that names the views that there are. */
export function viewNamed({ plan }: ApiSource, name: string): ViewPlan {
  const found = plan.views.find((view) => view.name === name);
  if (found !== undefined) return found;
  const names = plan.views.map((view) => view.name);
  throw notFound(`There is no view '${name}'.${didYouMean(name, names)} The views are ${names.join(', ')}.`);
}
