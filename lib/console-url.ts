import { Aws, CfnMapping, type Stack, Token } from 'aws-cdk-lib';

/** Where each partition of AWS has its console. */
const CONSOLES = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
  'aws-iso': 'console.c2shome.ic.gov',
  'aws-iso-b': 'console.sc2shome.sgov.gov',
  'aws-iso-e': 'console.csphome.adc-e.uk',
  'aws-iso-f': 'console.csphome.hci.ic.gov',
  // Every region has a host of its own there, and there is one region.
  'aws-eusc': 'eusc-de-east-1.console.amazonaws-eusc.eu',
} as const satisfies Record<string, string>;

/** The address of a dashboard in the console of the stack's partition, which may be known only when it is deployed. */
export function dashboardUrl(stack: Stack, dashboardName: string): string {
  return `https://${consoleHost(stack)}/cloudwatch/home?region=${stack.region}#dashboards:name=${dashboardName}`;
}

function consoleHost(stack: Stack): string {
  const { partition } = stack;
  if (!Token.isUnresolved(partition) && partition in CONSOLES) return CONSOLES[partition as keyof typeof CONSOLES];
  return consolesOf(stack).findInMap(Aws.PARTITION, 'host');
}

/** One for each stack. */
function consolesOf(stack: Stack): CfnMapping {
  const known = stack.node.tryFindChild(MAPPING);
  if (known !== undefined) return known as CfnMapping;
  return new CfnMapping(stack, MAPPING, {
    mapping: Object.fromEntries(Object.entries(CONSOLES).map(([name, host]) => [name, { host }])),
  });
}

const MAPPING = 'Consoles';
