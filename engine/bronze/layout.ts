/** Everything that a stream's bronze holds lies under this prefix. */
export function bronzePrefix(stream: string): string {
  return `bronze/${stream}/`;
}

/** What could not become bronze lies here, as Firehose writes it. */
export function bronzeErrorPrefix(stream: string): string {
  return `bronze-errors/${stream}/`;
}

/** The partitions that lines are filed by: day and hour, in UTC. */
export const PARTITION_KEYS = ['dt', 'hour'] as const;

/**
 * The folder of an hour, with whatever stands for its day and its hour. Firehose files an object by the oldest line in it,
 * so what arrived early in an hour can lie in the folder of the hour before.
 */
export function bronzeHourFolder(stream: string, dt: string, hour: string): string {
  return `${bronzePrefix(stream)}dt=${dt}/hour=${hour}/`;
}
