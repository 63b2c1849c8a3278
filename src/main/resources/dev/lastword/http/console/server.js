// The way to the server. The token lives in this module's variable and nowhere else: no storage, no
// cookie, no URL. What the network loses is sent again when the server is back: everything that is
// sent can be repeated, since a POST always carries an Idempotency-Key.

import {pause} from '/console/page.js';

const FIRST_LOOK_MILLIS = 250;
const LOOK_EVERY_MILLIS = 2000;

let token = null;
let session = new AbortController();
let away = null;
let hooks = {refused() {}, reachable() {}};

/** What the server says is wrong: RFC 9457, with the fields that are. */
export class Problem extends Error {
  constructor(status, content) {
    super(content.detail ?? `The server answered ${status}.`);
    this.status = status;
    this.code = content.code ?? '';
    this.errors = content.errors ?? [];
    this.content = content;
  }
}

/** Somebody signed out, or stopped it: nothing to be said. */
export class Left extends Error {
  silent = true;
}

/** refused(): the token is not accepted; reachable(boolean): the server went away or came back. */
export function listen(listeners) {
  hooks = listeners;
}

export function signIn(text) {
  session.abort();
  session = new AbortController();
  token = text;
}

export function signOut() {
  session.abort();
  token = null;
}

/** crypto.randomUUID is for secure contexts only; a console over plain HTTP in a LAN is none. */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), octet => octet.toString(16).padStart(2, '0')).join('');
}

/**
 * Asks the server, for as long as it takes to get an answer.
 *
 * @returns the Response, whose status is good
 * @throws Problem for any other status; Left after signing out or by the signal
 */
export async function ask(method, path, {body, key, accept = 'application/json', signal} = {}) {
  const mine = session;
  const until = signal ? AbortSignal.any([mine.signal, signal]) : mine.signal;
  const headers = {Accept: accept, Authorization: `Bearer ${token}`};
  if (key !== undefined) {
    headers['Idempotency-Key'] = key;
  }
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
  }
  const options = {
    method, headers, body: body === undefined ? undefined : JSON.stringify(body),
    signal: until, cache: 'no-store', credentials: 'omit', redirect: 'error',
  };
  for (;;) {
    let response;
    try {
      response = await fetch(path, options);
    } catch {
      leaveIf(until);
      await back();
      leaveIf(until);
      continue;
    }
    if (response.ok) {
      return response;
    }
    const content = await response.json().catch(() => ({}));
    leaveIf(until);
    if (response.status === 401) {
      hooks.refused();
      throw new Left();
    }
    throw new Problem(response.status, content);
  }
}

/** The same, of JSON. An answer that breaks off is asked for again. */
export async function askJson(method, path, options) {
  for (;;) {
    const response = await ask(method, path, options);
    try {
      return {content: await response.json(), headers: response.headers};
    } catch {
      leaveIf(session.signal);
      await back();
    }
  }
}

function leaveIf(signal) {
  if (signal.aborted) {
    throw new Left();
  }
}

/** Waits until the server says that it can charge; everybody who waits, waits for the same. */
export function back() {
  away ??= untilReady().finally(() => {
    away = null;
  });
  return away;
}

async function untilReady() {
  hooks.reachable(false);
  for (let wait = FIRST_LOOK_MILLIS; ; wait = Math.min(2 * wait, LOOK_EVERY_MILLIS)) {
    await pause(wait);
    const answer = await fetch('/health/ready', {cache: 'no-store', credentials: 'omit'}).catch(() => null);
    if (answer?.ok) {
      hooks.reachable(true);
      return;
    }
  }
}
