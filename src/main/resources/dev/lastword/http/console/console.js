// The console: who is signed in, which section is open, and whether the server can be reached.

import {askJson, listen, Problem, signIn, signOut} from '/console/server.js';
import {readBalances} from '/console/account.js';
import {act, byId, forgetProblem, report, showProblem} from '/console/page.js';
import {clearWords, prepareWords} from '/console/words.js';
import {clearMemes, prepareMemes} from '/console/memes.js';
import {clearReceipts, openReceipts, prepareReceipts} from '/console/receipts.js';
import {clearUsers, openUsers, prepareUsers} from '/console/users.js';
import {clearLive, closeLive, openLive, prepareLive} from '/console/live.js';

const nothing = async () => {};

const SECTIONS = {
  words: {open: nothing, close: nothing},
  memes: {open: nothing, close: nothing},
  receipts: {open: openReceipts, close: nothing},
  users: {open: openUsers, close: nothing},
  live: {open: openLive, close: closeLive},
};

const OF_ACCOUNTS = ['words', 'memes', 'receipts'];
const OF_ADMINS = ['users', 'live'];

let current = null;

const door = () => byId('sign-in');
const tab = name => byId(`tab-${name}`);
const visible = () => Object.keys(SECTIONS).filter(name => !tab(name).hidden);

/** An operator has no account, and most users may not see others: both are answers and no failures. */
async function answerUnless(status, asked) {
  try {
    return await asked;
  } catch (failure) {
    if (failure instanceof Problem && failure.status === status) {
      return null;
    }
    throw failure;
  }
}

async function enter() {
  const token = byId('token').value.trim();
  if (token === '') {
    throw new Problem(400, {errors: [{field: 'token', message: 'is missing'}]});
  }
  if (!/^[\x21-\x7e]+$/.test(token)) {
    refused();
    return;
  }
  signIn(token);
  let stats;
  let users;
  try {
    [stats, users] = await Promise.all([
      answerUnless(404, readBalances()),
      answerUnless(403, askJson('GET', '/users?limit=1')),
    ]);
  } catch (failure) {
    signOut();
    throw failure;
  }
  byId('token').value = '';
  welcome(stats?.user_id ?? 'operator', stats !== null, users !== null);
}

function welcome(name, hasAccount, isAdmin) {
  byId('door').hidden = true;
  byId('room').hidden = false;
  byId('who').hidden = false;
  byId('who-name').textContent = name;
  byId('room-title').textContent = `Signed in as ${name}`;
  byId('balances').hidden = !hasAccount;
  OF_ACCOUNTS.forEach(section => {
    tab(section).hidden = !hasAccount;
  });
  OF_ADMINS.forEach(section => {
    tab(section).hidden = !isAdmin;
  });
  byId('main').classList.toggle('in', true);
  const first = visible()[0];
  if (first === undefined) {
    leave('This token is good, but has neither an account nor the permission admin.');
    return;
  }
  select(first);
  byId('room-title').focus();
}

/** Forgets the token and everything that was shown with it. */
function leave(reason) {
  signOut();
  SECTIONS[current]?.close();
  current = null;
  [clearWords, clearMemes, clearReceipts, clearUsers, clearLive].forEach(clear => clear());
  byId('room').hidden = true;
  byId('who').hidden = true;
  byId('who-name').textContent = '';
  byId('room-title').textContent = '';
  ['words', 'tokens'].forEach(meter => {
    byId(`${meter}-left`).textContent = '–';
    byId(`${meter}-credited`).textContent = '–';
  });
  byId('door').hidden = false;
  forgetProblem(door());
  if (reason !== undefined) {
    showProblem(door(), {message: reason});
  }
  byId('token').value = '';
  byId('token').focus();
}

const refused = () => leave('This token is not accepted: it is wrong, has expired, or is older than the account.');

function select(name) {
  if (current !== null) {
    SECTIONS[current].close();
  }
  current = name;
  for (const section of Object.keys(SECTIONS)) {
    const chosen = section === name;
    tab(section).setAttribute('aria-selected', String(chosen));
    tab(section).tabIndex = chosen ? 0 : -1;
    byId(`panel-${section}`).hidden = !chosen;
  }
  open(name);
}

const open = name => report(byId(`panel-${name}`), () => SECTIONS[name].open());

/** Left and right, Home and End, as in every list of tabs. */
function move(event) {
  const names = visible();
  const at = names.indexOf(current);
  const to = {
    ArrowRight: (at + 1) % names.length,
    ArrowLeft: (at + names.length - 1) % names.length,
    Home: 0,
    End: names.length - 1,
  }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    select(names[to]);
    tab(names[to]).focus();
  }
}

function reachable(is) {
  byId('banner').textContent = is ? '' : 'The server is not reachable. Trying again …';
  if (!is || current === null) {
    return;
  }
  if (!byId('balances').hidden) {
    readBalances().catch(nothing);
  }
  if (current !== 'live') {
    open(current);
  }
}

listen({refused, reachable});
[prepareWords, prepareMemes, prepareReceipts, prepareUsers, prepareLive].forEach(prepare => prepare());
door().addEventListener('submit', event => {
  event.preventDefault();
  act(door(), door().querySelector('button'), enter);
});
byId('sign-out').addEventListener('click', () => leave());
for (const name of Object.keys(SECTIONS)) {
  tab(name).addEventListener('click', () => select(name));
  tab(name).addEventListener('keydown', move);
}
byId('token').focus();
