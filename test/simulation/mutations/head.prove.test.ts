import { findsEach } from './find.ts';
import { HEAD } from './head.ts';

findsEach(HEAD);
