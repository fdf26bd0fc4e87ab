import type { ConsumedUnits } from '../../adapters/aws/dynamodb-consumed.ts';

/** Adds up what the calls of one invocation cost: a container works on one at a time. */
export class WriteUnitTally {
  #writeUnits = 0;

  readonly onConsumed = ({ writeUnits }: ConsumedUnits): void => {
    this.#writeUnits += writeUnits;
  };

  /** What has come since the last time. */
  readonly take = (): number => {
    const taken = this.#writeUnits;
    this.#writeUnits = 0;
    return taken;
  };
}
