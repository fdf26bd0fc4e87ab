import { sqlTokens } from '../../../dashboard/src/format/sql-tokens.ts';

const SQL = `-- it's one row
SELECT "from" AS a, 'it''s' FROM t WHERE selected IS NOT NULL`;

test('the pieces are the text again', () => {
  expect(
    sqlTokens(SQL)
      .map(({ text }) => text)
      .join(''),
  ).toBe(SQL);
});

test('a quoted name is no keyword, nor is a part of a word; a quote in a comment begins no string', () => {
  const of = (kind: string) => sqlTokens(SQL).flatMap((token) => (token.kind === kind ? [token.text] : []));
  expect(of('keyword')).toEqual(['SELECT', 'AS', 'FROM', 'WHERE', 'IS', 'NOT', 'NULL']);
  expect(of('string')).toEqual([`'it''s'`]);
  expect(of('comment')).toEqual([`-- it's one row`]);
});
