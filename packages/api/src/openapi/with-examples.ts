import type { Content, Operation, Schema } from '../http/openapi.ts';
import { EXAMPLE_ANSWERS, EXAMPLE_BODIES, EXAMPLE_PAGE, examplePage } from './example-answers.ts';
import { exampleError } from './example-errors.ts';
import { EXAMPLE_RECORDS } from './example-records.ts';

type RecordName = keyof typeof EXAMPLE_RECORDS;

/** An operation with an example of its body and of each answer. */
export function withExamples(path: string, method: string, operation: Operation): Operation {
  const route = `${method} ${path}`;
  const { requestBody, responses } = operation;
  return {
    ...operation,
    ...(requestBody?.content !== undefined && {
      requestBody: {
        ...requestBody,
        content: mapContent(requestBody.content, (schema) => EXAMPLE_BODIES[route] ?? exampleOf(schema)),
      },
    }),
    responses: Object.fromEntries(
      Object.entries(responses).map(([status, { content, ...response }]) => {
        if (content === undefined) return [status, response];
        const exampleFor = (schema: Schema, type: string) => {
          if (Number(status) >= 400) return exampleError(method, path, Number(status));
          return type === 'text/html' ? EXAMPLE_PAGE : (EXAMPLE_ANSWERS[route] ?? exampleOf(schema));
        };
        return [status, { ...response, content: mapContent(content, exampleFor) }];
      }),
    ),
  };
}

function mapContent(content: Content, exampleFor: (schema: Schema, type: string) => unknown): Content {
  return Object.fromEntries(
    Object.entries(content).map(([type, media]) => [type, { ...media, example: exampleFor(media.schema ?? {}, type) }]),
  );
}

/** An example of what refers to records: one, a new one, one that was added, a page of them. */
function exampleOf(schema: Schema): unknown {
  const { anyOf, properties } = schema as {
    readonly anyOf?: readonly Schema[];
    readonly properties?: { readonly record?: Schema; readonly results?: { readonly items?: Schema } };
  };
  const name = recordOf(schema);
  if (name !== undefined) return EXAMPLE_RECORDS[name];
  if (properties?.record !== undefined) return { message: 'Record saved', record: exampleOf(properties.record) };
  const listed = properties?.results?.items && recordOf(properties.results.items);
  if (listed !== undefined) return examplePage(listed);
  const given = typeof schema['$ref'] === 'string' ? schema['$ref'].split('/New')[1] : undefined;
  if (given !== undefined) return asGiven(EXAMPLE_RECORDS[given as RecordName]);
  return anyOf?.[0] === undefined ? undefined : exampleOf(anyOf[0]);
}

function recordOf({ $ref }: Schema): RecordName | undefined {
  const name = typeof $ref === 'string' ? ($ref.split('/').at(-1) ?? '') : '';
  return Object.hasOwn(EXAMPLE_RECORDS, name) ? (name as RecordName) : undefined;
}

/** The times are set when a record is written. */
function asGiven(record: object): object {
  const set = ['createdAt', 'updatedAt', 'timestamp'];
  return Object.fromEntries(Object.entries(record).filter(([field]) => !set.includes(field)));
}
