import { globSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Node, type SourceFile, SyntaxKind, type TypeNode } from 'typescript/unstable/ast';
import {
  API,
  type Checker,
  type Project,
  type Symbol as Sym,
  SymbolFlags,
  type Type,
  TypeFlags,
  type UnionType,
} from 'typescript/unstable/sync';
import { BugError } from '../../engine/ir/bug-error.ts';
import { declarationText } from './declaration-text.ts';
import { errorsBelow } from './thrown-errors.ts';

/** What a docstring says. */
export interface Doc {
  readonly text: string;
  readonly examples: readonly string[];
  /** Errors, in words: the `@throws` tags. */
  readonly throws: readonly string[];
}

/** What a module exports, as its source declares it. */
export interface Exported {
  readonly name: string;
  /** The declaration without the body of a function. */
  readonly declaration: string;
  readonly doc: Doc;
  /** The file of the declaration, from the root; null where another package declares it. */
  readonly file: string | null;
}

/** A class of errors, and the messages that the code gives them. */
export interface ErrorMessages {
  readonly name: string;
  readonly doc: Doc;
  readonly messages: readonly string[];
}

/** A property of an interface that holds settings. */
export interface Setting {
  readonly name: string;
  /** As its source says; an alias of a few texts or numbers is spelled out. */
  readonly type: string;
  readonly isOptional: boolean;
  readonly doc: Doc;
}

/** The sources as the compiler sees them. The compiler runs in a process of its own until `close`. */
export class Sources {
  readonly #root: string;
  readonly #api: API;
  readonly #project: Project;

  constructor(root: string) {
    this.#root = root;
    this.#api = new API({ cwd: root });
    const config = join(root, 'tsconfig.json');
    const project = this.#api.updateSnapshot({ openProject: config }).getProject(config);
    if (project === undefined) throw new BugError(`The compiler does not find ${config}.`);
    this.#project = project;
  }

  close(): void {
    this.#api.close();
  }

  /** Everything that a module exports, by name. */
  exportsOf(file: string): readonly Exported[] {
    const module = this.#checker.getSymbolAtLocation(this.#fileOf(file));
    if (module === undefined) throw new BugError(`${file} is not a module.`);
    const exported = this.#checker.getExportsOfModule(module).map((symbol) => this.#exportedOf(symbol));
    return exported.sort((a, b) => a.name.localeCompare(b.name, 'en'));
  }

