type Path = readonly string[];

/**
 * The fields of a record that are asked for, by paths such as `rule.type`, as far as it has them; of a list, those of each member.
 * `*` stands for any characters of a step, as it did for Elasticsearch.
 */
export function pick(record: object, fields: readonly string[]): object {
  const paths = fields.map((field) => field.split('.'));
  return (partOf(record, paths) as object | undefined) ?? {};
}

/** The part of a value that these paths lead to; undefined for none. */
function partOf(value: unknown, paths: readonly Path[]): unknown {
  if (paths.some((path) => path.length === 0)) return value;
  if (Array.isArray(value)) {
    const members = value.map((member) => partOf(member, paths)).filter((member) => member !== undefined);
    return members.length === 0 ? undefined : members;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  // In the order of the paths.
  const names = new Set(paths.flatMap(([step = '']) => namesLike(value, step)));
  const picked: Record<string, unknown> = {};
  for (const name of names) {
    const inner = paths.filter(([step = '']) => namesLike(value, step).includes(name)).map(([, ...rest]) => rest);
    const part = partOf((value as Record<string, unknown>)[name], inner);
    if (part === undefined) continue;
    // A field may be called __proto__.
    Object.defineProperty(picked, name, { value: part, enumerable: true, configurable: true, writable: true });
  }
  return Object.keys(picked).length === 0 ? undefined : picked;
}

function namesLike(value: object, step: string): readonly string[] {
  if (!step.includes('*')) return Object.hasOwn(value, step) ? [step] : [];
  const [first = '', ...others] = step.split('*');
  const last = others.pop() ?? '';
  return Object.keys(value).filter((name) => {
    if (!name.startsWith(first) || !name.endsWith(last)) return false;
    let at = first.length;
    for (const part of others) {
      const found = name.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= name.length - last.length;
  });
}
