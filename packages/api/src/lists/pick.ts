/** The fields of a record that are asked for, by paths such as `rule.type`, as far as it has them. */
export function pick(record: object, fields: readonly string[]): object {
  const picked: Record<string, unknown> = {};
  for (const field of fields) {
    const steps = field.split('.');
    const value = valueAt(record, steps);
    if (value !== undefined) put(picked, steps, value);
  }
  return picked;
}

function valueAt(value: unknown, [step, ...rest]: readonly string[]): unknown {
  if (step === undefined) return value;
  if (Array.isArray(value)) return value.map((member) => valueAt(member, [step, ...rest]));
  const isThere = typeof value === 'object' && value !== null && Object.hasOwn(value, step);
  return isThere ? valueAt((value as Record<string, unknown>)[step], rest) : undefined;
}

function put(target: Record<string, unknown>, [step = '', ...rest]: readonly string[], value: unknown): void {
  const define = (member: unknown): void => {
    Object.defineProperty(target, step, { value: member, enumerable: true, configurable: true, writable: true });
  };
  if (rest.length === 0) {
    define(value);
    return;
  }
  const inner = Object.hasOwn(target, step) ? target[step] : undefined;
  const object = typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : {};
  define(object);
  put(object, rest, value);
}
