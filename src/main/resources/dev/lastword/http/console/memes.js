// Makes a meme and shows it: the picture where the server draws one, its text set large where not.

import {ask, askJson, newKey} from '/console/server.js';
import {readBalances, show} from '/console/account.js';
import {act, byId, count, element, filled, forgetProblem, withNumbers} from '/console/page.js';

let picture = null;

export function prepareMemes() {
  const form = byId('memes-form');
  form.addEventListener('submit', event => {
    event.preventDefault();
    act(form, form.querySelector('button'), () => make(withNumbers(filled(form), 'lat', 'lng')));
  });
}

export function clearMemes() {
  byId('memes-form').reset();
  forgetProblem(byId('memes-form'));
  byId('memes-summary').textContent = '';
  frame();
}

async function make(request) {
  byId('memes-summary').textContent = 'Thinking of one.';
  try {
    const {content, headers} = await askJson('POST', '/memes', {body: request, key: newKey()});
    const charged = Number(headers.get('Lastword-Charged'));
    show('tokens', Number(headers.get('Lastword-Balance')));
    const url = await drawn(headers.get('Lastword-Charge'));
    frame(content, url);
    byId('memes-summary').textContent =
      `${content.text} Charged ${count(charged, 'token')}${made(headers.get('Lastword-Model'))}.`;
  } catch (failure) {
    byId('memes-summary').textContent = '';
    if (failure.status === 402) {
      const {required, balance} = failure.content;
      failure.message = `A meme costs ${count(required, 'token')}, and ${balance === 0 ? 'none is' : balance === 1
        ? 'one is' : `${balance} are`} left. An admin can credit you more; nothing was charged.`;
    }
    throw failure;
  }
  await readBalances();
}

const made = model => model === null ? '' : `, by the model “${model}”`;

/** Where a blob holds the picture, or null: not every server draws, and no picture is no failure. */
async function drawn(charge) {
  try {
    const response = await ask('GET', `/memes/${encodeURIComponent(charge)}.png`, {accept: 'image/png'});
    return URL.createObjectURL(await response.blob());
  } catch (failure) {
    if (failure.silent) {
      throw failure;
    }
    return null;
  }
}

function frame(meme, url) {
  if (picture !== null) {
    URL.revokeObjectURL(picture);
  }
  picture = url ?? null;
  const figure = byId('meme');
  figure.hidden = meme === undefined;
  if (meme === undefined) {
    figure.replaceChildren();
    return;
  }
  const shown = picture === null
    ? element('blockquote', {}, meme.text)
    : element('img', {src: picture, alt: meme.text});
  figure.replaceChildren(shown, ...(meme.location === null ? [] : [element('figcaption', {}, meme.location)]));
}
