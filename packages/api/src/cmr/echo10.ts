/** The first element that a path of names leads to. */
export function elementAt(parent: Document | Element, ...path: readonly string[]): Element | undefined {
  let found: Document | Element | undefined = parent;
  for (const name of path) found = childrenOf(found, name)[0];
  return found === parent ? undefined : (found as Element | undefined);
}

/** The elements of a name right under another, whatever their namespace. */
export function childrenOf(parent: Document | Element | undefined, name?: string): readonly Element[] {
  return Array.from(parent?.childNodes ?? []).filter((node): node is Element => {
    const isElement = node.nodeType === 1;
    return isElement && (name === undefined || ((node as Element).localName ?? node.nodeName) === name);
  });
}

/** The text of an element, without spaces around it; undefined where it is empty or not there. */
export function textOfElement(element: Element | undefined): string | undefined {
  return element?.textContent?.trim() || undefined;
}
