import { FINALIZE } from './finalize.ts';
import { findsEach } from './find.ts';

findsEach(FINALIZE);
