import { DefinitionError } from '../ir/errors.ts';
import { nearestName } from '../text/nearest-name.ts';

/** The error of a name that is not there. `path` leads to the object that has the names. */
export function unknownName(
  where: string,
  name: string,
  names: readonly string[],
  path: readonly string[] = [],
): DefinitionError {
  const near = nearestName(name, names);
  const full = [...path, name].join('.');
  return new DefinitionError(
    `${where} has no field '${full}'.${near === null ? '' : ` Did you mean '${[...path, near].join('.')}'?`} Its fields are ${names.join(', ')}.`,
  );
}
