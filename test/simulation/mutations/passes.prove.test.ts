import { findsEach } from './find.ts';
import { PASSES } from './passes.ts';

findsEach(PASSES);
