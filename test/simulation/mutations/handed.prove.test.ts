import { findsEach } from './find.ts';
import { HANDED, HANDED_TOTALS } from './handed.ts';

findsEach(HANDED, 'handed');
findsEach(HANDED_TOTALS, 'handedTotals');
