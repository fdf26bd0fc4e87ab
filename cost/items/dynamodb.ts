import type { Prices } from '../../contracts/prices.ts';
import type { CarriedPages } from '../carried.ts';
import type { CostInput } from '../input.ts';
import { type CostItem, itemsOf } from '../item.ts';
import { keptRows, rowGigabytes, tableGigabytes } from '../kept-rows.ts';
import type { ViewLooks } from '../looks.ts';
import type { StateUnits } from '../state.ts';
import { rowsOf } from '../traffic.ts';

/** Of views that keep their rows for ever: it is paid again for each month that came before. */
export const MONTHS_ROWS = "a month's rows kept";

/** A row is written to the table and to its index. */
const WRITES_PER_ROW = 2;

export function dynamoDbItems(
  input: CostInput,
  state: StateUnits,
  pages: CarriedPages,
  looks: readonly ViewLooks[],
  prices: Prices,
): CostItem[] {
  const item = itemsOf('DynamoDB', prices);
  const made = input.pipeline.views.map((view) => rowsOf(view, input));
  const rows = made.reduce((sum, each) => sum + each.rows, 0);
  const emptyRows = made.reduce((sum, each) => sum + each.emptyRows, 0);
  const kept = keptRows(input);
  const restorable = tableGigabytes(kept.addedMonthly + kept.atAnyTime) + state.gigabytes;
  return [
    item('state written', state.writeUnits, 'dynamoDbMillionWriteUnits'),
    item('carried state written', pages.writeUnits, 'dynamoDbMillionWriteUnits'),
    item('rows written', WRITES_PER_ROW * rows, 'dynamoDbMillionWriteUnits'),
    item('rows of empty windows', WRITES_PER_ROW * emptyRows, 'dynamoDbMillionWriteUnits'),
    item('sweeps, written', state.sweepWriteUnits, 'dynamoDbMillionWriteUnits'),
    // A row is read before it is written.
    item('state and rows read', state.readUnits + pages.readUnits + rows + emptyRows, 'dynamoDbMillionReadUnits'),
    item('sweeps, read', state.sweepReadUnits, 'dynamoDbMillionReadUnits'),
    ...looks.flatMap(({ name, writeUnits, readUnits }) => [
      item(`${name}, written`, writeUnits, 'dynamoDbMillionWriteUnits'),
      item(`${name}, read`, readUnits, 'dynamoDbMillionReadUnits'),
    ]),
    item('state read for metrics', state.metricReadUnits, 'dynamoDbMillionReadUnits'),
    item(MONTHS_ROWS, rowGigabytes(kept.addedMonthly), 'dynamoDbGbMonth'),
    item('rows kept at any time', rowGigabytes(kept.atAnyTime), 'dynamoDbGbMonth'),
    item('state kept', state.gigabytes, 'dynamoDbGbMonth'),
    item('point-in-time recovery', restorable, 'dynamoDbRecoveryGbMonth'),
  ];
}
