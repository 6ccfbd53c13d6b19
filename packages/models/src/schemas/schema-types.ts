import type * as z from 'zod';

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** What the model sets by itself, so that a new record need not have it. */
type KeptByModel = 'createdAt' | 'updatedAt';

/** A record as its table holds it, with all defaults filled in. */
export type RecordOf<Schema extends z.ZodObject> = DeepReadonly<z.output<Schema>>;

/** A record as it is given to be written: without defaults, and without what the model keeps by itself. */
export type NewRecordOf<Schema extends z.ZodObject> = DeepReadonly<
  Omit<z.input<Schema>, KeptByModel> & Partial<Pick<z.input<Schema>, Extract<keyof z.input<Schema>, KeptByModel>>>
>;
