// web: the dumps with their live state; the list is asked for again every second while anything is unfinished.

import { call } from './api.js';
import { fill, h } from './element.js';
import { bytes, count, time } from './format.js';
import { ledgerView } from './ledger.js';
import { huntLink } from './packets.js';
import { isRescoring } from './rescore.js';
import { createRow, createTable, emptyState, moreButton } from './table.js';

const PAGE = 25;
const FAST_MS = 1000;
const SLOW_MS = 10_000;
/** An upload that has not begun after this long is nobody's any more. */
const UPLOAD_PATIENCE_MS = 15 * 60 * 1000;

const WORDS = {
  uploading: 'uploading',
  splitting: 'reading',
  inferring: 'scoring',
  indexing: 'indexing',
  alerting: 'raising alerts',
  ready: 'ready',
  error: 'error',
};

/** @type {readonly import('./table.js').Column<any>[]} */
const COLUMNS = [
  { label: 'Name', className: 'name', cell: (dump) => dump.name, title: (dump) => dump.key },
  { label: 'State', className: 'state', cell: stateCell },
  { label: 'Size', className: 'number', cell: (dump) => bytes(dump.sizeBytes) },
  { label: 'Records', className: 'number', cell: (dump) => count(dump.ledger.records) },
  { label: 'Flows', className: 'number', cell: (dump) => count(dump.ledger.flows) },
  { label: 'Alerts', className: 'number', cell: (dump) => alertsCell(dump) },
  { label: 'Came', className: 'time', cell: (dump) => time(dump.createdAt) },
];

/** @param {any} dump */
function stateCell(dump) {
  const pill = h(
    'span',
    { class: `pill ${dump.state}` },
    WORDS[/** @type {keyof typeof WORDS} */ (dump.state)] ?? dump.state,
  );
  const share = doneShare(dump);
  const remarks = [
    dump.state === 'ready' && dump.ledger.gaps.length > 0 && h('span', { class: 'pill warn' }, 'with gaps'),
    isRescoring(dump) && h('span', { class: 'pill rescoring' }, 'rescoring'),
  ];
  if (share === undefined) return [pill, ...remarks];
  return [
    pill,
    ...remarks,
    h('progress', { max: '1', value: String(share), 'aria-label': `${Math.round(share * 100)} % done` }),
  ];
}

/** Half of the way is scoring, half is indexing; before split has the total nobody knows. @param {any} dump */
function doneShare(dump) {
  const { state, progress, rescoring } = dump;
  if (isRescoring(dump)) return progress.chunks > 0 ? rescoring.inferred / (2 * progress.chunks) : undefined;
  if (state !== 'inferring' && state !== 'indexing') return undefined;
  return progress.chunks > 0 ? (progress.inferred + progress.indexed) / (2 * progress.chunks) : undefined;
}

/** @param {any} dump */
function alertsCell(dump) {
  if (dump.alerts === undefined) return '–';
  return dump.alerts > 0 ? h('strong', { class: 'has-alerts' }, count(dump.alerts)) : '0';
}

/**
 * @param {{
 *   body: HTMLElement, countLabel: HTMLElement, isUploading: () => boolean,
 *   onFinished: () => void, onProblem: (error: unknown) => void, confirmDelete: (dump: any) => Promise<boolean>,
 *   show: {flows: (dump: any) => void, alerts: (dump: any) => void, packets: (dump: any) => void, anomalies: (dump: any) => void},
 * }} parts
 */
