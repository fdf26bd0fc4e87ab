import { PROVES_ALL } from '../support/random-cases.ts';
import { takesDamage } from './fuzz-tests.ts';

// In parts: what zlib holds of a compressed input it lets go of only between two turns of the event loop.
describe.each(PROVES_ALL ? [1, 2, 3] : [1])('part %i', (part) => {
  takesDamage(part * 3000, 3000);
});
