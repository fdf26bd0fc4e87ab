import { LIST_PRICES, PRICE_LIST, PricesError, pricesWith } from '../../contracts/prices.ts';
import { costOf } from '../../cost/cost-model.ts';
import { dollarsOf, inputOf } from './support.ts';

test('the list has a price, a unit and a page of AWS for each name', () => {
  for (const [name, { dollars, per, unit, page }] of Object.entries(PRICE_LIST)) {
    expect({ name, isPrice: dollars > 0 && per >= 1 }).toEqual({ name, isPrice: true });
    expect(unit).not.toBe('');
    expect(page).toMatch(/^[a-z0-9-]+(\/[a-z-]+)*\/pricing(\/[a-z-]+)?$/);
  }
  expect(LIST_PRICES).toMatchObject({ region: 'us-east-1', date: '2026-09', kinesisInGb: 0.08 });
});

test('prices of a file take the place of list prices', () => {
  const prices = pricesWith('{"date": "2027-01", "kinesisInGb": 0}', 'mine.json');
  expect(prices).toEqual({ ...LIST_PRICES, date: '2027-01', kinesisInGb: 0 });
  expect(dollarsOf(costOf(inputOf(), prices), 'written, by 1 KB')).toBe(0);
});

test('a file of another region must have every price', () => {
  const all = JSON.stringify({ ...LIST_PRICES, region: 'eu-west-1' });
  expect(pricesWith(all, 'mine.json')).toMatchObject({ region: 'eu-west-1', kinesisInGb: 0.08 });
  const { kinesisInGb: _, ...some } = { ...LIST_PRICES, region: 'eu-west-1' };
  expect(() => pricesWith(JSON.stringify(some), 'mine.json')).toThrow(
    "The prices file mine.json is of region eu-west-1 and lacks prices that are known for us-east-1 alone: kinesisInGb. Add them, or leave 'region' out to use those of us-east-1.",
  );
});

test.each([
  ['{', 'The prices file mine.json is not JSON: '],
  ['[]', 'The prices file mine.json must be a JSON object'],
  ['{"kinesisIn": 1}', "has a price 'kinesisIn', which there is not. There are region, date, kinesisStreamHour,"],
  ['{"toString": 1}', "has a price 'toString', which there is not."],
  ['{"kinesisInGb": "1"}', `has "1" for 'kinesisInGb': it must be a number of dollars, 0 or more.`],
  ['{"kinesisInGb": -1}', `has -1 for 'kinesisInGb': it must be a number`],
  ['{"date": 2027}', "has 2027 for 'date': it must be text."],
])('%s are refused', (text, message) => {
  expect(() => pricesWith(text, 'mine.json')).toThrow(PricesError);
  expect(() => pricesWith(text, 'mine.json')).toThrow(message);
});
