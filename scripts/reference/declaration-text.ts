import { type Node, SyntaxKind } from 'typescript/unstable/ast';

/** A declaration as its source has it: functions and methods without their bodies, classes and interfaces without what is hidden. */
export function declarationText(node: Node): string {
  switch (node.kind) {
    case SyntaxKind.FunctionDeclaration:
      return withoutBody(node);
    case SyntaxKind.ClassDeclaration:
    case SyntaxKind.InterfaceDeclaration:
      return withMembers(node as Node & { readonly members: Iterable<Node> });
    default:
      return node.getText();
  }
}

type Bodied = Node & { readonly body?: Node; readonly type?: Node; readonly initializer?: Node };

function withoutBody(node: Node): string {
  const { body } = node as Bodied;
  const text = node.getText();
  return body === undefined ? text : `${text.slice(0, body.getStart() - node.getStart()).trimEnd()};`;
}

function withMembers(node: Node & { readonly members: Iterable<Node> }): string {
  const members = [...node.members];
  const text = node.getText();
  const first = members[0];
  const head = first === undefined ? text : text.slice(0, first.pos - node.getStart());
  const shown = members.filter(isShown).map((member) => `${commentOf(member)}  ${memberText(member)}`);
  return [head.trimEnd(), ...shown, '}'].join('\n');
}

/** Private members, and those under a symbol that the module keeps to itself, are nobody else's. */
function isShown(member: Node): boolean {
  const { name } = member as Node & { readonly name?: Node };
  if (name?.kind === SyntaxKind.PrivateIdentifier || name?.kind === SyntaxKind.ComputedPropertyName) return false;
  return !/^(private|protected)\b/.test(member.getText());
}

/** Without the value of a property whose type is given. */
function memberText(member: Node): string {
  const { type, initializer } = member as Bodied;
  if (type === undefined || initializer === undefined) return withoutBody(member);
  return `${member.getText().slice(0, type.end - member.getStart())};`;
}

/** The docstring above a member, with its indentation. */
function commentOf(member: Node): string {
  const above = member.getFullText().slice(0, member.getStart() - member.pos);
  const [docstring] = above.match(/ *\/\*\*(?:(?!\/\*\*)[\s\S])*?\*\/(?=\s*$)/) ?? [];
  return docstring === undefined ? '' : `${docstring}\n`;
}
