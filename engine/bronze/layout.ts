/** The prefix of all bronze of a stream. */
export function bronzePrefix(stream: string): string {
  return `bronze/${stream}/`;
}

/** The prefix of what could not become bronze, as Firehose writes it. */
export function bronzeErrorPrefix(stream: string): string {
  return `bronze-errors/${stream}/`;
}

/** The partitions of lines: day and hour, in UTC. */
export const PARTITION_KEYS = ['dt', 'hour'] as const;

/**
 * The folder of an hour; `dt` and `hour` may be placeholders. Firehose files an object by its oldest line, so an early
 * arrival of an hour can lie in the folder of the hour before.
 */
export function bronzeHourFolder(stream: string, dt: string, hour: string): string {
  return `${bronzePrefix(stream)}dt=${dt}/hour=${hour}/`;
}
