/**
 * Where an event stands in a shard: the record's sequence number and the event's index inside the record.
 *
 * A sequence number is a decimal string of up to 129 digits, says the Kinesis API. Never make it a JavaScript number,
 * which keeps 15 digits, and never pad it to a fixed width, which some sequence number will outgrow.
 */
export interface Position {
  readonly sequence: string;
  readonly index: number;
}

/** Negative, zero or positive, as for `Array.prototype.sort`. */
export function compareSequences(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

export function comparePositions(a: Position, b: Position): number {
  return compareSequences(a.sequence, b.sequence) || a.index - b.index;
}

/** Readable and unique in a shard: `49590338271490256608559692538361571095921575989136588898.0`. */
export function formatPosition(position: Position): string {
  return `${position.sequence}.${position.index}`;
}
