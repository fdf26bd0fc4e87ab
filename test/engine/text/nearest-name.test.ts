import { didYouMean, nearestName } from '../../../engine/text/nearest-name.ts';

const NAMES = ['run', 'start', 'describe', 'generate', 'dead-letters'];

test.each([
  ['rnu', 'run'],
  ['runn', 'run'],
  ['un', 'run'],
  ['stat', 'start'],
  ['satrt', 'start'],
  ['descrbie', 'describe'],
  ['deadletters', 'dead-letters'],
  ['generator', 'generate'],
])('%s was most likely to be %s', (name, meant) => {
  expect(nearestName(name, NAMES)).toBe(meant);
});

test.each(['', 'xy', 'query', 'dead', 'deploy'])('nothing is near %j', (name) => {
  expect(nearestName(name, NAMES)).toBeNull();
  expect(didYouMean(name, NAMES)).toBe('');
});

test('without names nothing is near', () => {
  expect(nearestName('run', [])).toBeNull();
});

test('a part of a sentence names the nearest', () => {
  expect(didYouMean('rnu', NAMES)).toBe(" Did you mean 'run'?");
});
