// What every part of the console does with the page: finding, making and filling elements, saying
// what went wrong where it went wrong. Text is set as text; nothing is ever parsed as markup.

const INTEGER = new Intl.NumberFormat('en');
const MOMENT = new Intl.DateTimeFormat('en', {dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23'});

export const byId = id => document.getElementById(id);

export const integer = number => INTEGER.format(number);

/** An instant of the API's, in the reader's own time. */
export const moment = text => MOMENT.format(new Date(text));

/** "1 word", "2 words". */
export const count = (number, noun) => `${integer(number)} ${noun}${number === 1 ? '' : 's'}`;

export const pause = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));

/** An element with attributes and children; a child is an element or a text. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    made.setAttribute(attribute, value);
  }
  made.append(...children);
  return made;
}

/**
 * A table that scrolls by itself where it does not fit.
 *
 * @param columns a heading each, with whether it holds numbers
 * @param rows an array of cells each, the first of which names the row
 */
export function table(caption, columns, rows) {
  const head = element('tr');
  for (const [heading, numeric] of columns) {
    head.append(element('th', numeric ? {scope: 'col', class: 'number'} : {scope: 'col'}, heading));
  }
  const body = element('tbody');
  for (const cells of rows) {
    const row = element('tr');
    cells.forEach((cell, index) => {
      const kind = columns[index][1] ? {class: 'number'} : {};
      row.append(index === 0 ? element('th', {...kind, scope: 'row'}, cell) : element('td', kind, cell));
    });
    body.append(row);
  }
  return element('div', {class: 'wide', role: 'region', 'aria-label': caption, tabindex: '0'},
    element('table', {}, element('caption', {class: 'unseen'}, caption), element('thead', {}, head), body));
}

/** The members of a form that somebody filled in, as the texts that they are. */
export function filled(form) {
  const members = {};
  for (const [name, value] of new FormData(form)) {
    if (value.trim() !== '') {
      members[name] = value;
    }
  }
  return members;
}

/** A number where the text is one; the text itself otherwise, for the server to say what is wrong with it. */
export const asNumber = text => /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(text) ? Number(text) : text;

/** The same members with these of them as numbers. */
export function withNumbers(members, ...names) {
  const changed = {...members};
  for (const name of names) {
    if (name in changed) {
      changed[name] = asNumber(changed[name]);
    }
  }
  return changed;
}

export const chosen = form => [...form.querySelectorAll('input[type=checkbox]:checked')].map(box => box.value);

export function forgetProblem(place) {
  place.querySelector('.problem').textContent = '';
  for (const input of place.querySelectorAll('[aria-invalid]')) {
    input.removeAttribute('aria-invalid');
    if (input.dataset.describedby) {
      input.setAttribute('aria-describedby', input.dataset.describedby);
    } else {
      input.removeAttribute('aria-describedby');
    }
    byId(`${input.id}-wrong`)?.remove();
  }
}

/** Says what went wrong: beside its field where it has one, and in the place's own line. */
export function showProblem(place, failure) {
  forgetProblem(place);
  const rest = [];
  let first = null;
  for (const {field, message} of failure.errors ?? []) {
    const input = place.querySelector(`input[id][name="${CSS.escape(field)}"], select[name="${CSS.escape(field)}"]`);
    if (input === null || byId(`${input.id}-wrong`)) {
      rest.push(`${field} ${message}`);
    } else {
      mark(input, message);
      first ??= input;
    }
  }
  place.querySelector('.problem').textContent =
    first === null || rest.length > 0 ? rest.join('; ') || failure.message : 'Please look at what is marked.';
  first?.focus();
}

function mark(input, message) {
  const described = input.getAttribute('aria-describedby') ?? '';
  input.dataset.describedby = described;
  input.setAttribute('aria-invalid', 'true');
  input.setAttribute('aria-describedby', `${input.id}-wrong ${described}`.trim());
  input.after(element('span', {class: 'wrong', id: `${input.id}-wrong`}, message));
}

/** Does something; what goes wrong is said in its place. */
export async function report(place, work) {
  forgetProblem(place);
  try {
    await work();
  } catch (failure) {
    if (!failure.silent) {
      showProblem(place, failure);
    }
  }
}

/** The same for what a button starts: not again while it runs. */
export async function act(place, button, work) {
  if (button.getAttribute('aria-disabled') === 'true') {
    return;
  }
  button.setAttribute('aria-disabled', 'true');
  try {
    await report(place, work);
  } finally {
    button.removeAttribute('aria-disabled');
  }
}
