import address from '@mermaid-js/tiny/dist/mermaid.tiny.js?url';

/** What is used of https://mermaid.js.org/config/setup/mermaid/interfaces/Mermaid.html. */
interface Mermaid {
  initialize(config: Readonly<Record<string, unknown>>): void;
  render(id: string, text: string): Promise<{ readonly svg: string }>;
}

declare global {
  var mermaid: Mermaid;
}

let loading: Promise<Mermaid> | undefined;

/**
 * Loads Mermaid once, on the first page that has a diagram. Its small build is a script that sets a global, not a
 * module: it has every diagram but mindmaps and architecture diagrams, and a fortieth of the installed size.
 */
export function loadMermaid(): Promise<Mermaid> {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = address;
    script.onload = () => resolve(globalThis.mermaid);
    script.onerror = () => reject(new Error(`${address} cannot be loaded`));
    document.head.append(script);
  });
  return loading;
}
