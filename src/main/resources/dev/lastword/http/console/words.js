// Streams words, counts the balance down with each, and takes the server's own account at the end.

import {ask, askJson, back, Left, newKey, Problem} from '/console/server.js';
import {balance, readBalances, show} from '/console/account.js';
import {act, byId, count, filled, forgetProblem, pause, withNumbers} from '/console/page.js';

const BUSY_AGAIN_MILLIS = 500;
const RECEIPT_AGAIN_MILLIS = 200;
const RECEIPT_LOOKS = 50;

const ENDS = {
  completed: 'That was all.',
  exhausted: 'That was the last word your balance could pay for.',
  shutdown: 'The server shut down.',
  interrupted: 'The server was cut off; these are the words that were paid.',
  deleted: 'The account was deleted or suspended.',
  failed: 'The generation failed.',
  disconnected: 'You stopped it.',
};

let running = null;

export function prepareWords() {
  const form = byId('words-form');
  form.addEventListener('submit', event => {
    event.preventDefault();
    act(form, byId('stream'), () => stream(withNumbers(filled(form), 'max_words', 'seed')));
  });
  byId('halt').addEventListener('click', () => running?.abort());
}

export function clearWords() {
  running?.abort();
  say('', '');
  byId('words-form').reset();
  forgetProblem(byId('words-form'));
  byId('words-summary').textContent = '';
}

async function stream(request) {
  const stop = new AbortController();
  running = stop;
  byId('words-summary').textContent = 'Words are coming.';
  byId('halt').hidden = false;
  const before = balance('words');
  const key = newKey();
  const heard = {charge: null, words: 0, end: null};
  try {
    while (heard.end === null) {
      await listenOnce(request, key, stop.signal, before, heard);
    }
    if (heard.end.balance !== null) {
      show('words', heard.end.balance);
    }
    conclude(heard.end.outcome, heard.end.words, heard.end.charged);
  } catch (failure) {
    byId('words-summary').textContent = '';
    if (!(failure instanceof Left) || !stop.signal.aborted || heard.charge === null) {
      throw friendly(failure);
    }
    const receipt = await closed(heard.charge);
    conclude(receipt.outcome, heard.words, receipt.amount);
  } finally {
    if (running === stop) {
      running = null;
      byId('halt').hidden = true;
    }
  }
  await readBalances();
}

/** One attempt; ends without an end where the connection broke, and the key lets the next one repeat it. */
async function listenOnce(request, key, signal, before, heard) {
  let response;
  try {
    response = await ask('POST', '/generate-data', {body: request, key, accept: 'text/event-stream', signal});
  } catch (failure) {
    if (failure.status === 409) {
      // It is about to end, and can be joined no more.
      await pause(BUSY_AGAIN_MILLIS);
      return;
    }
    throw failure;
  }
  heard.charge = response.headers.get('Lastword-Charge');
  heard.words = 0;
  say('', '');
  try {
    for await (const events of batches(response.body)) {
      for (const event of events) {
        if (event.type === 'end') {
          heard.end = event.data;
          continue;
        }
        heard.words++;
        hear(event.data.word);
        show('words', Math.max(0, before - heard.words));
      }
      byId('speech').scrollTop = byId('speech').scrollHeight;
    }
  } catch (failure) {
    if (signal.aborted) {
      throw new Left();
    }
  }
  if (heard.end === null) {
    await back();
  }
}

/** Server-sent events, as many at a time as have come. */
async function* batches(body) {
  let rest = '';
  for await (const text of chunks(body.pipeThrough(new TextDecoderStream()))) {
    const blocks = (rest + text).split('\n\n');
    rest = blocks.pop();
    yield blocks.map(event);
  }
}

/** Not every browser lets a stream be iterated. */
async function* chunks(stream) {
  const reader = stream.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    yield part.value;
  }
}

function event(block) {
  const found = {type: '', data: {}};
  for (const line of block.split('\n')) {
    if (line.startsWith('event: ')) {
      found.type = line.slice('event: '.length);
    } else if (line.startsWith('data: ')) {
      found.data = JSON.parse(line.slice('data: '.length));
    }
  }
  return found;
}

/** The newest word stands apart, in the accent's colour. */
function hear(word) {
  const newest = byId('newest');
  if (newest.textContent !== '') {
    byId('said').append(`${newest.textContent} `);
  }
  newest.textContent = word;
}

function say(said, newest) {
  byId('said').textContent = said;
  byId('newest').textContent = newest;
}

function conclude(outcome, words, charged) {
  byId('words-summary').textContent =
    `${count(words, 'word')}, ${charged === words ? 'each paid' : `${charged} paid`}. ${ENDS[outcome] ?? outcome}`;
}

/** The receipt once it is closed: the server notices at the next word that nobody listens. */
async function closed(charge) {
  for (let look = 1; ; look++) {
    const {content} = await askJson('GET', `/v1/charges/${encodeURIComponent(charge)}`);
    if (content.outcome !== null || look === RECEIPT_LOOKS) {
      return content;
    }
    await pause(RECEIPT_AGAIN_MILLIS);
  }
}

function friendly(failure) {
  if (failure instanceof Problem && failure.status === 402) {
    failure.message = 'No words are left. An admin can credit you more; nothing was charged.';
  }
  return failure;
}
