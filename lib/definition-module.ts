import { AggregateColumn } from '../engine/dsl/aggregate-column.ts';
import type { PipelineDefinition } from '../engine/ir/pipeline-definition.ts';
import { isWindow, traitsOf } from '../engine/ir/window.ts';

/**
 * A definition as the text of a module that gives it as its default, or null where not all of it is data, as a schema with a function
 * in it. Functions have this in the place of the pipeline file: it brings neither the functions that definitions are written with nor
 * what else the file imports, and it says what the stack was made for, whatever the file would say elsewhere.
 *
 * What the definition has in several places, such as a stream, is one object again: plans tell streams and views by identity.
 *
 * @param windowFile where `withTraits` is, an absolute path.
 */
export function definitionModule(definition: PipelineDefinition, windowFile: string): string | null {
  const writer = new DefinitionWriter();
  if (!writer.isData(definition)) return null;
  const result = writer.text(definition);
  const imported = `import { withTraits } from ${JSON.stringify(windowFile)};`;
  return [imported, HIDDEN, ...writer.shared, `export default ${result};`, ''].join('\n');
}

/** Properties that are not enumerated, as TypeBox marks schemas. */
const HIDDEN = `const hidden = (object, properties) => {
  for (const [name, value] of Object.entries(properties)) Object.defineProperty(object, name, { value });
  return object;
};`;

class DefinitionWriter {
  /** A declaration for each object that is in several places. */
  readonly shared: string[] = [];
  readonly #names = new Map<object, string>();
  /** How many places each object is in. */
  readonly #places = new Map<object, number>();

  /** Whether all of it is data, which is asked first: it finds out what is in several places. */
  isData(value: unknown): boolean {
    if (typeof value === 'function' || typeof value === 'symbol') return false;
    if (typeof value !== 'object' || value === null) return true;
    const places = this.#places.get(value) ?? 0;
    this.#places.set(value, places + 1);
    return places > 0 || (isPlain(value) && partsOf(value).every((part) => this.isData(part)));
  }

  text(value: unknown): string {
    if (typeof value === 'object' && value !== null) {
      return (this.#places.get(value) ?? 0) > 1 ? this.#name(value) : this.#object(value);
    }
    if (typeof value === 'string') return JSON.stringify(value);
    if (typeof value === 'bigint') return `${value}n`;
    return Object.is(value, -0) ? '-0' : String(value);
  }

  #name(value: object): string {
    const known = this.#names.get(value);
    if (known !== undefined) return known;
    const text = this.#object(value);
    const name = `shared${this.shared.length}`;
    this.shared.push(`const ${name} = ${text};`);
    this.#names.set(value, name);
    return name;
  }

  #object(value: object): string {
    if (Array.isArray(value)) return `[${value.map((part) => this.text(part)).join(',')}]`;
    if (value instanceof Map) {
      return `new Map([${[...value].map(([key, part]) => `[${this.text(key)},${this.text(part)}]`).join(',')}])`;
    }
    const { seen, unseen } = propertiesOf(value);
    const text = unseen.length === 0 ? this.#literal(seen) : `hidden(${this.#literal(seen)},${this.#literal(unseen)})`;
    return isWindow(value) ? `withTraits(${text},${this.text(traitsOf(value))})` : text;
  }

  #literal(properties: readonly (readonly [string, unknown])[]): string {
    // In brackets, `__proto__` is a name like any other.
    const name = (text: string) => (text === '__proto__' ? '["__proto__"]' : JSON.stringify(text));
    return `{${properties.map(([key, part]) => `${name(key)}:${this.text(part)}`).join(',')}}`;
  }
}

function partsOf(value: object): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (value instanceof Map) return [...value].flat();
  const { seen, unseen } = propertiesOf(value);
  const traits = isWindow(value) ? [traitsOf(value)] : [];
  return [...[...seen, ...unseen].map(([, part]) => part), ...traits];
}

/** Whether it is nothing but its properties, or of a kind that definitions have. */
function isPlain(value: object): boolean {
  if (Array.isArray(value) || value instanceof Map || value instanceof AggregateColumn) return true;
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  const symbols = Object.getOwnPropertySymbols(value).length - (isWindow(value) ? 1 : 0);
  return symbols === 0 && Object.values(Object.getOwnPropertyDescriptors(value)).every(({ get }) => get === undefined);
}

interface Properties {
  readonly seen: readonly (readonly [string, unknown])[];
  readonly unseen: readonly (readonly [string, unknown])[];
}

/** The columns of views are what their builder made; of these the data counts. */
function propertiesOf(value: object): Properties {
  if (value instanceof AggregateColumn) {
    const { spec, argument, condition, type } = value;
    return { seen: Object.entries({ spec, argument, condition, type }), unseen: [] };
  }
  const seen: [string, unknown][] = [];
  const unseen: [string, unknown][] = [];
  for (const [name, { value: part, enumerable }] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
    (enumerable === true ? seen : unseen).push([name, part]);
  }
  return { seen, unseen };
}
