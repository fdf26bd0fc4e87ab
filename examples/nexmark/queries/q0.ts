import { pipeline, view } from 'streamgauge';
import { bids } from '../streams.ts';

const q0 = view('q0', bids).select(['auction', 'bidder', 'price', 'dateTime', 'extra']);

export default pipeline('nexmark_q0', [q0]);
