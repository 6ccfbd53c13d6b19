// A page that asks the API what NASA's dashboards ask, from a browser: logs in by redirects, routes by the hash, opens the pages of
// requests.tsv, and adds, edits and deletes records.
//
//   #/auth                         the login, which comes back to it with ?token=…
//   #/open?page=/granules          what the dashboards ask on that page
//   #/add/providers                a form for a new record
//   #/edit/providers?path=/ID      a form for a record that there is, and its deletion

import { formOf, textFormOf } from './form.js';
import { ask, isLoggedIn, keepToken, loginAddress, logOut, refresh } from './session.js';

const SCHEMAS = { collections: 'collection', providers: 'provider', rules: 'rule' };

const main = document.querySelector('main');
const message = document.querySelector('#message');

async function show() {
  const [path, query] = window.location.hash.slice(1).split('?');
  const parameters = new URLSearchParams(query);
  const [, view, type] = path.split('/');
  delete main.dataset.ready;
  main.replaceChildren();
  if (view === 'auth') return showLogin(parameters.get('token'));
  if (!isLoggedIn()) return goTo('/auth');
  try {
    if (view === 'open') await openPage(parameters.get('page'));
    else if (view === 'add') await showAdding(type);
    else if (view === 'edit') await showEditing(type, parameters.get('path'));
    else showSession();
    message.textContent = '';
  } catch (error) {
    message.textContent = error.message;
    if (!isLoggedIn()) return goTo('/auth');
  }
  main.dataset.ready = window.location.hash;
}

function goTo(path) {
  window.location.hash = path;
}

function showLogin(token) {
  if (token !== null) {
    keepToken(token);
    return goTo('/');
  }
  const link = document.createElement('a');
  link.href = loginAddress();
  link.textContent = 'Log in';
  main.append(link);
  main.dataset.ready = window.location.hash;
}

function showSession() {
  main.append(button('Refresh', refresh), button('Log out', logOut));
}

/** Sends what the dashboards send on a page, all at once as they do, and shows a row for each. */
async function openPage(page) {
  const lines = (await (await fetch('requests.tsv')).text()).trim().split('\n').slice(1);
  const requests = lines.map((line) => line.split('\t')).filter(([, , , pages]) => pages.split(' ').includes(page));
  const table = document.createElement('table');
  main.append(table);
  await Promise.all(
    requests.map(async ([method, path]) => {
      const row = table.insertRow();
      row.insertCell().textContent = `${method} ${path}`;
      const cell = row.insertCell();
      try {
        const { status, value } = await ask(method, path);
        cell.textContent = `${status}`;
        row.insertCell().textContent = describeAnswer(value);
      } catch (error) {
        cell.textContent = error.message;
      }
    }),
  );
}

function describeAnswer(value) {
  if (typeof value === 'string') return `${value.split('\n').length} lines`;
  if (Array.isArray(value)) return `${value.length} results`;
  return Array.isArray(value.results) ? `${value.results.length} results` : Object.keys(value).join(' ');
}

async function showAdding(type) {
  const create = async (record) => {
    const { value } = await ask('POST', `/${type}`, record);
    message.textContent = value.message;
  };
  // Dashboards begin a collection with a text.
  if (type === 'collections') return main.append(textFormOf(undefined, {}, attempt(create)));
  const { value: schema } = await ask('GET', `/schemas/${SCHEMAS[type]}`);
  main.append(formOf(schema, {}, attempt(create)));
}

async function showEditing(type, path) {
  const [{ value: schema }, { value: record }] = await Promise.all([
    ask('GET', `/schemas/${SCHEMAS[type]}`),
    ask('GET', `/${type}${path}`),
  ]);
  const replace = async (changed) => {
    await ask('PUT', `/${type}${path}`, changed);
    message.textContent = 'Saved';
  };
  // Of later dashboards, which send only what changes.
  const disable = async () => {
    await ask('PATCH', `/${type}${path}`, { state: 'DISABLED' }, { 'Cumulus-API-Version': '2' });
    message.textContent = 'Disabled';
  };
  const remove = async () => {
    const { value } = await ask('DELETE', `/${type}${path}`);
    message.textContent = value.message;
  };
  main.append((type === 'collections' ? textFormOf : formOf)(schema, record, attempt(replace)));
  if (type === 'rules') main.append(button('Disable', disable));
  main.append(button('Delete', remove));
}

function button(words, act) {
  const element = document.createElement('button');
  element.textContent = words;
  element.addEventListener(
    'click',
    attempt(async () => {
      await act();
      if (message.textContent === '') message.textContent = `${words}: done`;
    }),
  );
  return element;
}

/** Does it, and shows its error. */
function attempt(act) {
  return async (given) => {
    message.textContent = '';
    try {
      await act(given);
    } catch (error) {
      message.textContent = error.message;
    }
  };
}

window.addEventListener('hashchange', show);
await show();
