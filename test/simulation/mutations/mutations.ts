import { ALERTS } from './alerts.ts';
import { FINALIZE } from './finalize.ts';
import { HANDED, HANDED_TOTALS } from './handed.ts';
import { HEAD } from './head.ts';
import { INGEST } from './ingest.ts';
import { JOINS, VIEW_JOINS } from './joins.ts';
import type { Mutation } from './mutation.ts';
import { OBJECTS } from './objects.ts';
import { PAGES } from './pages.ts';
import { PASSES } from './passes.ts';
import { STORES } from './stores.ts';
import { SWEEP } from './sweep.ts';

export const MUTATIONS: readonly Mutation[] = [
  ...STORES,
  ...INGEST,
  ...SWEEP,
  ...FINALIZE,
  ...PAGES,
  ...OBJECTS,
  ...ALERTS,
  ...PASSES,
  ...HEAD,
  ...JOINS,
  ...HANDED,
  ...HANDED_TOTALS,
  ...VIEW_JOINS,
];
