import { findsEach } from './find.ts';
import { JOINS } from './joins.ts';

findsEach(JOINS, 'joined');
