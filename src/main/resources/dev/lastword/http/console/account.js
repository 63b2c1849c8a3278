// The balances that the page shows: as the server says them, and between two of its answers one less
// with every word that came.

import {askJson} from '/console/server.js';
import {byId, integer} from '/console/page.js';

const shown = {words: null, tokens: null};

/** Asks for both; throws a Problem with status 404 for an operator, who has none. */
export async function readBalances() {
  const {content} = await askJson('GET', '/user/stats');
  show('words', content.words_left, content.total_words);
  show('tokens', content.tokens_left, content.total_tokens);
  return content;
}

export const balance = meter => shown[meter];

/** Shows what is left on a meter, and what was credited where that is known. */
export function show(meter, left, credited) {
  shown[meter] = left;
  byId(`${meter}-left`).textContent = integer(left);
  const bar = byId(`${meter}-bar`);
  if (credited !== undefined) {
    byId(`${meter}-credited`).textContent = integer(credited);
    bar.max = Math.max(1, credited);
  }
  bar.value = left;
}
