// What the server does now: its metrics once a second, as six small plots.

import {ask} from '/console/server.js';
import {byId, element, pause} from '/console/page.js';

const EVERY_MILLIS = 1000;
const SAMPLES = 120;
const NARROWEST_SECONDS = 20;
const HEIGHT = 130;

const LINE = /^(\w+)(?:\{(.*)\})? (\S+)$/;
const OWN = /route="(\/metrics|\/|\/console\/\{file\})"/;
const STREAM = /route="(\/generate-data|\/v1\/(chat\/)?completions)"/;

/** One value a plot from two looks at the metrics, or null where there is none. */
const PLOTS = [
  {title: 'Requests', unit: 'a second', value: (now, then, seconds) =>
    (requests(now) - requests(then)) / seconds},
  {title: 'Words', unit: 'a second', value: (now, then, seconds) =>
    (now.sum('lastword_words_total') - then.sum('lastword_words_total')) / seconds},
  {title: 'Live streams', unit: '', value: now => now.sum('lastword_streams_live')},
  {title: 'Latency', unit: 'ms, mean without streams', value: (now, then) =>
    mean('lastword_requests_seconds', now, then, answers)},
  {title: 'Commit', unit: 'ms, mean', value: (now, then) =>
    mean('lastword_commit_duration_seconds', now, then)},
  {title: 'Ledger queue', unit: 'changes that wait', value: now => now.sum('lastword_ledger_queue')},
];

const others = labels => !OWN.test(labels);
const answers = labels => others(labels) && !STREAM.test(labels);
const requests = look => look.sum('lastword_requests_seconds_count', others);

function mean(name, now, then, which) {
  const number = now.sum(`${name}_count`, which) - then.sum(`${name}_count`, which);
  const seconds = now.sum(`${name}_sum`, which) - then.sum(`${name}_sum`, which);
  return number === 0 ? null : 1000 * seconds / number;
}

/** The metrics at one moment. */
class Look {
  #values = new Map();

  constructor(text, millis) {
    this.millis = millis;
    for (const line of text.split('\n')) {
      const found = LINE.exec(line);
      if (found !== null) {
        const all = this.#values.get(found[1]) ?? [];
        all.push([found[2] ?? '', Number(found[3])]);
        this.#values.set(found[1], all);
      }
    }
  }

  sum(name, which = () => true) {
    return (this.#values.get(name) ?? []).reduce(
      (total, [labels, value]) => which(labels) ? total + value : total, 0);
  }

  /** Counters only grow in one life of a server. */
  isAfter(earlier) {
    return requests(this) >= requests(earlier)
      && this.sum('lastword_words_total') >= earlier.sum('lastword_words_total');
  }
}

let watching = null;
let last = null;
let times = [];
let series = PLOTS.map(() => []);
let plots = [];

export function prepareLive() {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    if (plots.length > 0) {
      draw();
    }
  });
  new ResizeObserver(() => {
    for (const {figure, plot} of plots) {
      if (figure.clientWidth > 0) {
        plot.setSize({width: figure.clientWidth, height: HEIGHT});
      }
    }
  }).observe(byId('plots'));
}

/** Watches until closed. */
export async function openLive() {
  const mine = new AbortController();
  watching = mine;
  draw();
  try {
    while (watching === mine) {
      await look(mine.signal);
      await pause(EVERY_MILLIS);
    }
  } catch (failure) {
    if (!failure.silent) {
      throw failure;
    }
  }
}

export function closeLive() {
  watching?.abort();
  watching = null;
}

export function clearLive() {
  closeLive();
  last = null;
  times = [];
  series = PLOTS.map(() => []);
  plots.forEach(({plot}) => plot.destroy());
  plots = [];
  byId('plots').replaceChildren();
}

async function look(signal) {
  const response = await ask('GET', '/metrics', {accept: 'text/plain', signal});
  const now = new Look(await response.text(), performance.now());
  const then = last;
  last = now;
  if (then === null) {
    return;
  }
  const seconds = (now.millis - then.millis) / 1000;
  const known = now.isAfter(then);
  times.push(Date.now() / 1000);
  PLOTS.forEach((plot, index) => series[index].push(known ? plot.value(now, then, seconds) : null));
  if (times.length > SAMPLES) {
    times.shift();
    series.forEach(values => values.shift());
  }
  plots.forEach(({plot, read}, index) => {
    plot.setData([times, series[index]]);
    read(null);
  });
}

function draw() {
  plots.forEach(({plot}) => plot.destroy());
  byId('plots').replaceChildren();
  plots = PLOTS.map(one);
}

function one({title, unit}, index) {
  const readout = element('output', {'aria-live': 'off'}, '–');
  const figure = element('figure', {'aria-label': title},
    element('figcaption', {}, element('span', {}, title), ' ', readout, ' ', element('small', {}, unit)));
  byId('plots').append(figure);
  const read = at => {
    const value = series[index][at ?? series[index].length - 1];
    readout.textContent = value === null || value === undefined ? '–' : figures(value);
  };
  const style = getComputedStyle(document.documentElement);
  const [accent, faint, rule] = ['--accent', '--faint', '--rule'].map(name => style.getPropertyValue(name).trim());
  const axis = {stroke: faint, grid: {stroke: rule, width: 1}, ticks: {show: false}, font: '11px system-ui'};
  const plot = new uPlot({
    width: figure.clientWidth,
    height: HEIGHT,
    legend: {show: false},
    cursor: {y: false, drag: {x: false, y: false}, points: {size: 6, fill: accent, stroke: accent}},
    scales: {y: {range: (_, low, high) => [0, Math.max(1, high * 1.15)]}, x: {range: shownTime}},
    padding: [10, 14, 0, 0],
    axes: [{...axis, size: 26, space: 70, values: (_, splits) => splits.map(clock)}, {...axis, size: 44, space: 26}],
    series: [{}, {stroke: accent, width: 1.75, points: {show: false}, fill: `${accent}1f`}],
    hooks: {setCursor: [own => read(own.cursor.idx)]},
  }, [times, series[index]], figure);
  figure.querySelector('canvas').setAttribute('aria-hidden', 'true');
  return {figure, plot, read};
}

/** From a narrow one that grows to the whole two minutes. */
const shownTime = () => {
  const now = times.at(-1) ?? Date.now() / 1000;
  return [Math.min(times[0] ?? now, now - NARROWEST_SECONDS), now];
};

const clock = seconds => new Date(1000 * seconds).toLocaleTimeString('en', {hourCycle: 'h23'});

const figures = value => value >= 100 || Number.isInteger(value)
  ? Math.round(value).toLocaleString('en')
  : value.toFixed(value >= 10 ? 1 : 2);
