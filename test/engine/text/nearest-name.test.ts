import { didYouMean, nearestName } from '../../../engine/text/nearest-name.ts';

test('a name is near another one where a third of its letters differ at most', () => {
  const names = ['views', 'click_through_rate', 'users'];
  expect(nearestName('view', names)).toBe('views');
  expect(nearestName('click_trough_rat', names)).toBe('click_through_rate');
  expect(nearestName('revenue', names)).toBeNull();
  expect(nearestName('x', [])).toBeNull();
});

test('it is a part of a sentence, or nothing', () => {
  expect(didYouMean('veiws', ['views'])).toBe('');
  expect(didYouMean('viewss', ['views'])).toBe(" Did you mean 'views'?");
});
