import type { Finding } from '@cumulus/dynamodb/protection';
import { html, type Markup } from './markup.ts';
import { badge } from './verdict.ts';

/** Reasons for a verdict, each with the command that mends it. */
export function findingsList(findings: readonly Finding[]): Markup | undefined {
  if (findings.length === 0) return undefined;
  // Failures first.
  const sorted = [...findings].sort(
    (one, other) => Number(one.level === 'warning') - Number(other.level === 'warning'),
  );
  return html`<ul class="findings">${sorted.map(findingItem)}</ul>`;
}

function findingItem({ code, level, message, fix }: Finding): Markup {
  return html`<li>${level === 'failure' ? badge('bad', 'failure') : badge('warning', 'warning')} ${message} <code class="code">${code}</code>${
    fix === undefined ? undefined : html`<pre class="fix"><code>${fix}</code></pre>`
  }</li>`;
}
