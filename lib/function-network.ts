import { Effect, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { CfnFunction, IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ExistingNetwork } from './existing-resources.ts';
import { explain } from './nag.ts';

/** What Lambda does in the name of a function's role to connect it to subnets. */
const INTERFACE_ACTIONS = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];

/** Lets Lambda connect functions of a role to a network. The function's own code is refused the same actions. */
export function letIntoNetwork(role: Role): void {
  role.addToPolicy(new PolicyStatement({ actions: INTERFACE_ACTIONS, resources: ['*'] }));
  role.addToPolicy(
    new PolicyStatement({
      effect: Effect.DENY,
      actions: INTERFACE_ACTIONS,
      resources: ['*'],
      // Only requests of the code have this key: Lambda's own have none.
      conditions: { Null: { 'lambda:SourceFunctionArn': 'false' } },
    }),
  );
  explain(
    role,
    'AwsSolutions-IAM5',
    'Lambda makes the network interfaces, so they have no names before it has, and EC2 describes none in particular. The code of the function is denied all of it.',
    /^Resource::\*$/,
  );
}

/** Connects a function to subnets that are there already. They are given by id, so there is no VPC to look up. */
export function putIntoNetwork(fn: IFunction, { subnets, securityGroups }: ExistingNetwork): void {
  const resource = fn.node.defaultChild as CfnFunction;
  resource.vpcConfig = { subnetIds: [...subnets], securityGroupIds: [...securityGroups] };
}
