import { code, docText, page } from './markdown.ts';
import type { Exported, Sources } from './sources.ts';

/** What each module of the package is for: the sentence above its exports. */
const MODULES: Readonly<Record<string, string>> = {
  streamgauge: 'What a pipeline file imports. [The pipeline definition](../pipeline.md) explains it by examples.',
  'streamgauge/cdk': 'The construct for an app of your own. [Deploy](../deploy.md) shows one.',
  'streamgauge/producer': 'What a service imports to send events. [Sending events](../send.md) explains it.',
  'streamgauge/testing': 'What the test of a pipeline imports. [Testing](../testing.md) explains it.',
};

/** The entry of each module, from the root, by the name under which it is imported. */
export type Modules = ReadonlyMap<string, string>;

/** The modules that a package.json exports: those that are TypeScript. */
export function modulesOf({ name, exports }: { name: string; exports: Readonly<Record<string, string>> }): Modules {
  const entries = Object.entries(exports).filter(([, file]) => file.endsWith('.ts'));
  return new Map(entries.map(([path, file]) => [name + path.slice(1), file.replace('./', '')]));
}

/** Every export of the package, with its declaration and docstring. */
export function apiPage(sources: Sources, modules: Modules): string {
  const parts = [...modules].flatMap(([name, file]) => {
    const exported = sources.exportsOf(file);
    return [`## ${name}`, MODULES[name] ?? '', ...exported.map((each) => section(each))];
  });
  const intro = 'Every export of the package: its declaration, as in the source, and what its docstring says.';
  return page('API', [intro, ...parts]);
}

function section({ name, declaration, doc, file }: Exported): string {
  const heading = `### ${name}`;
  if (file === null) return `${heading}\n\nFrom another package: it builds schemas, as \`Type.Object({ … })\`.`;
  return [heading, code(declaration), docText(doc)].filter((part) => part !== '').join('\n\n');
}
