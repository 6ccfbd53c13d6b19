/** What the tests ask about the page of protection that is open. Runs in the browser. */
globalThis.pageChecks = {
  /** By how many pixels the page is wider than its window. */
  excessWidth() {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  },

  paleTexts() {
    return globalThis.paleTexts(document.querySelectorAll('body *:not(title):not(desc)'));
  },

  /** Where the bars and marks of a table's strip are, in percent of its width. */
  places(place) {
    const strip = document.querySelector(`svg[aria-labelledby^='strip-${place} ']`);
    const { left, width } = strip.getBoundingClientRect();
    const padding = Number.parseFloat(getComputedStyle(strip).paddingLeft);
    const percent = (x) => (100 * (x - left - padding)) / (width - 2 * padding);
    const barsOf = (kind) =>
      [...strip.querySelectorAll(`rect.${kind}`)].map((bar) => {
        const box = bar.getBoundingClientRect();
        return [percent(box.left), percent(box.right)];
      });
    const [bars, archivedBars] = [barsOf('window'), barsOf('archived')];
    const marks = [...strip.querySelectorAll('g > use')].map((mark) => {
      const box = mark.getBoundingClientRect();
      return [mark.getAttribute('class'), percent((box.left + box.right) / 2)];
    });
    return { bars, archivedBars, marks };
  },

  /** Marks of which a part is outside the window, so that it cannot be seen. */
  hiddenMarks() {
    return [...document.querySelectorAll('svg.strip use:not(.grid)')].filter((mark) => {
      const { left, right } = mark.getBoundingClientRect();
      return left < 0 || right > innerWidth;
    }).length;
  },

  /** The words of the axis that others cover. */
  overlappingTicks() {
    return [...document.querySelectorAll('svg.axis')].flatMap((axis) => {
      const shown = [...axis.querySelectorAll('text.time')].filter((text) => text.getBoundingClientRect().width > 0);
      const boxes = shown.map((text) => ({ text: text.textContent, box: text.getBoundingClientRect() }));
      const sorted = boxes.sort((one, other) => one.box.left - other.box.left);
      return sorted.filter(({ box }, at) => at > 0 && box.left < sorted[at - 1].box.right + 2).map(({ text }) => text);
    });
  },
};
