/** A part of the stack that an endpoint may lack, and the context that leaves it out. */
export interface Lack {
  /** The missing part, in the words of the summary. */
  readonly part: string;
  /** Why: what the endpoint does with it. */
  readonly why: string;
  /** Context of the CDK app, as in `cdk deploy -c lake=false`; none where only a check is left out. */
  readonly context: Readonly<Record<string, string>>;
}

export interface Product {
  readonly name: string;
  readonly lacks: readonly Lack[];
  /** Whether its Firehose tells a transformation the shard and the sequence number of a record, as AWS's does. */
  readonly hasBronzePositions: boolean;
  /** Whether it deploys HTTP APIs of API Gateway, behind which the query API is. */
  readonly hasHttpApis: boolean;
}

/** What the health page of an endpoint tells; LocalStack, and those that are compatible with it, serve one. */
export interface Health {
  readonly edition?: string;
  readonly version?: string;
  readonly services?: Readonly<Record<string, string>>;
}

/** What trying has shown of each endpoint. One that is not in the list gets the whole stack. */
export const PRODUCTS = {
  localStack: {
    name: 'LocalStack (community)',
    lacks: [
      {
        part: 'Glue tables and Athena queries',
        why: 'Its free image has neither service.',
        context: { catalog: 'false' },
      },
      {
        part: 'The query API',
        why: 'Its free image has no HTTP APIs.',
        context: {},
      },
    ],
    hasBronzePositions: true,
    hasHttpApis: false,
  },
  miniStack: {
    name: 'MiniStack',
    lacks: [
      {
        part: 'Glue tables and Athena queries',
        why: 'It refuses a template with AWS::Athena::NamedQuery.',
        context: { catalog: 'false' },
      },
      {
        part: 'Alarms over several metrics',
        why: 'It refuses a template with AWS::CloudWatch::CompositeAlarm, and alarms with metric math.',
        context: { mathAlarms: 'false' },
      },
      {
        part: 'Positions of events in bronze',
        why: 'Its Firehose does not tell them, so bronze holds the events as they came.',
        context: {},
      },
    ],
    hasBronzePositions: false,
    hasHttpApis: true,
  },
  unknown: {
    name: 'an endpoint that is not in the list',
    lacks: [],
    hasBronzePositions: true,
    hasHttpApis: true,
  },
} as const satisfies Record<string, Product>;

/** Which product answers. `health` is null where there is no health page. */
export function productOf(health: Health | null): Product {
  if (health?.services === undefined) return PRODUCTS.unknown;
  if (health.edition === 'community' || health.edition === 'pro') return PRODUCTS.localStack;
  return health.edition === 'light' ? PRODUCTS.miniStack : PRODUCTS.unknown;
}

/** The context that leaves out all that an endpoint lacks. */
export function contextOf({ lacks }: Product): Record<string, string> {
  return Object.assign({}, ...lacks.map(({ context }) => context)) as Record<string, string>;
}
