/**
 * Those of some elements with a text of their own whose contrast with what is behind them is under 4.5, which is what WCAG AA asks for. Runs in
 * the browser.
 */
globalThis.paleTexts = (elements) =>
  [...elements]
    .filter((element) => [...element.childNodes].some(({ nodeType, data }) => nodeType === 3 && data.trim() !== ''))
    .map((element) => ({ text: element.textContent.trim(), ratio: contrast(textColor(element), behind(element)) }))
    .filter(({ ratio }) => ratio < 4.5)
    .map(({ text, ratio }) => `${text}: ${ratio.toFixed(1)}`);

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
    const isShape = each instanceof SVGGeometryElement || each instanceof SVGUseElement;
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
