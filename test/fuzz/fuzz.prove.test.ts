import { takesDamage } from './fuzz-tests.ts';

// In parts: what zlib holds of a compressed input it lets go of only between two turns of the event loop.
describe.each([1, 2, 3])('part %i', (part) => {
  takesDamage(part * 3000, 3000);
});
