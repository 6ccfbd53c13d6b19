// The login and the requests, as NASA's dashboards have them: the token is kept for the origin, sent with every request, and
// dropped when the API no longer takes it.

const KEY = 'auth-token';
const { api } = await (await fetch('config.json')).json();

/** Where a browser logs in; it comes back to the page that is open now, with a token in the query of its hash. */
export function loginAddress() {
  return `${api}/token?state=${encodeURIComponent(window.location.href)}`;
}

export function isLoggedIn() {
  return localStorage.getItem(KEY) !== null;
}

export function keepToken(token) {
  localStorage.setItem(KEY, token);
}

/** @throws Error with the API's message */
export async function ask(method, path, body, headers = {}) {
  const answer = await fetch(`${api}${path}`, {
    method,
    headers: { Authorization: `Bearer ${localStorage.getItem(KEY)}`, 'Content-Type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const isJson = answer.headers.get('Content-Type')?.startsWith('application/json') ?? false;
  const value = isJson ? JSON.parse(text) : text;
  if (answer.ok) return { status: answer.status, value };
  if (answer.status === 401 || answer.status === 403) localStorage.removeItem(KEY);
  throw new Error(`${answer.status} ${value.message ?? text}`);
}

/** Changes the token for a new one. */
export async function refresh() {
  const { value } = await ask('POST', '/refresh', { token: localStorage.getItem(KEY) });
  keepToken(value.token);
}

/** Gives the token up. */
export async function logOut() {
  await ask('DELETE', `/tokenDelete/${localStorage.getItem(KEY)}`);
  localStorage.removeItem(KEY);
}
