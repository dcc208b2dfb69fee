// web: hunts: looking for text, bytes or an expression in raw packets, with what they have found so far.

import { call } from './api.js';
import { bytesOf } from './bytes-view.js';
import { byId, fill, h } from './element.js';
import { bytes, count, time } from './format.js';
import { downloadButton, payloadLink } from './packets.js';
import { startPage } from './page.js';
import { createRow, createTable, emptyState, moreButton } from './table.js';

const POLL_MS = 1000;
const IDLE_MS = 15_000;
const onProblem = startPage();
const form = /** @type {HTMLFormElement} */ (byId('hunt-form'));
const errorBox = byId('hunt-error');
const body = byId('hunts-body');
const found = byId('matches-body');
/** @type {string | undefined} */
let selected;
let shownMatches = -1;
/** As they were told last, and when all of them were. @type {any[]} */
let hunts = [];
let listedAt = 0;
let shownText = '';
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

const WORDS = { running: 'Running', done: 'Done', limit: 'Ended at its limit', cancelled: 'Called off' };

/** @type {readonly import('./table.js').Column<any>[]} */
const MATCH_COLUMNS = [
  { label: 'Dump', className: 'word', cell: (match) => match.dumpName },
  { label: 'Record', className: 'number', cell: (match) => count(match.record) },
  { label: 'Time', className: 'time', cell: (match) => time(match.timestamp, 6) },
  { label: 'Sent by', className: 'word', cell: (match) => match.direction ?? '–' },
  { label: 'Offset', className: 'number', cell: (match) => count(match.offset) },
  { label: 'Match', className: 'mono context', cell: contextCell },
];

/** @param {any} match */
function contextCell({ context, length }) {
  const data = bytesOf(context.data);
  const end = context.start + length;
  const shown = (/** @type {Uint8Array} */ part) =>
    [...part].map((byte) => (byte >= 0x20 && byte <= 0x7e ? String.fromCharCode(byte) : '·')).join('');
  return [
    h('span', { class: 'muted' }, shown(data.subarray(0, context.start))),
    h('mark', {}, shown(data.subarray(context.start, end))),
    h('span', { class: 'muted' }, shown(data.subarray(end))),
  ];
}

