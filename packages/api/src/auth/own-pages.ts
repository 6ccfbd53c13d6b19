/** The path of the page that a browser logs in for. */
export const PROTECTION_PAGE = '/protection';

/**
 * The addresses of this API's own pages, to which a login may return: these alone, and nothing else of the same origin.
 * @param address the API's own, without a slash at its end; undefined where it is not known
 */
export function ownPages(address: string | undefined): readonly string[] {
  return address === undefined ? [] : ['', '/v1'].map((root) => `${address}${root}${PROTECTION_PAGE}`);
}

/** Whether a path is of the page. */
export function isProtectionPage(path: string): boolean {
  return path.replace(/^\/v1(?=\/)/, '').replace(/\/$/, '') === PROTECTION_PAGE;
}
