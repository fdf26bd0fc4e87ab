import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';

type Rule = IForbiddenRuleType;

/**
 * The plan of the house: arrows point down. A folder may import from the folders that stand before it in its list, and
 * from itself; `npm run layers` names each import that does not.
 */
export const ENGINE = [
  'ir',
  'lists',
  'async',
  'text',
  'time',
  'hash',
  'bytes',
  'functions',
  'columns',
  'expression',
  'formats',
  'dsl',
  'aggregates',
  'statistics',
  'detectors',
  'forecast',
  'row-operators',
  'windows',
  'codec',
  'ports',
  'decode',
  'dedupe',
  'joins',
  'patterns',
  'plan',
  'state',
  'sources',
  'protocol',
  'alerts',
  'ingest',
  'finalize',
  'sweep',
  'query',
  'bronze',
  'sql',
];

export const TOP = [
  'engine',
  'contracts',
  'adapters',
  'endpoint',
  'producer',
  'generate',
  'lib',
  'cost',
  'api',
  'client',
  'dashboard',
  'runtime',
  'testing',
  'pipelines',
  'templates',
  'lambdas',
  'bin',
  'create-streamgauge',
  'localstack',
  'scripts',
  'bench',
];

const ADAPTERS = ['', 'memory', 'embedded', 'aws'];
const RUNTIME = ['files', 'input', '', 'terminal', 'dead-letters', 'send', 'http', 'kinesis-api', 'live'];

/** One rule for each folder: nothing in it may import from a folder that stands after it. */
function layers(root: string, names: readonly string[]): Rule[] {
  const inside = (name: string) => (name === '' ? `^${root}[^/]+\\.ts$` : `^${root}${name}/`);
  return names.slice(0, -1).map((name, index) => ({
    name: `${root}${name} is below ${names.slice(index + 1).join(', ')}`,
    severity: 'error' as const,
    from: { path: inside(name) },
    to: { path: names.slice(index + 1).map(inside) },
  }));
}

const RULES: Rule[] = [
  ...layers('', TOP),
  ...layers('engine/', ENGINE),
  ...layers('adapters/', ADAPTERS),
  ...layers('runtime/', RUNTIME),
  {
    name: 'every folder of the engine has its place in the plan',
    severity: 'error',
    from: { path: '^engine/[^/]+/', pathNot: `^engine/(${ENGINE.join('|')})/` },
    to: {},
  },
  {
    name: 'the engine is pure: it talks to the world through engine/ports',
    comment: 'Of Node it uses computation alone: zlib, the hashes of crypto, and buffer.',
    severity: 'error',
    from: { path: '^engine/' },
    to: { pathNot: ['^engine/', '^typebox(/|$)', '^(node:)?(zlib|crypto|buffer)$'] },
  },
  {
    name: 'each lambda stands alone beside lambdas/shared',
    severity: 'error',
    from: { path: '^lambdas/([^/]+)/' },
    to: { path: '^lambdas/', pathNot: ['^lambdas/$1/', '^lambdas/shared/'] },
  },
  {
    name: 'no file imports itself by way of others, but for types',
    severity: 'error',
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  },
  {
    name: 'what ships imports no test',
    severity: 'error',
    from: { path: `^(${TOP.filter((name) => name !== 'localstack').join('|')})/` },
    to: { path: '^test/' },
  },
];

/** An import that points up, or that the plan forbids otherwise. */
export interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: string;
}

export interface LayerReport {
  readonly files: number;
  readonly violations: readonly Violation[];
}

/** Holds every import of the folders below `baseDir` against the plan. */
export async function checkLayers(baseDir: string, folders: readonly string[] = TOP): Promise<LayerReport> {
  const { output } = await cruise([...folders], {
    baseDir,
    validate: true,
    ruleSet: { forbidden: RULES },
    // TypeScript 7 has no API to parse with.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(node_modules|dashboard/dist)/' },
    enhancedResolveOptions: { extensions: ['.ts', '.js'] },
  });
  const { summary } = output as ICruiseResult;
  return {
    files: summary.totalCruised,
    violations: summary.violations.map(({ from, to, rule }) => ({ from, to, rule: rule.name })),
  };
}
