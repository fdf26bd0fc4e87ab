import { Script } from 'node:vm';
import Runtime from 'jest-runtime';

/** By file: what this process has transformed, and what it has compiled from that. */
const transformed = new Map();
const compiled = new Map();

/** The executor of the test file that is running. A process runs one at a time. */
let running;

/**
 * Jest gives each test file a context of its own, and reads, looks up and compiles each module anew for each of them. This does so
 * once a process, and runs the compiled script in each context. Nothing else is shared: modules, globals and state stay
 * those of one test file.
 */
export default class SharedScriptsRuntime extends Runtime {
  constructor(...args) {
    super(...args);
    const [, , , , , , , globalConfig] = args;
    if (!globalConfig.watch && !globalConfig.watchAll && !globalConfig.collectCoverage) {
      rememberTransformed(this.transformCache);
    }
    shareCompiled(this.executor);
    running = this.executor;
  }
}

function rememberTransformed(cache) {
  const transform = cache.transform.bind(cache);
  cache.transform = (filename, options) => {
    if (options?.isInternalModule) return transform(filename, options);
    const known = transformed.get(filename);
    if (known === undefined) {
      const code = transform(filename, options);
      transformed.set(filename, cache.transforms.get(filename));
      return code;
    }
    cache.transforms.set(filename, known);
    if (known.sourceMapPath) cache.sourceMaps.set(filename, known.sourceMapPath);
    return known.code;
  };
}

function shareCompiled(executor) {
  const compile = executor.compile.bind(executor);
  executor.compile = (source, filename) => {
    const context = executor.environment.getVmContext();
    if (context === null || executor.resolution.isCoreModule(filename)) return compile(source, filename);
    try {
      return scriptOf(source, filename, executor.injectedModuleParameters).runInContext(context);
    } catch (error) {
      // Jest words errors of syntax, and tells ES modules by them.
      if (error instanceof SyntaxError || error?.name === 'SyntaxError') return compile(source, filename);
      throw error;
    }
  };
}

function scriptOf(source, filename, parameters) {
  const known = compiled.get(filename);
  if (known?.source === source) return known.script;
  const head = `(function (${parameters.join(', ')}) {`;
  const script = new Script(`${head}${source}\n})`, {
    filename,
    columnOffset: -head.length,
    importModuleDynamically: (specifier, _script, attributes, ...rest) =>
      running.dynamicImport(specifier, filename, running.environment.getVmContext(), attributes, rest[0]),
  });
  compiled.set(filename, { source, script });
  return script;
}
