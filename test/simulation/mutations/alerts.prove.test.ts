import { ALERTS } from './alerts.ts';
import { findsEach } from './find.ts';

findsEach(ALERTS, 'alerted');
