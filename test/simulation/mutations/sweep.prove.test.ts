import { findsEach } from './find.ts';
import { SWEEP } from './sweep.ts';

findsEach(SWEEP);
