import type { Doc } from './sources.ts';

/** Prose for a page in `docs/reference/`: `<` outside of code is no tag, and links to `docs/` lead there from the page. */
export function prose(text: string): string {
  return text
    .replaceAll('](docs/', '](../')
    .split(/(`[^`]*`)/)
    .map((part, index) => (index % 2 === 1 ? part : part.replaceAll('<', '&lt;')))
    .join('');
}

/** The text of a cell: one line, in which a bar is no border. */
export function cell(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ').replaceAll('|', '\\|');
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

export function code(text: string, language = 'typescript'): string {
  return `\`\`\`${language}\n${text.trim()}\n\`\`\``;
}

/** A docstring as paragraphs. */
export function docText({ text, examples, throws }: Doc): string {
  const errors = throws.map((each) => `**Throws** ${prose(each)}`);
  return [prose(text), ...errors, ...examples.map((each) => code(each))].filter((part) => part !== '').join('\n\n');
}

/** A page as it is written: its title, a note on where it comes from, and its parts. */
export function page(title: string, parts: readonly string[]): string {
  const note = '<!-- `npm run docs:reference` writes this page from the sources. -->';
  return `${[`# ${title}`, note, ...parts.filter((part) => part !== '')].join('\n\n')}\n`;
}
