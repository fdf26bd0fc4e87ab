import { findsEach } from './find.ts';
import { STORES } from './stores.ts';

findsEach(STORES);
