import { takesDamage } from './fuzz-tests.ts';

takesDamage(1, 1000);
