import { block, code, filledTable, GENERATED, plainText, sentence, table, wrapProse } from '../markdown/markdown.ts';
import {
  type Content,
  type OpenApi,
  type Parameter,
  type Route,
  referredName,
  routeGroups,
  type Schema,
} from './open-api.ts';

type Answer = readonly [status: string, answer: { readonly description?: string; readonly content?: Content }];

/** The page of the schemas that routes refer to. */
const RECORDS = 'records.md';

/** The pages about the HTTP API, by their paths from docs/reference/http-api. */
export function httpApiPages(openApi: OpenApi): ReadonlyMap<string, string> {
  const groups = routeGroups(openApi);
  const common = new Set(commonErrors(openApi).map(([status]) => status));
  const pages = groups.map(({ name, description, routes }) => {
    const head = [
      `# ${name}`,
      wrapProse(sentence(markdownText(description))),
      wrapProse('Each route also has the [errors of every route](index.md#errors-of-every-route).'),
    ];
    return [fileOf(name), layOut([...head, ...routes.flatMap((route) => routeParts(route, common))])] as const;
  });
  return new Map([['index.md', layOut(indexParts(openApi))], [RECORDS, layOut(recordParts(openApi))], ...pages]);
}

function indexParts(openApi: OpenApi): readonly string[] {
  const groups = routeGroups(openApi);
  return [
    '# HTTP API',
    wrapProse(
      'This page lists all routes of the HTTP API, for those who write a client. Each group of routes has a page with its parameters, bodies, answers and errors.',
    ),
    wrapProse(
      'All routes need a token, unless their page says otherwise. Send it in the header `Authorization: Bearer TOKEN`: see [Get a token](../../how-to/log-in.md#get-a-token). All routes are at the root and under `/v1`. Times are in milliseconds since 1970, in UTC.',
    ),
    wrapProse(
      'These pages have what clients share: [Lists and filters](../api-filters.md), [Requests and answers](../api-requests.md), [Statistics](../api-statistics.md), [Logs](../api-logs.md). [Records](records.md) lists the fields of all records.',
    ),
    wrapProse(
      'An API that runs has the same description at `/docs`, where you can try it, and at `/openapi.json`. [Serve the API](../../how-to/serve-the-api.md) shows how to run one.',
    ),
    '## Errors of every route',
    wrapProse('An error is an object with these fields: [Error](records.md#error). Any route can end in one of these:'),
    answerTable(commonErrors(openApi)),
    ...groups.flatMap(({ name, description, routes }) => [
      `## ${name}`,
      wrapProse(`${sentence(markdownText(description))} [Details](${fileOf(name)}).`),
      table(
        ['Route', 'What it does'],
        routes.map(({ method, path, operation }) => [code(`${method} ${path}`), markdownText(operation.summary ?? '')]),
      ),
    ]),
  ];
}

function routeParts({ method, path, operation }: Route, common: ReadonlySet<string>): readonly string[] {
  const { summary = '', description, security, parameters = [], requestBody, responses = {} } = operation;
  const answers = Object.entries(responses).filter(([status]) => !common.has(status));
  const bodies = Object.entries(requestBody?.content ?? {});
  return [
    `## ${method} ${escapePath(path)}`,
    wrapProse(sentence(markdownText(summary))),
    ...(description === undefined ? [] : [wrapProse(sentence(markdownText(description)))]),
    ...(security?.length === 0 ? ['It needs no token.'] : []),
    ...(parameters.length === 0 ? [] : [parameterTable(parameters)]),
    ...bodies.flatMap(([type, { schema = {}, example }]) => bodyParts(type, schema, example)),
    answerTable(answers),
    ...answers.filter(([status]) => Number(status) < 300).flatMap(([, { content = {} }]) => answerFields(content)),
    ...answers
      .filter(([status]) => Number(status) < 300)
      .flatMap(([status, { content = {} }]) =>
        Object.entries(content).flatMap(([type, { example }]) =>
          example === undefined ? [] : [`An answer with status ${status}:`, ...exampleBlock(type, example)],
        ),
      ),
  ];
}

function bodyParts(type: string, schema: Schema, example: unknown): readonly string[] {
  const hasFields = Object.keys(schema.properties ?? {}).length > 0;
  const what = hasFields ? 'The body is an object with these fields.' : `The body: ${describeSchema(type, schema)}.`;
  return [
    wrapProse(what),
    ...(hasFields ? [fieldTable(schema)] : []),
    ...(example === undefined ? [] : ['An example of a body:', ...exampleBlock(type, example)]),
  ];
}

