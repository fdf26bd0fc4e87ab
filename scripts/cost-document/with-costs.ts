import { BugError } from '../../engine/ir/bug-error.ts';
import { runCost } from './run-cost.ts';
import { FIGURES, presetRows, TABLES } from './tables.ts';

/** Documents that show what `streamgauge cost` prints. */
export const COST_DOCUMENTS = ['docs/cost.md', 'README.md', 'lib/presets.ts'];

const SHOWN = /```sh\nnpx streamgauge cost (.*)\n```\n\n```text\n[\s\S]*?```/g;
const TABLE = /<!-- costs: (\w+) -->\n[\s\S]*?\n<!-- end -->/g;
const FIGURE = /<!-- cost: (\w+) -->[\d.,]+<!-- end -->/g;
const PRESET_ROWS = /(?:^ \* \| `\w+` .*\n)+/m;

/** A document with its costs as they are now: shown commands, tables and figures between marks, and the rows of the presets. */
export async function withCosts(path: string, text: string): Promise<string> {
  if (path.endsWith('.ts')) {
    const rows = await presetRows();
    return text.replace(PRESET_ROWS, () => rows);
  }
  const shown = await replaceEach(text, SHOWN, async ([, args = '']) => {
    return `\`\`\`sh\nnpx streamgauge cost ${args}\n\`\`\`\n\n\`\`\`text\n${await runCost(args.split(' '))}\`\`\``;
  });
  const withTables = await replaceEach(shown, TABLE, async ([, name = '']) => {
    const table = TABLES[name];
    if (table === undefined) throw new BugError(`${path} asks for the table '${name}', which there is not.`);
    return `<!-- costs: ${name} -->\n${await table()}\n<!-- end -->`;
  });
  return replaceEach(withTables, FIGURE, async ([, name = '']) => {
    const figure = FIGURES[name];
    if (figure === undefined) throw new BugError(`${path} asks for the figure '${name}', which there is not.`);
    return `<!-- cost: ${name} -->${await figure()}<!-- end -->`;
  });
}

async function replaceEach(
  text: string,
  pattern: RegExp,
  of: (match: RegExpExecArray) => Promise<string>,
): Promise<string> {
  const parts: string[] = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    parts.push(text.slice(from, match.index), await of(match));
    from = match.index + match[0].length;
  }
  return parts.join('') + text.slice(from);
}
