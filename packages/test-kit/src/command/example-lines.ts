/**
 * The command lines among a command's examples: of each the words after `cumulus-api`, as a shell would pass them on.
 * Comments are left out, and variables that an example sets are filled in.
 */
export function exampleLines(examples: readonly string[]): readonly (readonly string[])[] {
  const variables = new Map<string, string>(
    examples.flatMap((line) => {
      const [, name, value = ''] = VARIABLE.exec(line) ?? [];
      return name === undefined ? [] : [[`$${name}`, value] as const];
    }),
  );
  const lines = examples.filter((line) => !line.startsWith('# ') && !VARIABLE.test(line));
  return lines.map((line) => wordsOf(line).map((word) => variables.get(word) ?? word));
}

const VARIABLE = /^([A-Z]+)=(\S+)$/;

function wordsOf(line: string): readonly string[] {
  const [, commandLine = ''] = /(?:^|\| )cumulus-api (.*?)(?: < \S+)?$/.exec(line) ?? [];
  const words = commandLine.match(/"[^"]*"|[^\s"]+/g) ?? [];
  return words.map((word) => word.replace(/^"(.*)"$/, '$1'));
}
