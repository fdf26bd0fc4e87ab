import Sequencer from '@jest/test-sequencer';

/** Where small files run long. Jest goes by size where it has no times of an earlier run. */
const LONG = /\/test\/(?:simulation|oracle|goldens|fuzz)\//;

/** Begins with what takes long, so that one worker is not left alone with it at the end. */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    const rank = ({ context, path }) => {
      if (context.config.displayName.name === 'prove') return 0;
      return LONG.test(path) ? 1 : 2;
    };
    return [0, 1, 2].flatMap((wanted) => sorted.filter((test) => rank(test) === wanted));
  }
}
