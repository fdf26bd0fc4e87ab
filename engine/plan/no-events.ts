import { BugError } from '../ir/bug-error.ts';
import type { CompileEvents } from './stream-events.ts';

/** For who takes no events in: the code that reads them need not be there. */
export const compileNoEvents: CompileEvents = (stream) => {
  const refuse = (): never => {
    throw new BugError(`An event of stream '${stream.name}' came to a process that was compiled to take none in.`);
  };
  return {
    get decoder() {
      return refuse();
    },
    get validate() {
      return refuse();
    },
    get scanner() {
      return refuse();
    },
    get columns() {
      return refuse();
    },
    get dedupe() {
      return refuse();
    },
  };
};
