import * as streamgauge from 'streamgauge';

type Names =
  | 'aggregate'
  | 'add'
  | 'alert'
  | 'and'
  | 'changeOver'
  | 'clicks'
  | 'coalesce'
  | 'count'
  | 'countDistinct'
  | 'derive'
  | 'explode'
  | 'div'
  | 'eq'
  | 'eventTime'
  | 'gt'
  | 'gte'
  | 'global'
  | 'groupBy'
  | 'histogram'
  | 'in'
  | 'isNull'
  | 'lt'
  | 'lte'
  | 'max'
  | 'mean'
  | 'median'
  | 'min'
  | 'msSince'
  | 'mul'
  | 'n'
  | 'ne'
  | 'not'
  | 'or'
  | 'percentile'
  | 'pipeline'
  | 'quantile'
  | 'rate'
  | 'any'
  | 'calendar'
  | 'argMax'
  | 'argMin'
  | 'collect'
  | 'covariance'
  | 'select'
  | 'stddev'
  | 'stream'
  | 'sub'
  | 'sum'
  | 'Timestamp'
  | 'top'
  | 'topK'
  | 'topN'
  | 'global'
  | 'over'
  | 'session'
  | 'shareOfTotal'
  | 'having'
  | 'sliding'
  | 'terminal'
  | 'tumbling'
  | 'union'
  | 'urlPath'
  | 'threshold'
  | 'variance'
  | 'view'
  | 'where'
  | 'window'
  | keyof typeof FIELDS;

/** The definition as plain JavaScript sees it: anything can be called with anything. */
export type Untyped = ((...args: readonly unknown[]) => Untyped) & { readonly [K in Names]: Untyped };

export const js = streamgauge as unknown as Untyped;

const { Timestamp, Type } = streamgauge;

/** A field of every kind that a schema can have. */
export const FIELDS = {
  event_id: Type.String(),
  page_url: Type.String(),
  status: Type.Integer(),
  amount: Type.Number(),
  ok: Type.Boolean(),
  cached: Type.Boolean(),
  action: Type.Enum(['view', 'click']),
  referrer: Type.Optional(Type.String()),
  bytes: Type.Optional(Type.Integer()),
  device: Type.Object({ os: Type.String(), width: Type.Integer() }),
  tags: Type.Array(Type.String()),
  at: Timestamp('iso8601'),
  seen_at: Type.Optional(Timestamp('epoch-ms')),
  revision: Type.Optional(Type.Integer()),
  'page-url': Type.Optional(Type.String()),
};

export const SETTINGS = {
  schema: Type.Object(FIELDS),
  eventTime: 'at',
  eventId: 'event_id',
  partitionKey: 'page_url',
  maxLateness: '1 minute',
};

export const clicks = js.stream('clicks', SETTINGS);

/** The message of the `DefinitionError` that a definition ends in. Another error, or none, fails the test. */
export function refusal(define: () => unknown): string {
  try {
    define();
  } catch (error) {
    if (error instanceof streamgauge.DefinitionError) return error.message;
    throw error;
  }
  throw new Error('The definition was taken, and should have been refused.');
}
