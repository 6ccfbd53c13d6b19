/** Reports addresses of other sites that are no addresses. A remark plugin. */
export default function wellFormedLinks() {
  return (tree, file) => {
    for (const { url, position } of nodesOf(tree)) {
      if (url === undefined || !/^[a-z][\w+.-]*:/i.test(url)) continue;
      const { protocol, hostname } = URL.canParse(url) ? new URL(url) : {};
      const isWeb = protocol === 'https:' || protocol === 'http:';
      if (protocol === 'mailto:' || (isWeb && /^[\w.-]+$/.test(hostname))) continue;
      file.message(`${url} is no address`, { place: position });
    }
  };
}

/** @returns {Generator<{ url?: string, position?: object, children?: object[] }>} */
function* nodesOf(node) {
  yield node;
  for (const child of node.children ?? []) yield* nodesOf(child);
}
