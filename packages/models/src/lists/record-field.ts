/**
 * A field by which lists of records are narrowed and sorted: `status`, and in nested ones a path, `files.bucket`. `timestamp` stands for
 * `updatedAt` where records have no field of that name.
 */
export type RecordField<R> = PathIn<R> | 'timestamp';

/** How a value of a field is given: one of those that it can have; numbers and booleans as texts. */
export type FieldText<R, Field> = Field extends 'timestamp' ? `${number}` : TextOf<ValueAt<R, Field>>;

/** Paths are followed this deep, each level by the next. What lies deeper can be any text. */
type Deeper = [never, 0, 1, 2];

type PathIn<T, Depth extends 0 | 1 | 2 | 3 = 3> = Depth extends 0
  ? string
  : T extends readonly (infer Member)[]
    ? PathIn<Member, Depth>
    : T extends object
      ? { [K in keyof T & string]: K | `${K}.${PathIn<NonNullable<T[K]>, Deeper[Depth]>}` }[keyof T & string]
      : unknown extends T
        ? string
        : never;

type ValueAt<T, Field> = T extends readonly (infer Member)[]
  ? ValueAt<Member, Field>
  : Field extends keyof T
    ? T[Field]
    : Field extends `${infer First}.${infer Rest}`
      ? First extends keyof T
        ? ValueAt<NonNullable<T[First]>, Rest>
        : never
      : never;

type TextOf<V> = unknown extends V
  ? string
  : V extends readonly (infer Member)[]
    ? TextOf<Member>
    : V extends string
      ? V
      : V extends number | bigint
        ? `${number}`
        : V extends boolean
          ? `${V}`
          : never;
