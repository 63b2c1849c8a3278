// The caller's receipts: page by page, and all of them added up beside what the account says was spent.

import {ask, askJson} from '/console/server.js';
import {readBalances} from '/console/account.js';
import {act, byId, count, element, integer, moment, report, table} from '/console/page.js';

const ROWS = 20;
const ROWS_ADDED_AT_A_TIME = 1000;
const TRIES = 5;

/** Where each page up to the one that is shown starts. */
let starts = [null];
let following = null;
let listing = 0;

const panel = () => byId('panel-receipts');

export function prepareReceipts() {
  byId('receipts-meter').addEventListener('change', () => report(panel(), openReceipts));
  byId('newer').addEventListener('click', event => act(panel(), event.target, () => {
    starts.pop();
    return list();
  }));
  byId('older').addEventListener('click', event => act(panel(), event.target, () => {
    starts.push(following);
    return list();
  }));
  byId('add-up').addEventListener('click', event => act(panel(), event.target, addUp));
  byId('export').addEventListener('click', event => act(panel(), event.target, save));
}

export function clearReceipts() {
  byId('receipts').replaceChildren();
  byId('sums').replaceChildren();
  byId('receipts-summary').textContent = '';
  byId('receipts-meter').value = '';
}

/** Shows the newest. */
export function openReceipts() {
  starts = [null];
  byId('sums').replaceChildren();
  byId('receipts-summary').textContent = '';
  return list();
}

function query(parameters) {
  const text = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value)).toString();
  return text === '' ? '' : `?${text}`;
}

async function list() {
  const mine = ++listing;
  const {content} = await askJson('GET', '/v1/charges'
    + query({limit: ROWS, meter: byId('receipts-meter').value, cursor: starts.at(-1)}));
  if (mine !== listing) {
    // Another page was asked for since.
    return;
  }
  following = content.next_cursor;
  byId('newer').disabled = starts.length === 1;
  byId('older').disabled = following === null;
  byId('receipts').replaceChildren(content.charges.length === 0
    ? element('p', {class: 'hint'}, 'No receipts yet.')
    : table(`Receipts, page ${starts.length}`,
      [['When', false], ['What', false], ['Amount', true], ['Meter', false], ['Outcome', false], ['Receipt', false]],
      content.charges.map(row)));
}

const row = receipt => [
  element('time', {datetime: receipt.created_at}, moment(receipt.created_at)),
  receipt.product.replaceAll('_', ' '),
  integer(receipt.amount),
  receipt.meter,
  receipt.outcome ?? 'running',
  element('code', {}, receipt.id),
];

/** Adds while nothing changes: a stream that runs beside it would make two moments of one sum. */
async function addUp() {
  const summary = byId('receipts-summary');
  byId('sums').replaceChildren();
  for (let tried = 1; ; tried++) {
    const before = await readBalances();
    const sums = await added(summary);
    const after = await readBalances();
    if (JSON.stringify(before) === JSON.stringify(after) || tried === TRIES) {
      tell(summary, after, sums);
      return;
    }
  }
}

async function added(summary) {
  const sums = {words: 0, tokens: 0, receipts: 0};
  let cursor = null;
  do {
    const {content} = await askJson('GET', '/v1/charges' + query({limit: ROWS_ADDED_AT_A_TIME, cursor}));
    for (const receipt of content.charges) {
      sums[receipt.meter] += receipt.amount;
      sums.receipts++;
    }
    summary.textContent = `${count(sums.receipts, 'receipt')} so far.`;
    cursor = content.next_cursor;
  } while (cursor !== null);
  return sums;
}

function tell(summary, stats, sums) {
  const rows = ['words', 'tokens'].map(meter => {
    const spent = stats[`total_${meter}`] - stats[`${meter}_left`];
    return {meter, credited: stats[`total_${meter}`], left: stats[`${meter}_left`], spent, sum: sums[meter],
      agrees: spent === sums[meter]};
  });
  byId('sums').replaceChildren(table('All receipts added up',
    [['Meter', false], ['Credited', true], ['Left', true], ['Spent', true], ['Sum of receipts', true], ['', false]],
    rows.map(one => [one.meter, integer(one.credited), integer(one.left), integer(one.spent), integer(one.sum),
      element('strong', {class: one.agrees ? 'good' : 'bad'}, one.agrees ? 'equal' : 'different')])));
  summary.textContent = `${count(sums.receipts, 'receipt')}: `
    + (rows.every(one => one.agrees) ? 'they add up to what was spent.' : 'they do not add up to what was spent.');
}

async function save() {
  const response = await ask('GET', '/v1/charges.csv' + query({meter: byId('receipts-meter').value}),
    {accept: 'text/csv'});
  const url = URL.createObjectURL(await response.blob());
  element('a', {href: url, download: 'charges.csv'}).click();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}
