import { findsEach } from './find.ts';
import { PAGES } from './pages.ts';

findsEach(PAGES);