/** @param {any} match */
function matchDetails(match) {
  const hex = [...bytesOf(match.context.data)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return h(
    'div',
    { class: 'dump-details' },
    match.flowId !== undefined && h('p', { class: 'actions start' }, payloadLink(match.flowId)),
    h('pre', { class: 'bytes' }, hex),
  );
}

/** @param {any} pattern */
function patternText({ kind, value, ignoreCase, encoding }) {
  const text = kind === 'text' ? JSON.stringify(value) : kind === 'hex' ? value : `/${value}/`;
  return [text, ignoreCase && 'either case', encoding === 'utf-16le' && 'UTF-16'].filter(Boolean).join(', ');
}

/** @param {any} hunt */
function huntView(hunt) {
  const { id, state, progress, pattern, kind, q, dumps, notReady } = hunt;
  const isRunning = state === 'running';
  const act = (/** @type {string} */ method, /** @type {string} */ path) => async () => {
    try {
      await call(path, { method });
      if (method === 'DELETE' && selected === id) select(undefined);
    } catch (error) {
      onProblem(error);
    }
    await refresh(true);
  };
  return h(
    'article',
    { class: id === selected ? 'hunt selected' : 'hunt' },
    h(
      'p',
      {},
      h('strong', { class: 'mono' }, patternText(pattern)),
      ` in ${count(dumps)} ${dumps === 1 ? 'dump' : 'dumps'}${kind === 'dumps' ? '' : `, packets of ${kind} that match`}${q ? ` ${q}` : ''}`,
    ),
    isRunning &&
      h('progress', {
        max: Math.max(1, progress.chunksInAll),
        value: progress.chunks,
        'aria-label': 'Chunks searched',
      }),
    h(
      'p',
      { class: 'muted' },
      `${WORDS[/** @type {keyof typeof WORDS} */ (state)]} · ${time(hunt.createdAt)} · ${count(progress.chunks)} of ${count(progress.chunksInAll)} chunks · ${bytes(progress.bytes)} · ${count(progress.matches)} matches`,
    ),
    notReady > 0 && h('p', { class: 'failure' }, `${count(notReady)} dumps were not split yet and are left out.`),
    progress.lostChunks > 0 &&
      h(
        'p',
        { class: 'failure' },
        `${count(progress.lostChunks)} chunks could not be searched: ${progress.lost ?? ''}`,
      ),
    h(
      'p',
      { class: 'actions start' },
      h('button', { type: 'button', onclick: () => select(hunt) }, 'Matches'),
      progress.matches > 0 && downloadButton(`/api/hunts/${id}/pcap`, onProblem),
      isRunning && h('button', { type: 'button', onclick: act('POST', `/api/hunts/${id}/cancel`) }, 'Call off'),
      h('button', { type: 'button', class: 'danger quiet', onclick: act('DELETE', `/api/hunts/${id}`) }, 'Delete'),
    ),
  );
}

/** All of them now and then; in between only those that run: each costs the bucket a few requests. */
async function askForHunts(all = false) {
  if (all || Date.now() - listedAt > IDLE_MS) {
    hunts = (await call('/api/hunts')).hunts;
    listedAt = Date.now();
    return;
  }
  hunts = await Promise.all(hunts.map((hunt) => (hunt.state === 'running' ? call(`/api/hunts/${hunt.id}`) : hunt)));
}

/** What had the focus has it again. */
function render() {
  const text = JSON.stringify([hunts, selected]);
  if (text === shownText) return;
  shownText = text;
  const places = () => /** @type {HTMLElement[]} */ ([...body.querySelectorAll('button')]);
  const focused = places().indexOf(/** @type {HTMLElement} */ (document.activeElement));
  byId('hunts-count').textContent = hunts.length > 0 ? count(hunts.length) : '';
  fill(body, hunts.length === 0 ? emptyState('No hunts yet.') : hunts.map(huntView));
  if (focused >= 0) places()[focused]?.focus({ preventScroll: true });
}

async function refresh(all = false) {
  clearTimeout(timer);
  let delay = IDLE_MS;
  try {
    await askForHunts(all);
    render();
    if (hunts.some((/** @type {any} */ { state }) => state === 'running')) delay = POLL_MS;
    const mine = hunts.find((/** @type {any} */ { id }) => id === selected);
    if (mine !== undefined && mine.progress.matches !== shownMatches) await showMatches(mine);
  } catch (error) {
    onProblem(error);
  }
  timer = setTimeout(() => void refresh(), delay);
}

/** @param {any} hunt */
function select(hunt) {
  selected = hunt?.id;
  shownMatches = -1;
  fill(found);
  byId('matches').hidden = hunt === undefined;
  if (hunt !== undefined) void refresh(!hunts.some(({ id }) => id === hunt.id));
}

/** @param {any} hunt */
async function showMatches(hunt) {
  // What is open stays open: further matches of a long list come with its button.
  if (found.querySelector('[aria-expanded="true"]') !== null) return;
  shownMatches = hunt.progress.matches;
  byId('matches-count').textContent = `${count(shownMatches)} of ${patternText(hunt.pattern)}`;
  if (shownMatches === 0) {
    fill(found, emptyState(hunt.state === 'running' ? 'Nothing so far.' : 'Nothing was found.'));
    return;
  }
  const { table, body: rows } = createTable(MATCH_COLUMNS, 'Matches, in the order of the dumps');
  const append = async (/** @type {string | undefined} */ cursor) => {
    const page = await call(`/api/hunts/${hunt.id}/matches?size=100${cursor === undefined ? '' : `&cursor=${cursor}`}`);
    for (const match of page.matches) {
      const { row, below } = createRow(MATCH_COLUMNS, match, `the match in record ${match.record}`, matchDetails);
      rows.append(row, below);
    }
    if (page.cursor === undefined) return;
    const button = moreButton(() =>
      append(page.cursor)
        .catch(onProblem)
        .finally(() => button.remove()),
    );
    found.append(button);
  };
  fill(found, table);
  await append(undefined);
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  errorBox.hidden = true;
  const values = new FormData(form);
  const text = (/** @type {string} */ name) => String(values.get(name) ?? '');
  const kind = text('pattern');
  const isHex = kind === 'hex';
  const entries = ['q', 'from', 'to'].map((name) => [name, text(name).trim()]).filter(([, value]) => value !== '');
  try {
    const hunt = await call('/api/hunts', {
      method: 'POST',
      body: {
        ...{ kind: text('kind'), direction: text('direction'), limit: Number(text('limit')) },
        ...Object.fromEntries(entries),
        pattern: {
          ...{ kind, value: text('value') },
          ...(!isHex && { ignoreCase: values.get('ignoreCase') !== null }),
          ...(kind === 'text' && values.get('wide') !== null && { encoding: 'utf-16le' }),
        },
      },
    });
    select(hunt);
  } catch (error) {
    errorBox.textContent = error instanceof Error ? error.message : String(error);
    errorBox.hidden = false;
  }
});

/** What the page was opened with. */
for (const [name, value] of new URLSearchParams(location.search)) {
  const field = form.elements.namedItem(name);
  if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement || field instanceof RadioNodeList) {
    field.value = value;
  }
}
void refresh(true);