  /**
   * An interface, or an alias of object types: its docstring, and its properties in the order of the source. Those of
   * interfaces that it extends are not among them.
   */
  settingsOf(file: string, name: string): { readonly doc: Doc; readonly settings: readonly Setting[] } {
    const found = [...this.#fileOf(file).statements].find((each) => isType(each) && nameOf(each).getText() === name);
    const symbol = found && this.#checker.getSymbolAtLocation(nameOf(found));
    if (found === undefined || symbol === undefined) throw new BugError(`${file} has no type '${name}'.`);
    return { doc: this.#docOf(symbol), settings: membersOf(found).flatMap((member) => this.#settingOf(member, '')) };
  }

  /** The errors that files make, by class, with their messages in order and each once. */
  errorsIn(pattern: string): readonly ErrorMessages[] {
    const made = globSync(pattern, { cwd: this.#root }).flatMap((file) => errorsBelow(this.#fileOf(file)));
    const classes = Map.groupBy(made, ({ errorClass }) => errorClass.getText());
    return [...classes]
      .sort(([a], [b]) => a.localeCompare(b, 'en'))
      .map(([name, errors]) => {
        const messages = [...new Set(errors.map(({ message }) => message))];
        const symbol = this.#checker.getSymbolAtLocation((errors[0] as (typeof errors)[number]).errorClass);
        const doc = symbol === undefined ? { text: '', examples: [], throws: [] } : this.#docOf(this.#original(symbol));
        return { name, doc, messages: messages.sort((a, b) => a.localeCompare(b, 'en')) };
      });
  }

  get #checker(): Checker {
    return this.#project.checker;
  }

  #fileOf(file: string): SourceFile {
    const found = this.#project.program.getSourceFile(join(this.#root, file));
    if (found === undefined) throw new BugError(`The project has no file ${file}.`);
    return found;
  }

  #exportedOf(symbol: Sym): Exported {
    const original = this.#original(symbol);
    const nodes = original.declarations.flatMap((handle) => handle.resolve(this.#project) ?? []);
    const path = relative(this.#root, nodes[0]?.getSourceFile().fileName ?? '');
    const isOurs = !path.startsWith('..') && !path.includes('node_modules') && nodes[0]?.kind !== SyntaxKind.SourceFile;
    return {
      name: symbol.name,
      declaration: isOurs ? nodes.map(declarationText).join('\n') : '',
      doc: this.#docOf(original),
      file: isOurs ? path : null,
    };
  }

  #original(symbol: Sym): Sym {
    return symbol.flags & SymbolFlags.Alias ? this.#checker.getAliasedSymbol(symbol) : symbol;
  }

  /** A property, and below it those of the object that it is, if its type says which these are. */
  #settingOf(member: Node, above: string): readonly Setting[] {
    if (member.kind !== SyntaxKind.PropertySignature) return [];
    const { type } = member as Typed;
    const symbol = this.#checker.getSymbolAtLocation(nameOf(member));
    if (symbol === undefined || type === undefined) return [];
    const name = `${above}${symbol.name}`;
    const isOptional = (symbol.flags & SymbolFlags.Optional) !== 0;
    const inner = type.kind === SyntaxKind.TypeLiteral ? membersOf(type) : [];
    const text = inner.length > 0 ? 'object' : this.#typeText(type);
    return [
      { name, type: text, isOptional, doc: this.#docOf(symbol) },
      ...inner.flatMap((each) => this.#settingOf(each, `${name}.`)),
    ];
  }

  /** A conditional type refuses with words what does not extend its bound: the bound is what a user gives. */
  #typeText(node: TypeNode): string {
    if (node.kind === SyntaxKind.ConditionalType) {
      return this.#typeText((node as TypeNode & { readonly extendsType: TypeNode }).extendsType);
    }
    const type = this.#checker.getTypeFromTypeNode(node);
    const parts = type !== undefined && isUnion(type) ? type.getTypes() : [];
    const isChoice = parts.length > 0 && parts.every(({ flags }) => flags & TypeFlags.StringOrNumberLiteral);
    if (!isChoice) return node.getText().replaceAll(/\s+/g, ' ');
    return parts.map((each) => this.#checker.typeToString(each).replaceAll('"', "'")).join(' | ');
  }

  #docOf(symbol: Sym): Doc {
    const tags = this.#checker.getJsDocTagsOfSymbol(symbol);
    const textsOf = (tag: string) => tags.filter(({ name }) => name === tag).map(({ text }) => (text ?? '').trim());
    const text = this.#checker.getDocumentationCommentOfSymbol(symbol).trim();
    return { text, examples: textsOf('example'), throws: textsOf('throws') };
  }
}

type Typed = Node & { readonly type?: TypeNode };

const nameOf = (node: Node) => (node as Node & { readonly name: Node }).name;
const isUnion = (type: Type): type is UnionType => (type.flags & TypeFlags.Union) !== 0;

function isType({ kind }: Node): boolean {
  return kind === SyntaxKind.InterfaceDeclaration || kind === SyntaxKind.TypeAliasDeclaration;
}

function membersOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case SyntaxKind.InterfaceDeclaration:
    case SyntaxKind.TypeLiteral:
      return [...(node as Node & { readonly members: Iterable<Node> }).members];
    case SyntaxKind.TypeAliasDeclaration: {
      const { type } = node as Typed;
      return type === undefined ? [] : membersOf(type);
    }
    case SyntaxKind.UnionType:
      return [...(node as Node & { readonly types: Iterable<Node> }).types].flatMap(membersOf);
    default:
      return [];
  }
}
