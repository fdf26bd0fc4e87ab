import { checkSettings, wholeNumber } from '../dsl/settings.ts';

const DEFAULT_LIMIT = 10_000;
const MAX_LIMIT = 1_000_000;

export interface DistinctOptions {
  /** Different values for each group and window, beyond which the column is null: 10,000 unless set, at most 1,000,000. */
  readonly limit?: number;
}

/** How many different values an aggregate that keeps each of them holds for one group and window: 10,000 unless set. */
export function distinctLimit(options: DistinctOptions, where: string): number {
  checkSettings(options, ['limit'], where);
  return wholeNumber(options.limit ?? DEFAULT_LIMIT, MAX_LIMIT, `${where} has a limit of`);
}

export function limitInWords({ limit }: { readonly limit: number }): string {
  return `null beyond ${limit.toLocaleString('en-US')} values`;
}
