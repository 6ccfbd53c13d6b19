import type { OpenApiDocument } from './html-page.ts';
import type { Schema } from './schemas.ts';

type Operation = OpenApiDocument['paths'][string][string];
export function withExamples(_path: string, _method: string, operation: Operation, _schemas: { readonly [name: string]: Schema }): Operation {
  return operation;
}
