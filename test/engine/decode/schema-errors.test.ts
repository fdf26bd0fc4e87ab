import fc from 'fast-check';
import { Type } from 'streamgauge';
import { Compile } from 'typebox/schema';
import { type EventSchema, eventSchema } from '../../../engine/decode/event-schema.ts';
import { compileErrors } from '../../../engine/decode/schema-errors.ts';

const SEED = 20150517;
const { Optional, Union, Null } = Type;

const schemas = {
  plain: Type.Object({
    id: Type.String(),
    page: Type.String({ minLength: 2 }),
    count: Optional(Type.Integer({ minimum: 0 })),
    action: Type.Enum(['view', 'click']),
    amount: Union([Type.Number(), Null()]),
    user: Type.Object({ id: Type.String(), age: Optional(Type.Number()) }),
  }),
  closed: Type.Object({ id: Type.String(), page: Type.String() }, { additionalProperties: false }),
  empty: Type.Object({}),
};

const leaf = fc.constantFrom<unknown>(
  'view',
  'x',
  '',
  7,
  -1,
  1.5,
  null,
  true,
  [],
  {},
  { id: 'a' },
  { id: 7, age: 'x' },
);
const name = fc.constantFrom('id', 'page', 'count', 'action', 'amount', 'user', 'other', 'toString', '__proto__');
const value = fc.oneof(
  { weight: 9, arbitrary: fc.dictionary(name, leaf, { noNullPrototype: true }) },
  { weight: 1, arbitrary: leaf },
);

test.each(Object.entries(schemas))(
  'the errors of a value by the %s schema are those that TypeBox finds',
  (_, schema) => {
    const judged = eventSchema(schema as EventSchema, 'restored');
    const [find, check] = [compileErrors(judged), Compile(judged as never)];
    fc.assert(
      fc.property(value, (event) => {
        expect(find(event).map(({ instancePath, message, params }) => ({ instancePath, message, params }))).toEqual(
          check.Errors(event)[1].map(({ instancePath, message, params }) => ({ instancePath, message, params })),
        );
      }),
      { seed: SEED, numRuns: 1000 },
    );
  },
);
