/** What the tests of the site ask about the page that is open. Runs in the browser. */
globalThis.siteChecks = {
  /** Whether the page's scripts run, and its diagrams are drawn. */
  isReady() {
    return (
      document.querySelector('#app')?.__vue_app__ !== undefined &&
      document.querySelector('pre.mermaid-diagram') === null
    );
  },

  content() {
    const links = [...document.querySelectorAll('a[href]')].map(({ href }) => href);
    const headings = [...document.querySelectorAll('.vp-doc :is(h1, h2, h3, h4)')];
    const blocks = [...document.querySelectorAll(".vp-doc div[class*='language-']")];
    return {
      hrefs: [...new Set(links)].filter((href) => href.startsWith(`${location.origin}/`)),
      ids: [...document.querySelectorAll('[id]')].map(({ id }) => id),
      headings: headings.map((heading) => `${'#'.repeat(heading.tagName[1])} ${textOf(heading)}`),
      diagrams: document.querySelectorAll('.mermaid-diagram svg').length,
      blocksWithoutCopyButton: blocks.filter((block) => block.querySelector('button.copy') === null).length,
    };
  },

  /** What reaches beyond the window, if that lets the page scroll sideways. */
  wideElements() {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const wide = [...document.querySelectorAll('body *')].filter(
      (element) => element.getBoundingClientRect().right > clientWidth + 1 && !hasScroller(element),
    );
    return [
      `${scrollWidth - clientWidth} pixels too wide`,
      ...wide
        .slice(-5)
        .map(({ tagName, className, textContent }) => `${tagName} ${className} ${textContent.trim().slice(0, 60)}`),
    ];
  },

  /** Texts of diagrams whose contrast with what is behind them is under 4.5, which is what WCAG AA asks for. */
  paleTexts() {
    return [...document.querySelectorAll('.mermaid-diagram svg')].flatMap((svg) =>
      globalThis.paleTexts(svg.querySelectorAll('text, foreignObject span, foreignObject div')),
    );
  },
};

/** A heading's text, without the link to itself. */
function textOf(heading) {
  const copy = heading.cloneNode(true);
  copy.querySelector('.header-anchor')?.remove();
  return copy.textContent.trim();
}

function hasScroller(element) {
  for (let parent = element; parent !== document.body; parent = parent.parentElement) {
    if (['auto', 'scroll', 'hidden'].includes(getComputedStyle(parent).overflowX)) return true;
  }
  return false;
}
