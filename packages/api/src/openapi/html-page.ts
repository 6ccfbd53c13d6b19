import { html, raw } from 'hono/html';
import type { Content, OpenApiDocument, Operation, Parameter } from '../http/openapi.ts';

/** The style of the plain list. */
export const PLAIN_STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
code, pre { font: 14px/1.4 ui-monospace, monospace; background: #f3f3f3; } pre { padding: .5rem; overflow: auto; }
summary { cursor: pointer; padding: .2rem 0; } b { display: inline-block; min-width: 4.5rem; }
td, th { text-align: left; vertical-align: top; padding: .2rem 1rem .2rem 0; }
@media (prefers-color-scheme: dark) { body { background: #111; color: #ddd; } code, pre { background: #222; } a { color: #9cf; } }
`;

/** A page of one piece, which loads nothing and runs no script. @param up from its folder to that of `openapi.json` */
export function plainPage(document: OpenApiDocument, up: string): string {
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${document.info.title}</title><style>${raw(PLAIN_STYLE)}</style></head>
<body>
${listInHtml(document, up)}
</body>
</html>`.toString();
}

/** All routes and records, as a list. */
export function listInHtml({ info, paths, components }: OpenApiDocument, up: string) {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  return html`<h1>${info.title} ${info.version}</h1>
${(info.description ?? '').split('\n\n').map((paragraph) => html`<p>${paragraph}</p>`)}
<p>For programs: <a href="${up}openapi.json">openapi.json</a>. All routes are at the root and under <code>/v1</code>.</p>
<h2>Routes</h2>
${operations.map(({ path, method, operation }) => ofOperation(path, method, operation))}
<h2>Records</h2>
${Object.entries(components.schemas).map(
  ([name, schema]) =>
    html`<details id="${name}"><summary>${name}</summary><pre>${JSON.stringify(schema, null, 2)}</pre></details>`,
)}`;
}

function ofOperation(path: string, method: string, operation: Operation) {
  const { summary = '', description, parameters = [], requestBody, responses, security } = operation;
  return html`<details>
<summary><b>${method.toUpperCase()}</b> <code>${path}</code> ${summary}</summary>
${description === undefined ? '' : html`<p>${description}</p>`}
${security?.length === 0 ? html`<p>It needs no login.</p>` : ''}
${parameters.length === 0 ? '' : html`<table><tr><th>parameter</th><th></th></tr>${parameters.map(ofParameter)}</table>`}
${requestBody?.content === undefined ? '' : html`<p>It takes ${ofContent(requestBody.content)}.</p>`}
<table><tr><th>answer</th><th></th><th></th></tr>${Object.entries(responses).map(
    ([status, answer]) =>
      html`<tr><td>${status}</td><td>${answer.description ?? ''}</td><td>${answer.content === undefined ? '' : ofContent(answer.content)}</td></tr>`,
  )}</table>
</details>`;
}

function ofParameter({ name, description = '', required }: Parameter) {
  return html`<tr><td><code>${name}</code>${required === true ? ' (required)' : ''}</td><td>${description}</td></tr>`;
}

function ofContent(content: Content) {
  return Object.entries(content).map(([type, { schema }]) => {
    const name = typeof schema?.['$ref'] === 'string' ? schema['$ref'].split('/').at(-1) : undefined;
    if (name !== undefined) return html`<a href="#${name}">${name}</a>`;
    return type === 'application/json' ? html`<code>${JSON.stringify(schema)}</code>` : html`${type}`;
  });
}
