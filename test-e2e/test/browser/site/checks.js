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
      [...svg.querySelectorAll('text, foreignObject span, foreignObject div')]
        .filter((element) => [...element.childNodes].some(({ nodeType, data }) => nodeType === 3 && data.trim() !== ''))
        .map((element) => ({ text: element.textContent.trim(), ratio: contrast(textColor(element), behind(element)) }))
        .filter(({ ratio }) => ratio < 4.5)
        .map(({ text, ratio }) => `${text}: ${ratio.toFixed(1)}`),
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

function textColor(element) {
  const { fill, color } = getComputedStyle(element);
  return parseColor(element instanceof SVGElement ? fill : color);
}

/** The color under an element: of the topmost shape or background that covers its middle, else the page's. */
function behind(element) {
  const { left, top, width, height } = element.getBoundingClientRect();
  element.scrollIntoView({ block: 'center' });
  const box = width === 0 ? { left, top } : element.getBoundingClientRect();
  const stack = document.elementsFromPoint(box.left + width / 2, box.top + height / 2);
  for (const each of stack) {
    if (each === element || element.contains(each)) continue;
    const { fill, backgroundColor } = getComputedStyle(each);
    const isShape = each instanceof SVGGeometryElement;
    const color = parseColor(isShape ? fill : backgroundColor);
    if (color !== undefined && color[3] > 0.5) return color;
  }
  return parseColor(getComputedStyle(document.body).backgroundColor);
}

function parseColor(text) {
  const parts = /^rgba?\(([^)]+)\)$/
    .exec(text)?.[1]
    .split(/[\s,/]+/)
    .map(Number);
  return parts === undefined ? undefined : [parts[0], parts[1], parts[2], parts[3] ?? 1];
}

function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance([red, green, blue]) {
  const [r, g, b] = [red, green, blue].map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
