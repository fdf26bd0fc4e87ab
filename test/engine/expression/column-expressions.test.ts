import { ColumnExpressions } from '../../../engine/expression/column-expressions.ts';
import type { ExpressionNode } from '../../../engine/ir/node.ts';

const TEXT = { kind: 'string', nullable: false } as const;
const BOOLEAN = { kind: 'boolean', nullable: false } as const;
const url: ExpressionNode = { op: 'field', path: ['url'], type: TEXT };
const path: ExpressionNode = { op: 'urlPath', operand: url, type: TEXT };
const isHome: ExpressionNode = {
  op: 'compare',
  operator: 'eq',
  left: path,
  right: { op: 'literal', value: '/', type: TEXT },
  type: BOOLEAN,
};
const other: ExpressionNode = { op: 'field', path: ['other'], type: TEXT };
const isOther: ExpressionNode = { op: 'compare', operator: 'eq', left: path, right: other, type: BOOLEAN };

describe('of a URL is needed', () => {
  test.each<[string, readonly ExpressionNode[], string]>([
    ['what is before its query, for its path', [path], 'beforeQuery'],
    ['no more for what is made of the path', [path, isHome, isOther], 'beforeQuery'],
    ['all, where it is a column too', [path, url], 'value'],
    ['all, whatever was asked first', [url, path], 'value'],
  ])('%s', (_, nodes, use) => {
    const expressions = new ColumnExpressions();
    for (const node of nodes) expressions.vector(node, new Map());
    expect(expressions.fields.find(({ path: [name] }) => name === 'url')?.use).toBe(use);
  });

  test('all, where its hash is asked for beside its path', () => {
    const expressions = new ColumnExpressions();
    expressions.vector(path, new Map());
    expressions.hashes(url, new Map());
    expect(expressions.fields.map(({ use }) => use)).toEqual(['value']);
  });
});
