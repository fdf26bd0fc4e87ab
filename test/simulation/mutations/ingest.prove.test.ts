import { findsEach } from './find.ts';
import { INGEST } from './ingest.ts';

findsEach(INGEST);
