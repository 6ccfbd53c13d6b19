import { readFileSync } from 'node:fs';
import { TextlintKernelDescriptor } from '@textlint/kernel';
import { moduleInterop } from '@textlint/module-interop';
import markdown from '@textlint/textlint-plugin-markdown';
import pattern from '@textlint-rule/textlint-rule-pattern';
import { main as markdownlint } from 'markdownlint-cli2';
import { createLinter } from 'textlint';
import { sentenceLength } from './sentence-length.mjs';
import { MARKDOWN_PATTERNS } from './words.mjs';

/** The most words of a sentence; aim under 20. */
const MAX_WORDS = 30;

const textlint = createLinter({
  descriptor: new TextlintKernelDescriptor({
    plugins: [{ pluginId: 'markdown', plugin: moduleInterop(markdown), options: {} }],
    filterRules: [],
    rules: [
      { ruleId: 'sentence', rule: sentenceLength, options: { max: MAX_WORDS } },
      {
        ruleId: 'words',
        rule: moduleInterop(pattern),
        options: {
          patterns: MARKDOWN_PATTERNS.map(({ pattern: words, instead }) => ({
            pattern: `/${words}/i`,
            message: instead,
          })),
        },
      },
    ],
  }),
});

/**
 * Checks pages: their words and the length of their sentences by textlint, their form by markdownlint.
 * @param files their paths
 * @returns a line for each problem
 */
export async function checkMarkdown(files) {
  // textlint takes no files at all for a mistake.
  return files.length === 0 ? [] : [...(await checkProse(files)), ...(await checkForm(files))];
}

async function checkProse(files) {
  const results = await textlint.lintFiles([...files]);
  return results.flatMap(({ filePath, messages }) => {
    const text = readFileSync(filePath, 'utf8');
    const file = files.find((name) => filePath.endsWith(name)) ?? filePath;
    return messages.map(({ ruleId, line, range, message }) =>
      ruleId === 'words'
        ? `${file}:${line} "${text.slice(...range).replaceAll(/\s+/g, ' ')}": write ${message}`
        : `${file}:${line} ${message}`,
    );
  });
}

/** `.markdownlint-cli2.jsonc` has the rules. */
async function checkForm(files) {
  const problems = [];
  await markdownlint({
    argv: files.map((file) => `:${file}`),
    logMessage: () => undefined,
    logError: (line) => problems.push(line),
  });
  return problems;
}
