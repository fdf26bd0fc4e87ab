import * as KINDS from '#kinds/functions';
import { BugError } from '../ir/bug-error.ts';
import type { FunctionDescriptor } from './descriptor.ts';

/** Every function, by its name. */
const FUNCTIONS: ReadonlyMap<string, FunctionDescriptor> = new Map(
  Object.values(KINDS).map((descriptor): [string, FunctionDescriptor] => [descriptor.name, descriptor]),
);

/** The function that a node calls. */
export function functionOf({ name }: { readonly name: string }): FunctionDescriptor {
  const descriptor = FUNCTIONS.get(name);
  if (descriptor !== undefined) return descriptor;
  throw new BugError(`There is no function '${name}' in engine/functions/kinds.ts.`);
}
