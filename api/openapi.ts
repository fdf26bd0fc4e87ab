import type { TObject, TSchema } from 'typebox';
import { Type } from '../engine/ir/type.ts';
import { SIDE_OUTPUT_KINDS } from '../engine/ports/dead-letter-store.ts';
import { JSON_TYPE, PROBLEM_TYPE } from './media-types.ts';
import { type Route, route } from './route.ts';
import { COMPONENTS } from './schemas/components.ts';
import type { ApiSource } from './source.ts';

/** Of every route: ours, the server is busy, it took too long. */
const ALWAYS = [500, 504];

const PROBLEM_WORDS: Readonly<Record<number, string>> = {
  400: 'The question is wrong; the problem says where.',
  403: 'It is not allowed here.',
  404: 'There is no such thing.',
  409: 'It is not possible in the present state.',
  413: 'The body is too large.',
  415: 'The body is not JSON.',
  500: 'The server failed.',
  503: 'The server is busy, or the pipeline is stuck.',
  504: 'It took too long.',
};

/** `GET /api/openapi.json`: the routes as OpenAPI 3.1, of the very schemas that requests are checked against. */
export function openApiRoute(others: readonly Route[]): Route {
  const self: Route = route({
    method: 'GET',
    path: '/api/openapi.json',
    summary: 'This document.',
    answers: { [JSON_TYPE]: Type.Object({ openapi: Type.Literal('3.1.0') }) },
    problems: [400],
    answer: ({ c, source }) => c.json(openApiDocument([...others.filter((one) => one !== self), self], source)),
  });
  return self;
}

type Json = { readonly [name: string]: unknown };

function openApiDocument(routes: readonly Route[], source: ApiSource): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const each of routes) {
    const path = paths[each.path] ?? {};
    paths[each.path] = path;
    path[each.method.toLowerCase()] = operation(each, source);
  }
  return {
    openapi: '3.1.0',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: {
      title: `${source.plan.name}: the streamgauge API`,
      version: '1',
      description:
        'Asks a pipeline for its rows, incidents and health. Times in rows are ISO-8601 in UTC, all others milliseconds since 1970.',
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: Object.fromEntries(
        Object.entries(COMPONENTS).map(([name, schema]) => [name, withReferences(schema, name)]),
      ),
    },
  };
}

function operation(
  { method, path, summary, query, body, takesGroup, answers, statuses = [200], problems }: Route,
  source: ApiSource,
): Json {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
  return {
    operationId: `${method.toLowerCase()}${path.replaceAll(/[^A-Za-z]+(\w?)/g, (_, next: string) => next.toUpperCase())}`,
    summary,
    parameters: [
      ...names.map((name) => ({ name, in: 'path', required: true, schema: pathSchema(name, source) })),
      ...queryParameters(query),
      ...(takesGroup ? GROUP_PARAMETERS : []),
    ],
    ...(body !== null && {
      requestBody: { required: true, content: { [JSON_TYPE]: { schema: withReferences(body) } } },
    }),
    responses: {
      ...Object.fromEntries(statuses.map((status) => [status, { description: summary, content: contentOf(answers) }])),
      ...Object.fromEntries(
        [...problems, ...ALWAYS]
          .filter((status) => !statuses.includes(status))
          .map((status) => [
            status,
            {
              description: PROBLEM_WORDS[status],
              content: { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
            },
          ]),
      ),
    },
  };
}

function contentOf(answers: Route['answers']): Json {
  return Object.fromEntries(
    Object.entries(answers).map(([type, schema]) => [
      type,
      { schema: schema === null ? { type: 'string' } : withReferences(schema) },
    ]),
  );
}

function queryParameters({ properties, required }: TObject): Json[] {
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: ((required ?? []) as readonly string[]).includes(name),
    schema: withReferences(schema),
  }));
}

/** Which fields a group has depends on the view: `GET /api/views` shows them. */
const GROUP_PARAMETERS: readonly Json[] = [
  {
    name: 'group',
    in: 'query',
    description:
      'Values of the group by the names of its fields: path=/&status=200. A field that is named like a parameter: group.from=home.',
    style: 'form',
    explode: true,
    schema: { type: 'object', additionalProperties: { type: 'string' } },
  },
  {
    name: 'is_null',
    in: 'query',
    description: 'A field of the group that is null.',
    style: 'form',
    explode: true,
    schema: { type: 'array', items: { type: 'string' } },
  },
];

function pathSchema(name: string, { plan }: ApiSource): Json {
  if (name === 'view') return { type: 'string', enum: plan.views.map((view) => view.name) };
  return name === 'kind' ? { type: 'string', enum: SIDE_OUTPUT_KINDS } : { type: 'string' };
}

const NAMES: ReadonlyMap<unknown, string> = new Map(Object.entries(COMPONENTS).map(([name, schema]) => [schema, name]));

/** A schema as JSON, in which those with a name stand for themselves by that. */
function withReferences(schema: TSchema, self?: string): unknown {
  return toJson(schema, self);
}

function toJson(value: unknown, self?: string): unknown {
  const name = NAMES.get(value);
  if (name !== undefined && name !== self) return { $ref: `#/components/schemas/${name}` };
  if (Array.isArray(value)) return value.map((each) => toJson(each));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, toJson(each)]));
}
