/** Pieces of SQL by what they are, so that the page can colour them. Together they are the text again. */
export interface SqlToken {
  readonly kind: 'keyword' | 'string' | 'comment' | 'other';
  readonly text: string;
}

const KEYWORDS =
  'select|from|where|group|order|by|as|and|or|not|is|null|case|when|then|else|end|with|join|left|on|over|partition|rows|range|between|preceding|following|current|row|having|union|all|distinct|filter|values|in|cast|create|table|limit|asc|desc|within|interval|exists|recursive|using|lateral|qualify';
const TOKEN = new RegExp(`(--[^\\n]*)|('(?:[^']|'')*')|("(?:[^"]|"")*")|\\b(${KEYWORDS})\\b`, 'gi');

export function sqlTokens(sql: string): readonly SqlToken[] {
  const tokens: SqlToken[] = [];
  let end = 0;
  const push = (kind: SqlToken['kind'], text: string) => {
    if (text !== '') tokens.push({ kind, text });
  };
  for (const match of sql.matchAll(TOKEN)) {
    const [text, comment, string, , keyword] = match;
    push('other', sql.slice(end, match.index));
    push(comment ? 'comment' : string ? 'string' : keyword ? 'keyword' : 'other', text);
    end = match.index + text.length;
  }
  push('other', sql.slice(end));
  return tokens;
}
