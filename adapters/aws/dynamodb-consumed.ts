import type { ConsumedCapacity } from '@aws-sdk/client-dynamodb';

/**
 * The cost of one call in DynamoDB's units: a write unit is 1 KB, and counts double in a transaction; a read unit is 4
 * KB.
 */
export interface ConsumedUnits {
  readonly operation: string;
  readonly table: string;
  readonly readUnits: number;
  readonly writeUnits: number;
}

/** Asks DynamoDB for the cost of calls, if somebody listens. */
export class ConsumptionMeter {
  readonly #listener: ((consumed: ConsumedUnits) => void) | undefined;

  constructor(listener: ((consumed: ConsumedUnits) => void) | undefined) {
    this.#listener = listener;
  }

  /** Spread it into a command's input. */
  get request(): { ReturnConsumedCapacity?: 'TOTAL' } {
    return this.#listener === undefined ? {} : { ReturnConsumedCapacity: 'TOTAL' };
  }

  /** A service that gives only the sum means the operation's own kind of unit. */
  count(
    operation: string,
    kind: 'read' | 'write',
    consumed: ConsumedCapacity | readonly ConsumedCapacity[] | undefined,
  ): void {
    if (this.#listener === undefined || consumed === undefined) return;
    for (const each of 'length' in consumed ? consumed : [consumed]) {
      const total = each.CapacityUnits ?? 0;
      this.#listener({
        operation,
        table: each.TableName ?? '',
        readUnits: each.ReadCapacityUnits ?? (kind === 'read' ? total : 0),
        writeUnits: each.WriteCapacityUnits ?? (kind === 'write' ? total : 0),
      });
    }
  }
}
