import { PROVES_ALL } from '../support/random-cases.ts';
import { expectNoViolations, QUICK_SEEDS } from './seeds.ts';

const SEEDS = PROVES_ALL ? 750 : 250;
const CHUNK = 250;
const chunks = Array.from({ length: SEEDS / CHUNK }, (_, index) => QUICK_SEEDS + 1 + index * CHUNK);

test.each(chunks)(`under faults, all holds that must hold: ${CHUNK} seeds from %i`, async (first) => {
  await expectNoViolations(first, CHUNK);
});
