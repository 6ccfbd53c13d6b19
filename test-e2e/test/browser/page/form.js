// Forms out of the JSON Schemas that the API has for its records, by the rules of NASA's dashboards: a field for each property that
// is not `readonly`, nested objects by their paths, `title` for a label, a choice for `enum`; fields of other kinds are left out.

/** The fields of a form: {path, label, required, type, options}. */
export function fieldsOf(schema, path = []) {
  return Object.entries(schema.properties).flatMap(([name, property]) => {
    const here = [...path, name];
    if (property.type === 'object' && property.properties !== undefined) return fieldsOf(property, here);
    const type = property.enum === undefined ? property.type : 'enum';
    if (property.readonly || !['enum', 'array', 'string', 'integer', 'number'].includes(type)) return [];
    const required = schema.required?.includes(name) ?? false;
    return [{ path: here.join('.'), label: property.title ?? name, required, type, options: property.enum }];
  });
}

/** A form that is filled with a record's values; `submit` gets the record with what was typed. */
export function formOf(schema, record, submit) {
  const form = document.createElement('form');
  const fields = fieldsOf(schema).map((field) => ({ ...field, input: inputOf(field, valueAt(record, field.path)) }));
  for (const { label, input } of fields) {
    const line = document.createElement('label');
    line.append(label, input);
    form.append(line);
  }
  form.append(buttonOf('Submit'));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const typed = structuredClone(record);
    // An empty field that need not be filled in is not sent.
    for (const field of fields) if (field.input.value !== '') setAt(typed, field.path, typedIn(field));
    submit(withoutReadOnly(typed, schema));
  });
  return form;
}

/** A form with the whole record as JSON, as collections have it, whose files no fields can show. */
export function textFormOf(schema, record, submit) {
  const form = document.createElement('form');
  const text = document.createElement('textarea');
  text.name = 'json';
  text.value = JSON.stringify(schema === undefined ? record : withoutReadOnly(record, schema), null, 2);
  form.append(text, buttonOf('Submit'));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    submit(JSON.parse(text.value));
  });
  return form;
}

function inputOf({ path, type, options, required }, value) {
  const input = document.createElement(type === 'enum' ? 'select' : 'input');
  if (type === 'enum') for (const option of ['', ...options]) input.append(new Option(option, option));
  if (type === 'number' || type === 'integer') input.type = 'number';
  input.name = path;
  input.required = required;
  input.value = value ?? '';
  return input;
}

function buttonOf(words) {
  const button = document.createElement('button');
  button.textContent = words;
  return button;
}

function typedIn({ type, input }) {
  if (type === 'number' || type === 'integer') return Number(input.value);
  return type === 'array' ? input.value.split(',') : input.value;
}

/** The record without the fields that the schema calls read-only, and those that lists add. */
function withoutReadOnly(record, schema) {
  const { timestamp: _time, stats: _stats, ...others } = record;
  return Object.fromEntries(Object.entries(others).filter(([name]) => !schema.properties[name]?.readonly));
}

function valueAt(record, path) {
  return path.split('.').reduce((value, name) => value?.[name], record);
}

function setAt(record, path, value) {
  const names = path.split('.');
  const last = names.pop();
  let inner = record;
  for (const name of names) {
    inner[name] ??= {};
    inner = inner[name];
  }
  inner[last] = value;
}
