import { pipeline } from 'streamgauge';
import { pagesOf, readers, visits } from './views.ts';

/** What is deployed first. */
export default pipeline('local_cloud', [pagesOf('first'), readers, visits]);
