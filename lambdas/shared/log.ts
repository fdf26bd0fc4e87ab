/** What a log line tells beside its message: names of things, positions, counts. Never the content of an event. */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * One JSON object a line, with `timestamp`, `level` and `message` first, as CloudWatch Logs Insights reads it.
 *
 * @example
 * log.error('The batch failed.', { stream: 'clicks', shard, error });
 */
export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

export interface LogOptions {
  readonly write: (line: string) => void;
  readonly nowMs: () => number;
}

export function jsonLog({ write, nowMs }: LogOptions): Log {
  const line = (level: string) => (message: string, fields?: LogFields) => {
    const plain = Object.entries(fields ?? {}).map(([name, value]) => [name, describeValue(value)]);
    const timestamp = new Date(nowMs()).toISOString();
    write(`${JSON.stringify({ timestamp, level, message, ...Object.fromEntries(plain) })}\n`);
  };
  return { info: line('INFO'), warn: line('WARN'), error: line('ERROR') };
}

/** A log that says the same of every line: what all that happens in one call has in common. */
function withFields(log: Log, common: LogFields): Log {
  return {
    info: (message, fields) => log.info(message, { ...common, ...fields }),
    warn: (message, fields) => log.warn(message, { ...common, ...fields }),
    error: (message, fields) => log.error(message, { ...common, ...fields }),
  };
}

/** The part of Lambda's context that a handler is found by in the logs. */
export type Invocation = { readonly awsRequestId?: string };

/** Names the invocation in every line: it is what Lambda's own lines and a trace are found by. */
export function logOf(log: Log, invocation: Invocation | undefined): Log {
  const requestId = invocation?.awsRequestId;
  return requestId === undefined ? log : withFields(log, { requestId });
}

/** Straight to standard output: Lambda would put its own prefix before what `console` prints. */
export const processLog: Log = jsonLog({ write: (line) => process.stdout.write(line), nowMs: () => Date.now() });

/** Errors have no properties that JSON would show. Their causes are the half of the story. */
function describeValue(value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { name, message, stack, cause } = value;
  const code = (value as { code?: unknown }).code;
  return {
    name,
    message,
    ...(code === undefined ? {} : { code }),
    ...(stack === undefined ? {} : { stack }),
    ...(cause === undefined ? {} : { cause: describeValue(cause) }),
  };
}
