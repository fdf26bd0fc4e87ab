import { Timestamp, Type } from 'streamgauge';
import type { Expression } from '../../../engine/dsl/build.ts';
import { describeExpression } from '../../../engine/expression/describe.ts';
import { leavesOf, node } from '../dsl/leaves.ts';

const e = leavesOf({
  status: Type.Integer(),
  bytes: Type.Optional(Type.Integer()),
  method: Type.String(),
  ok: Type.Boolean(),
  device: Type.Object({ os: Type.String() }),
  at: Timestamp(),
  sent: Timestamp(),
});

test.each<[Expression, string]>([
  [e.device.os, 'device.os'],
  [e.status.eq(1), 'status = 1'],
  [e.method.ne('HEAD'), 'method ≠ "HEAD"'],
  [e.status.gt(1).and(e.status.lt(3), e.ok), '(status > 1) and (status < 3) and ok'],
  [e.status.gte(1).or(e.status.lte(3)).not(), 'not ((status ≥ 1) or (status ≤ 3))'],
  [e.method.in(['GET', 'a"b']), 'method in ["GET", "a\\"b"]'],
  [e.bytes.isNull(), 'bytes is null'],
  [e.bytes.coalesce(0).add(1).div(e.status), '((bytes or else 0) + 1) ÷ status'],
  [e.status.sub(1).mul(2), '(status − 1) × 2'],
  [e.method.urlPath(), 'path of method'],
  [e.at.msSince(e.sent), 'ms from sent to at'],
])('%# an expression is written as a person would', (expression, text) => {
  expect(describeExpression(node(expression))).toBe(text);
});
