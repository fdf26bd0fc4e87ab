import Sequencer from '@jest/test-sequencer';

/** Begins with what takes long, so that one worker is not left alone with it at the end. */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    const isLong = ({ context }) => context.config.displayName.name === 'prove';
    return [...sorted.filter(isLong), ...sorted.filter((test) => !isLong(test))];
  }
}
