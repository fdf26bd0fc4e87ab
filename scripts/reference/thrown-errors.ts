import { type Node, SyntaxKind } from 'typescript/unstable/ast';

/** Where an error is made: its class, and its message with `…` for what differs each time. */
export interface MadeError {
  readonly errorClass: Node;
  readonly message: string;
}

/** Every `new …Error('…')` below a node whose message is written there. */
export function errorsBelow(node: Node): readonly MadeError[] {
  const found: MadeError[] = [];
  visit(node, found);
  return found;
}

function visit(node: Node, found: MadeError[]): void {
  if (node.kind === SyntaxKind.NewExpression) {
    const { expression, arguments: given } = node as NewExpression;
    if (/Error$/.test(expression.getText())) {
      const messages = [...(given ?? [])].map(textOf).filter((text) => text !== null && isSentence(text));
      for (const message of messages) found.push({ errorClass: expression, message: message as string });
    }
  }
  node.forEachChild((child) => visit(child, found));
}

type NewExpression = Node & { readonly expression: Node; readonly arguments?: Iterable<Node> };
type Template = Node & {
  readonly head: { readonly text: string };
  readonly templateSpans: Iterable<{ readonly literal: { readonly text: string } }>;
};

function textOf(node: Node): string | null {
  switch (node.kind) {
    case SyntaxKind.StringLiteral:
    case SyntaxKind.NoSubstitutionTemplateLiteral:
      return (node as Node & { readonly text: string }).text;
    case SyntaxKind.TemplateExpression: {
      const { head, templateSpans } = node as Template;
      return [head.text, ...[...templateSpans].map(({ literal }) => literal.text)].join('…');
    }
    default:
      return null;
  }
}

/** Codes of errors and parts of sentences say nothing by themselves. */
function isSentence(text: string): boolean {
  return /[.?…;)]$/.test(text) && text.replaceAll('…', '').split(/\s+/).filter(Boolean).length >= 5;
}
