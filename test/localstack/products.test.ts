import { contextOf, PRODUCTS, productOf } from '../../localstack/products.ts';

test.each([
  ['LocalStack', { edition: 'community', version: '4.14.0', services: { s3: 'available' } }, PRODUCTS.localStack],
  ['MiniStack', { edition: 'light', version: '1.5.33', services: { s3: 'available' } }, PRODUCTS.miniStack],
  ['a page of something else', { status: 'up' } as object, PRODUCTS.unknown],
  ['no page', null, PRODUCTS.unknown],
])('%s is known by its health page', (_name, health, product) => {
  expect(productOf(health)).toBe(product);
});

test('what an endpoint lacks is left out by context, of several parts together', () => {
  const product = {
    name: 'Some endpoint',
    lacks: [
      { part: 'Alarms with metric math', why: 'It refuses them.', context: { mathAlarms: 'false' } },
      { part: 'A check', why: 'It delivers nothing.', context: {} },
      { part: 'The catalog', why: 'It has no Glue.', context: { catalog: 'false' } },
    ],
    hasBronzePositions: true,
    hasHttpApis: true,
  };
  expect(contextOf(product)).toEqual({ mathAlarms: 'false', catalog: 'false' });
});

test('of an endpoint that is not in the list nothing is left out', () => {
  expect(contextOf(PRODUCTS.unknown)).toEqual({});
});
