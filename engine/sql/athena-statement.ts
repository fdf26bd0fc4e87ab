import { PARTITION_KEYS } from '../bronze/layout.ts';
import { tableShape } from '../bronze/table-shape.ts';
import { ARRIVAL, eventTimesOf, type StreamDefinition } from '../ir/stream-definition.ts';
import type { ViewDefinition } from '../ir/view-definition.ts';
import { athena } from './athena.ts';
import { SqlError } from './errors.ts';
import { identifier, indent, select } from './text.ts';
import { viewStatement } from './view-statement.ts';

/** The longest statement that Athena takes, in bytes of UTF-8. */
export const MAX_ATHENA_BYTES = 262_144;

/**
 * The statement of a view over the lake. It reads the table of bronze that has the stream's name.
 *
 * Throws a `SqlError` if Athena cannot express the view, or the statement is too long for it.
 */
export function athenaStatement(view: ViewDefinition): string {
  const statement = viewStatement(view, {
    dialect: athena,
    source: bronzeSource,
    arrival: ARRIVED,
    judged: ({ shape }) => tableShape(shape),
  });
  const bytes = Buffer.byteLength(statement);
  if (bytes <= MAX_ATHENA_BYTES) return statement;
  throw new SqlError(
    `The statement of view '${view.name}' has ${bytes} bytes, and Athena takes ${MAX_ATHENA_BYTES}. Divide the view in several, or take fewer columns.`,
  );
}

/** No field is called like this: tables have none with a blank. */
const ARRIVED = '"arrival of record"';

/**
 * The events in bronze as a table expression, a column for each field. Firehose delivers some lines twice, so the
 * expression takes one line of each position.
 */
function bronzeSource(stream: StreamDefinition): string {
  const fields = [...tableShape(stream.shape).fields.keys()];
  if (fields.length === 0) {
    throw new SqlError(`Stream '${stream.name}' has no field with a name that a table can have.`);
  }
  const hasArrival = eventTimesOf(stream).includes(ARRIVAL);
  const [day] = PARTITION_KEYS;
  const lines = select({
    columns: [
      '"event"',
      ...(hasArrival ? ['"arrival"'] : []),
      'row_number() OVER (PARTITION BY "shard", "sequence", "sub", "index" ORDER BY "arrival") AS "delivery"',
    ],
    from: identifier(stream.name),
    where: [
      '"event" IS NOT NULL',
      `"${day}" BETWEEN '2000-01-01' AND '2099-12-31' -- days of arrival: fewer are read faster, and cost less`,
    ],
  });
  const events = select({
    columns: [
      ...fields.map((name) => `("event").${identifier(name)} AS ${identifier(name)}`),
      ...(hasArrival ? [`"arrival" AS ${ARRIVED}`] : []),
    ],
    from: `(\n  ${indent(lines)}\n)`,
    where: ['"delivery" = 1'],
  });
  return `(\n  ${indent(events)}\n)`;
}
