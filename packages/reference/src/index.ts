export { commandPages } from './commands/command-pages.ts';
export { type CommandLine, describeCommandLine } from './commands/described-commands.ts';
export { httpApiPages } from './http-api/http-api-pages.ts';
export type { OpenApi } from './http-api/open-api.ts';
export { manPages } from './man-pages/man-pages.ts';
export { readTerraformModule, type TerraformModule } from './terraform/terraform-module.ts';
export { type NamedModule, terraformPage, withTerraformTables } from './terraform/terraform-pages.ts';
