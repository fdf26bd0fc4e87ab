import { CURRENT, takeSamples } from './samples.ts';

const taken = await takeSamples();
process.stdout.write(
  taken.length === 0 ? `Every case has its sample in ${CURRENT}.\n` : `${CURRENT}: ${taken.join(', ')}\n`,
);
