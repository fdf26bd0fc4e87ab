/**
 * How many cases to try, random ones or listed ones: one in `share` of them in `npm test`, all in `npm run prove`, which
 * runs each test file that asks once more.
 */
export function casesOf(all: number, share = 5): number {
  return (globalThis as { readonly triesAllCases?: boolean }).triesAllCases ? all : Math.ceil(all / share);
}
