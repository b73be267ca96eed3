import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { SvitloError } from '../../errors.ts';

const PARTS = ['params', 'querystring', 'body'] as const;

/** Makes Fastify validate by the zod schemas that routes declare. */
export function validateByZod(server: FastifyInstance): void {
  server.setValidatorCompiler<z.ZodType>(({ schema, httpPart }) => (value) => {
    const parsed = schema.safeParse(value ?? {});
    if (parsed.success) return { value: parsed.data };
    const faults = parsed.error.issues.map(
      ({ path, message }) => `${[httpPart, ...path].join('.')}: ${message}`,
    );
    return { error: new SvitloError('SVT_BAD_REQUEST', faults.join('; '), { params: { faults } }) };
  });
  server.setSerializerCompiler(() => JSON.stringify);
}

/** A route's zod schemas as JSON Schema, for OpenAPI. */
export function describeSchema(schema: Record<string, unknown>): Record<string, unknown> {
  const described = { ...schema };
  for (const part of PARTS) if (part in schema) described[part] = describe(schema[part]);
  const { response } = schema;
  if (typeof response !== 'object' || response === null) return described;
  described.response = Object.fromEntries(
    Object.entries(response).map(([status, answer]) => [
      status,
      { description: /^[23]/.test(status) ? 'Success' : 'Failure', ...describe(answer) },
    ]),
  );
  return described;
}

function describe(zod: unknown): object {
  if (!(zod instanceof z.ZodType)) return describeContent(zod);
  const { $schema: _, ...schema } = z.toJSONSchema(zod, {
    io: 'input',
    target: 'openapi-3.0',
    unrepresentable: 'any',
  });
  return schema;
}

/** A success in another form than JSON. */
function describeContent(response: unknown): object {
  const { content } = (response ?? {}) as { content?: Record<string, { schema: unknown }> };
  if (content === undefined) return {};
  return {
    content: Object.fromEntries(
      Object.entries(content).map(([type, { schema }]) => [type, { schema: describe(schema) }]),
    ),
  };
}
