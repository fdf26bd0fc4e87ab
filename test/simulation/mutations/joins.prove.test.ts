import { findsEach } from './find.ts';
import { JOINS, VIEW_JOINS } from './joins.ts';

findsEach(JOINS, 'joined');
findsEach(VIEW_JOINS, 'baselined');
