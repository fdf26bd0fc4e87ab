import { takesDamage } from './fuzz-tests.ts';

takesDamage(1, 400);
