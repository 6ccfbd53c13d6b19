import { html } from '../markup.ts';

/**
 * The marks of the timeline, around their middle: `NAME-1` for one time, `NAME-n` for several, which has room for their number. The
 * kinds differ in shape, so that nobody needs their colours.
 */
export const SHAPES = html`<g id="proved-1"><circle r="7"/><path class="sign" d="M-3.3.3-.9 2.7 3.5-2.4"/></g>
<g id="proved-n"><circle r="9.5"/></g>
<g id="backup-1"><circle r="6"/></g>
<g id="backup-n"><circle r="9.5"/></g>
<g id="on-demand-1"><path d="M0-7.5 7.5 0 0 7.5-7.5 0z"/></g>
<g id="on-demand-n"><path d="M0-10.5 10.5 0 0 10.5-10.5 0z"/></g>
<g id="export-1"><rect x="-5.5" y="-5.5" width="11" height="11"/></g>
<g id="export-n"><rect x="-9" y="-8.5" width="18" height="17"/></g>
<g id="archive-1"><path d="M0-7 7 6H-7z"/></g>
<g id="archive-n"><path d="M0-11 11 9H-11z"/></g>`;
