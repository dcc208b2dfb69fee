// web: what the two sides of a flow said, turn by turn, as text or as bytes.

import { call } from './api.js';
import { bytesOf, shownHex, shownText } from './bytes-view.js';
import { byId, fill, h } from './element.js';
import { bytes, count, endpoint, time } from './format.js';
import { downloadButton } from './packets.js';
import { startPage } from './page.js';
import { emptyState, moreButton } from './table.js';

const onProblem = startPage();
const flow = new URLSearchParams(location.search).get('flow') ?? '';
const path = `/api/flows/${encodeURIComponent(flow)}/payload`;
const body = byId('turns');
const form = /** @type {HTMLFormElement} */ (byId('view'));
/** Pages as they came: another way of showing them asks for nothing. @type {any[]} */
const pages = [];

async function load() {
  const cursor = pages.at(-1)?.cursor;
  pages.push(await call(cursor === undefined ? path : `${path}?cursor=${encodeURIComponent(cursor)}`));
  render();
}

function render() {
  const [first] = pages;
  if (first === undefined) return;
  byId('title').textContent = `${endpoint(first.source)} → ${endpoint(first.destination)}`;
  const values = new FormData(form);
  const asHex = values.get('as') === 'hex';
  const side = values.get('side');
  const blocks = pages.flatMap((page) => {
    const left = [...page.contents];
    return page.turns
      .filter((/** @type {any} */ turn) => side === 'both' || turn.direction === side)
      .flatMap((/** @type {any} */ turn) => {
        const end = turn.offset + turn.length;
        const mine = left.filter(
          ({ direction, contentOffset }) =>
            direction === turn.direction && contentOffset > turn.offset && contentOffset <= end,
        );
        for (const one of mine) left.splice(left.indexOf(one), 1);
        return [turnView(turn, first, asHex), ...mine.map((content) => contentView(content, asHex))];
      });
  });
  const more = moreButton(() => load().catch(onProblem));
  fill(
    body,
    blocks.length === 0 && emptyState('Nothing was said: no packet of this flow carries a payload.'),
    blocks,
    pages.at(-1)?.cursor !== undefined && more,
  );
  fill(byId('facts'), ...facts());
}

function facts() {
  const sum = (/** @type {string} */ side, /** @type {string} */ name) =>
    pages.reduce((all, page) => all + page.counts[side][name], 0);
  const said = (/** @type {string} */ side) =>
    pages
      .flatMap(({ turns }) => turns)
      .filter(({ direction }) => direction === side)
      .reduce((all, { length }) => all + length, 0);
  return ['source', 'destination'].map((side) => {
    const words = [
      `${side === 'source' ? 'Source' : 'Destination'} ${bytes(said(side))}`,
      sum(side, 'repeatedBytes') > 0 && `${bytes(sum(side, 'repeatedBytes'))} came twice`,
      sum(side, 'missingBytes') > 0 && `${bytes(sum(side, 'missingBytes'))} missing`,
      sum(side, 'earlySegments') > 0 && `${count(sum(side, 'earlySegments'))} out of order`,
      sum(side, 'strayBytes') > 0 && `${bytes(sum(side, 'strayBytes'))} outside any window`,
      sum(side, 'restarts') > 0 && `${count(sum(side, 'restarts'))} new connections`,
    ];
    return h('span', { class: `side ${side}` }, words.filter(Boolean).join(', '));
  });
}

/** @param {any} turn @param {any} first @param {boolean} asHex */
function turnView(turn, first, asHex) {
  const data = bytesOf(turn.data);
  const [from, to] =
    turn.direction === 'source' ? [first.source, first.destination] : [first.destination, first.source];
  return h(
    'article',
    { class: `turn ${turn.direction}` },
    turn.missingBefore && h('p', { class: 'gap' }, `${bytes(turn.missingBefore)} are not in the capture`),
    h(
      'p',
      { class: 'turn-head' },
      h('strong', {}, endpoint(from)),
      ` → ${endpoint(to)} · ${time(turn.timestamp, 6)} · record ${count(turn.record)} · offset ${count(turn.offset)} · ${bytes(turn.length)}`,
    ),
    h('pre', { class: asHex && 'hex' }, asHex ? shownHex(data, turn.offset) : shownText(data)),
  );
}

const STATES = {
  whole: '',
  short: ', not all of it is here',
  cut: ', too long to show in full',
  corrupt: ', damaged from here on',
  'unknown-encoding': ', packed in a way that is not known',
};

/** @param {any} content @param {boolean} asHex */
function contentView(content, asHex) {
  const data = bytesOf(content.data);
  const packing = [...content.encodings, content.chunked && 'chunked'].filter(Boolean).join(', ');
  const state = STATES[/** @type {keyof typeof STATES} */ (content.state)];
  return h(
    'details',
    { class: `turn content ${content.direction}`, open: true },
    h('summary', {}, `Content of ${content.firstLine} (${packing}), ${bytes(content.length)}${state}`),
    h('pre', { class: asHex && 'hex' }, asHex ? shownHex(data, 0) : shownText(data)),
  );
}

form.addEventListener('change', render);
byId('actions').append(downloadButton(`/api/flows/${encodeURIComponent(flow)}/pcap`, onProblem));
load().catch(onProblem);
