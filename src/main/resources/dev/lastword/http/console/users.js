// For admins: who there is, what they have, and what can be done about it.

import {askJson, ask, newKey} from '/console/server.js';
import {act, byId, chosen, count, element, filled, forgetProblem, integer, table, withNumbers} from '/console/page.js';

const ROWS = 20;
const MODEL = 'model:';

const panel = () => byId('panel-users');
const dialog = () => byId('user');

let start = null;
let following = null;
let shown = null;
/** A credit that may have been made: the same form is sent with the same key until it was answered. */
let credit = {sent: null, key: null};

export function prepareUsers() {
  byId('users-first').addEventListener('click', event => act(panel(), event.target, openUsers));
  byId('users-next').addEventListener('click', event => act(panel(), event.target, () => {
    start = following;
    return list();
  }));
  onSubmit('user-form', create);
  onSubmit('credit-form', addCredit);
  onSubmit('permissions-form', setPermissions);
  const account = byId('account-form');
  byId('user-status').addEventListener('click', event => act(account, event.target, changeStatus));
  byId('user-delete').addEventListener('click', () => confirming(true));
  byId('user-keep').addEventListener('click', () => confirming(false));
  byId('user-delete-surely').addEventListener('click', event => act(account, event.target, remove));
  byId('user-close').addEventListener('click', () => dialog().close());
  dialog().addEventListener('close', () => byId(`user-row-${shown.user_id}`)?.focus());
}

function onSubmit(id, work) {
  const form = byId(id);
  form.addEventListener('submit', event => {
    event.preventDefault();
    act(form, form.querySelector('button'), () => work(form));
  });
}

export function clearUsers() {
  dialog().close();
  byId('users').replaceChildren();
  byId('users-summary').textContent = '';
  byId('user-form').reset();
}

export function openUsers() {
  start = null;
  byId('users-summary').textContent = '';
  return list();
}

async function list() {
  const cursor = start === null ? '' : `&cursor=${encodeURIComponent(start)}`;
  const {content} = await askJson('GET', `/users?limit=${ROWS}${cursor}`);
  following = content.next_cursor;
  byId('users-first').disabled = start === null;
  byId('users-next').disabled = following === null;
  byId('users').replaceChildren(content.users.length === 0
    ? element('p', {class: 'hint'}, 'Nobody yet.')
    : table('Users',
      [['User', false], ['Tokens', true], ['Words', true], ['Permissions', false], ['Status', false], ['', false]],
      content.users.map(row)));
}

function row(user) {
  const button = element('button', {type: 'button', class: 'quiet', id: `user-row-${user.user_id}`,
    'aria-label': `Change ${user.user_id}`}, 'Change');
  button.addEventListener('click', () => open(user));
  return [user.user_id, integer(user.tokens_left), integer(user.words_left), permissions(user), user.status, button];
}

const isModel = permission => permission.startsWith(MODEL);

/** What is ticked, and a permission for each model that is named. */
const granted = form => [...chosen(form),
  ...form.elements.models.value.split(/[\s,]+/).filter(name => name !== '').map(name => MODEL + name)];

const permissions = user =>
  user.permissions.map(one => one === 'generate_llm_meme' ? 'AI memes' : one).join(', ') || 'none';

async function create(form) {
  const {permissions: _, models: __, ...members} = withNumbers(filled(form), 'tokens', 'words');
  const {content} = await askJson('POST', '/users', {body: {...members, permissions: granted(form)}, key: newKey()});
  form.reset();
  await list();
  byId('users-summary').textContent = `${content.user_id} was created.`;
}

function open(user) {
  for (const form of dialog().querySelectorAll('form')) {
    form.reset();
    forgetProblem(form);
  }
  byId('user-summary').textContent = '';
  credit = {sent: null, key: null};
  confirming(false);
  describe(user);
  dialog().showModal();
  byId('user-title').focus();
}

function describe(user) {
  shown = user;
  byId('user-title').textContent = user.user_id;
  byId('user-state').textContent = `${count(user.tokens_left, 'token')} and ${count(user.words_left, 'word')} left; `
    + `${user.status}; permissions: ${permissions(user)}.`;
  for (const box of byId('permissions-form').querySelectorAll('input[type=checkbox]')) {
    box.checked = user.permissions.includes(box.value);
  }
  byId('models').value = user.permissions.filter(isModel).map(one => one.slice(MODEL.length)).join(' ');
  byId('user-status').textContent = user.status === 'active' ? 'Suspend' : 'Activate';
  byId('user-delete-surely').textContent = `Delete ${user.user_id} for good`;
}

const path = rest => `/users/${encodeURIComponent(shown.user_id)}${rest}`;

async function addCredit(form) {
  const body = withNumbers(filled(form), 'amount');
  const sent = JSON.stringify(body);
  if (credit.sent !== sent) {
    credit = {sent, key: newKey()};
  }
  const {content} = await askJson('POST', path('/credits'), {body, key: credit.key});
  credit = {sent: null, key: null};
  form.elements.amount.value = '';
  await reread();
  byId('user-summary').textContent = `Credited ${integer(content.amount)} ${content.meter}.`;
}

async function setPermissions(form) {
  describe((await askJson('PUT', path('/permissions'), {body: {permissions: granted(form)}})).content);
  byId('user-summary').textContent = 'They hold from the next request on.';
  await list();
}

async function changeStatus() {
  const status = shown.status === 'active' ? 'suspended' : 'active';
  describe((await askJson('PUT', path('/status'), {body: {status}})).content);
  byId('user-summary').textContent =
    status === 'active' ? 'The account is active.' : 'The account is suspended; its streams end at the next word.';
  await list();
}

/** Asks once more before what cannot be undone. */
function confirming(asked) {
  const focused = byId('account-form').contains(document.activeElement);
  byId('user-delete').hidden = asked;
  byId('user-delete-surely').hidden = !asked;
  byId('user-keep').hidden = !asked;
  if (focused) {
    byId(asked ? 'user-keep' : 'user-delete').focus();
  }
}

async function remove() {
  const id = shown.user_id;
  try {
    await ask('DELETE', path(''));
  } catch (failure) {
    if (failure.status !== 404) {
      throw failure;
    }
    // An answer that was lost on its way: it is gone.
  }
  dialog().close();
  await list();
  byId('users-summary').textContent = `${id} was deleted; the receipts stay.`;
}

async function reread() {
  describe((await askJson('GET', path(''))).content);
  await list();
}
