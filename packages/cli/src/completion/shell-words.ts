/** The words of a command line as bash splits them, at colons and equals signs too, put together again. */
export function joinWords(words: readonly string[]): readonly string[] {
  const joined: string[] = [];
  let isOpen = false;
  for (const word of words) {
    const isSign = /^[:=]+$/.test(word);
    if ((isSign || isOpen) && joined.length > 0) joined.push(`${joined.pop()}${word}`);
    else joined.push(word);
    isOpen = isSign;
  }
  return joined;
}

/** What a shell leaves in its place when it puts a candidate into the line: of bash all up to the last sign at which it splits. */
export function typedBefore(shell: string, word: string): string {
  if (shell === 'bash') return word.slice(0, Math.max(word.lastIndexOf('='), word.lastIndexOf(':')) + 1);
  return shell === 'zsh' ? (/^--[^=]*=/.exec(word)?.[0] ?? '') : '';
}
