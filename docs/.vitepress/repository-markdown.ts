import type { MarkdownRenderer } from 'vitepress';

/** Links to files that are no page, such as sources: the repository has them, the site does not. */
const TO_FILE = /^(?!https?:|mailto:|#|\/)[^#]*(?:\.(?:ts|js|json|txt)|\/|LICENSE)$/;

/** Adapts Markdown that is written for the repository: links to sources become plain text, Mermaid's source is folded up. */
export function adaptToSite(markdown: MarkdownRenderer): void {
  markdown.core.ruler.before('linkify', 'no-links-to-sources', ({ tokens }) => {
    for (const { children } of tokens) {
      let isDropped = false;
      for (const token of children ?? []) {
        if (token.type === 'link_open') isDropped = TO_FILE.test(String(token.attrGet('href')));
        if (!isDropped || !token.type.startsWith('link_')) continue;
        token.type = 'text';
        token.content = '';
      }
    }
  });
  const { fence } = markdown.renderer.rules;
  markdown.renderer.rules.fence = (tokens, index, ...rest) => {
    const shown = fence?.(tokens, index, ...rest) ?? '';
    if (tokens[index]?.info !== 'mermaid') return shown;
    return `<details><summary>The diagram, as Mermaid text</summary>${shown}</details>`;
  };
}