export function createDumps({ body, countLabel, isUploading, onFinished, onProblem, confirmDelete, show }) {
  const { table, body: rows } = createTable(COLUMNS, 'Dumps, newest first');
  /** @type {Map<string, {row: HTMLElement, below: HTMLElement, update: (dump: any) => void, text: string, state: string}>} */
  const known = new Map();
  const footer = h('div');
  let wanted = PAGE;
  let shown = PAGE;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let running = false;
  let again = false;

  async function refresh() {
    if (running) {
      again = true;
      return;
    }
    running = true;
    clearTimeout(timer);
    let delay = SLOW_MS;
    try {
      const { dumps, total, cursor } = await fetchDumps(wanted);
      render(dumps, total, cursor);
      if (isUploading() || dumps.some(isUnfinished)) delay = FAST_MS;
    } catch (error) {
      onProblem(error);
    } finally {
      running = false;
      timer = setTimeout(refresh, again ? 0 : delay);
      again = false;
    }
  }

  /** @param {readonly any[]} dumps @param {number} total @param {string | undefined} cursor */
  function render(dumps, total, cursor) {
    countLabel.textContent = total > 0 ? count(total) : '';
    if (dumps.length === 0) {
      known.clear();
      fill(rows);
      fill(body, emptyState('Nothing yet. Drop a capture above, or PUT one under dumps/ with any S3 client.'));
      return;
    }
    let finished = false;
    for (const dump of dumps) {
      const text = JSON.stringify(dump);
      const entry = known.get(dump.id);
      if (entry === undefined)
        known.set(dump.id, { ...createRow(COLUMNS, dump, dump.name, detailsOf), text, state: dump.state });
      else if (entry.text !== text) {
        finished ||= entry.state !== dump.state && isDone(dump);
        entry.update(dump);
        entry.text = text;
        entry.state = dump.state;
      }
    }
    arrange(dumps);
    // What stands on the page stays attached: taking it off for a moment would lose focus and scroll.
    if (!table.isConnected) fill(body, table, footer);
    if ((cursor !== undefined) !== footer.hasChildNodes() || wanted !== shown) {
      fill(footer, cursor !== undefined && moreButton(showMore));
      shown = wanted;
    }
    if (finished) onFinished();
  }

  /** Rows move only where the order changed, so that focus and selection stay. @param {readonly any[]} dumps */
  function arrange(dumps) {
    const order = dumps.flatMap(({ id }) => {
      const entry = known.get(id);
      return entry === undefined ? [] : [entry.row, entry.below];
    });
    const ids = new Set(dumps.map(({ id }) => id));
    for (const id of known.keys()) if (!ids.has(id)) known.delete(id);
    if (order.length !== rows.children.length || order.some((row, index) => rows.children[index] !== row))
      fill(rows, order);
  }

  async function showMore() {
    wanted += PAGE;
    await refresh();
  }

  /** @param {any} dump */
  function detailsOf(dump) {
    const remove = h('button', { type: 'button', class: 'danger quiet' }, 'Delete…');
    remove.addEventListener('click', async () => {
      if (!(await confirmDelete(dump))) return;
      try {
        await call(`/api/dumps/${dump.id}`, { method: 'DELETE' });
        onFinished();
      } catch (error) {
        onProblem(error);
      }
      await refresh();
    });
    const hasRecords = dump.ledger.records > 0;
    return h(
      'div',
      { class: 'dump-details' },
      dump.error && h('p', { class: 'failure' }, h('strong', {}, dump.error.code), ' ', dump.error.message),
      dump.details && h('p', { class: 'muted' }, dump.details),
      h(
        'p',
        { class: 'actions start' },
        hasRecords && h('button', { type: 'button', onclick: () => show.alerts(dump) }, 'Alerts'),
        hasRecords && h('button', { type: 'button', onclick: () => show.flows(dump) }, 'Flows'),
        hasRecords && h('button', { type: 'button', onclick: () => show.packets(dump) }, 'Packets'),
        hasRecords && h('button', { type: 'button', onclick: () => show.anomalies(dump) }, 'Anomalies'),
        hasRecords && huntLink({ q: `smartids.dump.id:"${dump.id}"` }),
        remove,
      ),
      ledgerView(dump),
    );
  }

  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) void refresh();
  });
  return { refresh };
}

/** Pages of the list until `wanted` dumps are there. @param {number} wanted */
async function fetchDumps(wanted) {
  const dumps = [];
  let total = 0;
  let cursor;
  do {
    const size = Math.min(100, wanted - dumps.length);
    const page = await call(`/api/dumps?size=${size}${cursor === undefined ? '' : `&cursor=${cursor}`}`);
    dumps.push(...page.dumps);
    ({ total, cursor } = page);
  } while (cursor !== undefined && dumps.length < wanted);
  return { dumps, total, cursor };
}

/** @param {any} dump */
function isDone({ state }) {
  return state === 'ready' || state === 'error';
}

/** @param {any} dump */
function isUnfinished(dump) {
  if (dump.state === 'uploading') return Date.now() - Date.parse(dump.createdAt) < UPLOAD_PATIENCE_MS;
  return !isDone(dump) || isRescoring(dump);
}
