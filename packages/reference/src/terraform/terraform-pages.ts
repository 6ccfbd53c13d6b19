import { code, GENERATED, table, wrapProse } from '../markdown/markdown.ts';
import type { Output, TerraformModule, Variable, VariableSection } from './terraform-module.ts';

/** A module with what its page says besides. */
export interface NamedModule {
  /** The folder in tf-modules: `data-persistence`. */
  readonly name: string;
  readonly module: TerraformModule;
}

/** Puts the tables of a module's variables and outputs between the markers of its README. */
export function withTerraformTables(readme: string, { sections, outputs }: TerraformModule): string {
  const withInputs = between(
    readme,
    'inputs',
    sections.flatMap((section) => sectionParts(section, '###')),
  );
  return outputs.length === 0 ? withInputs : between(withInputs, 'outputs', [outputTable(outputs)]);
}

/** The page of all modules: docs/reference/terraform-modules.md. */
export function terraformPage(modules: readonly NamedModule[]): string {
  const parts = modules.flatMap(({ name, module }) => [
    `## ${name}`,
    wrapProse(
      `Terraform ${code(module.terraformVersion)}, AWS provider ${code(module.awsVersion)}. [The module's README](../../tf-modules/${name}/README.md) shows how it is used.`,
    ),
    `### Inputs of ${name}`,
    ...module.sections.flatMap((section) => sectionParts(section, '####')),
    ...(module.outputs.length === 0 ? [] : [`### Outputs of ${name}`, outputTable(module.outputs)]),
  ]);
  const head = [
    GENERATED,
    '# Terraform modules',
    wrapProse(
      'This page lists the variables and outputs of each Terraform module. [Deploy](../how-to/deploy.md) shows how to use them, step by step. `data-persistence-aws5` has all variables and outputs of `data-persistence`, and those that are listed here.',
    ),
  ];
  return `${[...head, ...parts].join('\n\n')}\n`;
}

function sectionParts({ title, variables }: VariableSection, level: string): readonly string[] {
  return [...(title === undefined ? [] : [`${level} ${title}`]), variableTable(variables)];
}

function variableTable(variables: readonly Variable[]): string {
  return table(
    ['Name', 'Description', 'Type', 'Default', 'Required'],
    variables.map(({ name, description, type, byDefault, isSensitive }) => [
      ...[name, isSensitive ? `${description} Terraform does not show it.` : description, code(type)],
      ...(byDefault === undefined ? ['n/a', 'yes'] : [code(byDefault), 'no']),
    ]),
  );
}

function outputTable(outputs: readonly Output[]): string {
  return table(
    ['Name', 'Description'],
    outputs.map(({ name, description }) => [name, description]),
  );
}

/** @throws Error without the markers */
function between(readme: string, what: string, parts: readonly string[]): string {
  const [begin, end] = [`<!-- ${what}: made by "npm run reference" -->`, `<!-- /${what} -->`];
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`A README has no lines "${begin}" and "${end}".`);
  return `${readme.slice(0, from)}${[begin, ...parts, end].join('\n\n')}${readme.slice(to + end.length)}`;
}
