import { parse } from '@cdktf/hcl2json';

/** A variable of a Terraform module. */
export interface Variable {
  readonly name: string;
  readonly description: string;
  /** As Terraform has it: `list(string)`. */
  readonly type: string;
  /** As Terraform has it; undefined where the variable has to be given. */
  readonly byDefault: string | undefined;
  readonly isSensitive: boolean;
}

/** An output of a Terraform module. */
export interface Output {
  readonly name: string;
  readonly description: string;
}

/** Variables of a module that belong together. */
export interface VariableSection {
  /** The comment before them; undefined where there is none. */
  readonly title: string | undefined;
  readonly variables: readonly Variable[];
}

/** What references say of a Terraform module. */
export interface TerraformModule {
  readonly sections: readonly VariableSection[];
  readonly outputs: readonly Output[];
  /** The constraints on the versions of Terraform and of the AWS provider. */
  readonly terraformVersion: string;
  readonly awsVersion: string;
}

/** A block of Terraform's as the parser has it: expressions are `${…}`. */
type Block = { readonly [argument: string]: unknown };

/** Blocks of a file by their names. */
type Blocks = { readonly [name: string]: readonly [Block] };

interface ParsedFile {
  readonly variable?: Blocks;
  readonly output?: Blocks;
  readonly terraform?: readonly [
    { readonly required_version: string; readonly required_providers: readonly [{ aws: { version: string } }] },
  ];
}

/** Files of which the variables and outputs come first. */
const FIRST = ['variables.tf', 'outputs.tf'];

/**
 * Reads a module.
 * @param files the module's own files, by their names: what is in files that are links is in the reference of the other module
 */
export async function readTerraformModule(files: ReadonlyMap<string, string>): Promise<TerraformModule> {
  const rest = [...files.keys()].filter((name) => !FIRST.includes(name)).sort();
  const names = [...FIRST.filter((name) => files.has(name)), ...rest];
  const sections: VariableSection[] = [];
  const outputs: Output[] = [];
  let [terraformVersion, awsVersion] = ['', ''];
  for (const name of names) {
    const text = files.get(name) ?? '';
    const file = (await parse(name, text)) as ParsedFile;
    sections.push(...sectionsOf(text, file.variable ?? {}));
    outputs.push(...outputsOf(text, file.output ?? {}));
    const [settings] = file.terraform ?? [];
    terraformVersion ||= settings?.required_version ?? '';
    awsVersion ||= settings?.required_providers[0].aws.version ?? '';
  }
  return { sections, outputs, terraformVersion, awsVersion };
}

/** The parser sorts blocks by their names; here they are in the order of the file, under its headings: a comment of one line. */
function sectionsOf(text: string, blocks: Blocks): readonly VariableSection[] {
  const sections: { title: string | undefined; variables: Variable[] }[] = [];
  for (const [, title, name = ''] of text.matchAll(/(?<=^|\n\n)# (.+)(?=\n\nvariable)|(?<=^|\n)variable "(\w+)"/g)) {
    if (title !== undefined || sections.length === 0) sections.push({ title, variables: [] });
    const [block] = blocks[name] ?? [];
    if (block !== undefined) sections.at(-1)?.variables.push(variableOf(name, block));
  }
  return sections;
}

function variableOf(name: string, { description, type, default: byDefault, sensitive }: Block): Variable {
  return {
    name,
    description: String(description ?? ''),
    type: String(type ?? 'any')
      .replace(/^\$\{(.*)\}$/s, '$1')
      .replaceAll(/\n\s*\}/g, ' }')
      .replaceAll(/\{\n\s*/g, '{ ')
      .replaceAll(/\n\s*/g, ', ')
      .replaceAll(/ +/g, ' '),
    byDefault: byDefault === undefined ? undefined : formatValue(byDefault),
    isSensitive: sensitive === true,
  };
}

function outputsOf(text: string, blocks: Blocks): readonly Output[] {
  return [...text.matchAll(/^output "(\w+)"/gm)].map(([, name = '']) => ({
    name,
    description: String(blocks[name]?.[0]['description'] ?? ''),
  }));
}

/** A value as Terraform writes it: `{ rate_limit = 100 }`. */
function formatValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(formatValue).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, of]) => `${key} = ${formatValue(of)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}
