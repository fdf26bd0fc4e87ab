import { findsEach } from './find.ts';
import { OBJECTS } from './objects.ts';

findsEach(OBJECTS);
