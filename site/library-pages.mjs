import { ReflectionKind } from 'typedoc';
import { MarkdownPageEvent, MarkdownRendererEvent, ModuleRouter } from 'typedoc-plugin-markdown';

/**
 * How typedoc cuts the library's reference into pages: one for each package, and one for each door, which is what an
 * import names: `@cumulus/dynamodb/backup` is on `dynamodb/backup.md`.
 *
 * @param {import('typedoc-plugin-markdown').MarkdownApplication} app
 */
export function load(app) {
  app.renderer.defineRouter('doors', DoorRouter);
  app.renderer.on(MarkdownRendererEvent.BEGIN, ({ project }) => {
    for (const door of project.getReflectionsByKind(ReflectionKind.Module)) door.name = importName(door);
  });
  app.renderer.on(MarkdownPageEvent.END, (page) => {
    page.contents = page.contents.replace(/ \{#([\w-]+)\}$/gm, ' {:#$1}');
  });
}

class DoorRouter extends ModuleRouter {
  /** @param {import('typedoc').Reflection} reflection */
  getIdealBaseName(reflection) {
    switch (reflection.kind) {
      case ReflectionKind.Module: {
        const name = importName(reflection).replace('@cumulus/', '');
        if (isPackage(reflection)) return `${name}/index`;
        // The door without a name of its own stands beside the others.
        return name.includes('/') ? name : `${name}/${name}`;
      }
      case ReflectionKind.Namespace:
        return `${this.getIdealBaseName(reflection.parent)}.${reflection.name}`;
      default:
        return super.getIdealBaseName(reflection);
    }
  }
}

/** @param {import('typedoc').Reflection} module */
function importName({ name, parent }) {
  if (name.startsWith('@')) return name;
  return name === '' ? parent.name : `${parent.name}/${name}`;
}

/** @param {import('typedoc').Reflection} module */
function isPackage({ parent }) {
  return parent.kind === ReflectionKind.Project;
}
