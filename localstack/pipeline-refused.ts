import { pipeline } from 'streamgauge';
import { pagesOf, readers, visits } from './views.ts';

/** The same pipeline after a change of one of its views, which does not say so. */
export default pipeline('local_cloud', [pagesOf('changed'), readers, visits]);