/** The errors that all routes can end in. */
function commonErrors({ paths }: OpenApi): readonly Answer[] {
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
  const [first = {}] = operations.map(({ responses = {} }) => responses);
  return Object.entries(first).filter(
    ([status]) => Number(status) >= 400 && operations.every(({ responses = {} }) => responses[status] !== undefined),
  );
}

function parameterTable(parameters: readonly Parameter[]): string {
  const rows = parameters.map(({ name, in: place, required, description = '', schema = {} }) => [
    code(name),
    place,
    typeOf(schema),
    required === true ? 'yes' : '',
    markdownText(description),
  ]);
  return filledTable(['Parameter', 'In', 'Type', 'Required', 'Meaning'], rows);
}

function answerTable(answers: readonly Answer[]): string {
  const rows = answers.map(([status, { description = '', content = {} }]) => [
    code(status),
    markdownText(description),
    Object.entries(content)
      .map(([type, { schema = {} }]) => describeSchema(type, schema))
      .join(' or '),
    Object.values(content).map(messageOf).join(' '),
  ]);
  return filledTable(['Status', 'Meaning', 'Answer', 'Message, for example'], rows);
}

/** What the fields of an answer mean that is no record: those that say so. */
function answerFields(content: Content): readonly string[] {
  const rows = Object.values(content).flatMap(({ schema = {} }) => describedFields(schema));
  return rows.length === 0 ? [] : [table(['Field of the answer', 'Type', 'Meaning'], rows)];
}

function describedFields({ properties = {} }: Schema, place = ''): readonly (readonly string[])[] {
  return Object.entries(properties).flatMap(([field, schema]) => {
    const { description } = schema;
    const row = [code(`${place}${field}`), typeOf(schema), markdownText(description ?? '')];
    return [...(description === undefined ? [] : [row]), ...describedFields(schema, `${place}${field}.`)];
  });
}

/** What an example of an error says. */
function messageOf({ example }: Content[string]): string {
  const isError = typeof example === 'object' && example !== null && 'statusCode' in example && 'message' in example;
  return isError ? code(String(example.message).replaceAll(/\s+/g, ' ')) : '';
}

function recordParts({ components }: OpenApi): readonly string[] {
  const names = Object.keys(components.schemas).sort();
  return [
    '# Records of the HTTP API',
    wrapProse(
      'This page lists the fields of the records that the HTTP API takes and answers. A record whose name begins with New is one as it is given: the API sets the fields that it lacks.',
    ),
    ...names.flatMap((name) => {
      const schema = components.schemas[name] ?? {};
      return [
        `## ${name}`,
        ...(schema.description === undefined ? [] : [wrapProse(sentence(markdownText(schema.description)))]),
        fieldTable(schema),
      ];
    }),
  ];
}

function fieldTable({ properties = {}, required = [] }: Schema): string {
  const rows = Object.entries(properties).map(([field, schema]) => [
    code(field),
    typeOf(schema),
    required.includes(field) ? 'yes' : '',
    markdownText(schema.description ?? ''),
  ]);
  return filledTable(['Field', 'Type', 'Required', 'Meaning'], rows);
}

/** What a body or an answer is: a record by its link, or its type. */
function describeSchema(type: string, schema: Schema): string {
  if (!type.includes('json')) return code(type);
  return typeOf(schema);
}

/** `string`, a link to a record, `array of` either. */
function typeOf(schema: Schema): string {
  const name = referredName(schema);
  if (name !== undefined) return `[${name}](${RECORDS}#${name.toLowerCase()})`;
  if (schema.enum !== undefined) return schema.enum.map((value) => code(String(value))).join(', ');
  if (schema.const !== undefined) return code(String(schema.const));
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeOf))].join(' or ');
  if (schema.items !== undefined) return `array of ${typeOf(schema.items)}`;
  const fields = Object.keys(schema.properties ?? {});
  if (fields.length > 0) return `object with ${fields.map(code).join(', ')}`;
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  return types.join(' or ') || 'any';
}

function exampleBlock(type: string, example: unknown): readonly string[] {
  if (example === undefined) return [];
  if (!type.includes('json')) return [block('text', String(example).split('\n'))];
  return [block('json', JSON.stringify(example, null, 2).split('\n'))];
}

/** The description's texts are Markdown, but for `<` and paths in braces, which a page of Vue would take for its own. */
function markdownText(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part, index) => (index % 2 === 1 ? part : plainText(part)))
    .join('')
    .replaceAll(/\s+/g, ' ');
}

function escapePath(path: string): string {
  return path.replaceAll(/[_*]/g, '\\$&');
}

/** `log-in.md` of `Log in` */
function fileOf(name: string): string {
  return `${name.toLowerCase().replaceAll(/\W+/g, '-')}.md`;
}

function layOut(parts: readonly string[]): string {
  return `${[GENERATED, ...parts].join('\n\n')}\n`;
}
