// web: the search box and its results, newest first, page by page.

import { ALERT_COLUMNS, alertDetails } from './alerts.js';
import { call, Problem } from './api.js';
import { byId, fill, h } from './element.js';
import { bytes, count, endpoint, percent, seconds, time } from './format.js';
import { flowActions, foundPacketsButton, huntLink } from './packets.js';
import { createRow, createTable, documentView, emptyState, moreButton } from './table.js';

const PAGE = 50;

/** @type {readonly import('./table.js').Column<any>[]} */
const FLOW_COLUMNS = [
  { label: 'Time', className: 'time', cell: (flow) => time(flow['@timestamp'], 3) },
  { label: 'Source', className: 'mono', cell: (flow) => endpoint(flow.source) },
  { label: 'Destination', className: 'mono', cell: (flow) => endpoint(flow.destination) },
  {
    label: 'Protocol',
    className: 'word',
    cell: (flow) => [flow.network?.transport, flow.network?.protocol].filter(Boolean).join(' · ') || '–',
  },
  { label: 'Packets', className: 'number', cell: (flow) => count(flow.network?.packets) },
  { label: 'Bytes', className: 'number', cell: (flow) => bytes(flow.network?.bytes) },
  { label: 'Lasted', className: 'number', cell: (flow) => seconds(Number(flow.event?.duration ?? 0) / 1e9) },
  { label: 'Label', cell: labelCell },
];

/** @type {readonly import('./table.js').Column<any>[]} */
const PACKET_COLUMNS = [
  { label: 'Time', className: 'time', cell: (packet) => time(packet['@timestamp'], 6) },
  { label: 'Source', className: 'mono', cell: (packet) => endpoint(packet.source) },
  { label: 'Destination', className: 'mono', cell: (packet) => endpoint(packet.destination) },
  { label: 'Protocol', className: 'word', cell: (packet) => packet.network?.transport ?? '–' },
  { label: 'Flags', className: 'mono', cell: (packet) => packet.smartids?.packet?.tcp_flags ?? '–' },
  { label: 'Bytes', className: 'number', cell: (packet) => count(packet.network?.bytes) },
  { label: 'Label', cell: labelCell },
];

/** Packets as the bucket has them, record by record. @type {readonly import('./table.js').Column<any>[]} */
const RECORD_COLUMNS = [
  { label: 'Record', className: 'number', cell: (packet) => count(packet.record) },
  { label: 'Time', className: 'time', cell: (packet) => time(packet.timestamp, 6) },
  { label: 'Source', className: 'mono', cell: (packet) => endpoint(packet.source, packet.source.mac ?? '–') },
  {
    label: 'Destination',
    className: 'mono',
    cell: (packet) => endpoint(packet.destination, packet.destination.mac ?? '–'),
  },
  { label: 'Length', className: 'number', cell: (packet) => count(packet.originalLength) },
  { label: 'Info', className: 'info', cell: (packet) => packet.info },
];

/** Flows without a detection, by how odd they are. @type {readonly import('./table.js').Column<any>[]} */
const ANOMALY_COLUMNS = [
  { label: 'Anomaly', className: 'number', cell: (flow) => percent(flow.smartids?.anomaly) },
  ...FLOW_COLUMNS.slice(0, -1),
];

const COLUMNS = {
  anomalies: ANOMALY_COLUMNS,
  flows: FLOW_COLUMNS,
  packets: PACKET_COLUMNS,
  alerts: ALERT_COLUMNS,
  records: RECORD_COLUMNS,
};

/** @param {any} document */
function labelCell(document) {
  const label = document.smartids?.label;
  if (label === undefined) return h('span', { class: 'muted' }, 'not scored');
  const isDetection = document.smartids?.detection ?? label !== 'Normal';
  const score = document.smartids?.score;
  const word = h(
    'span',
    { class: isDetection ? 'label bad' : 'label', title: score === undefined ? '' : `score ${percent(score)}` },
    label,
  );
  const hint = packetModelHint(document);
  return hint === undefined ? word : h('span', {}, word, h('span', { class: 'hint', title: hint.title }, hint.text));
}

/** The packet model's word beside flow_net's: a hint, and said to be one. @param {any} document */
export function packetModelHint(document) {
  const { label, score, packets_scored: packets } = document.smartids?.packet_model ?? {};
  if (label === undefined) return undefined;
  const title = `A hint of the packet model: ${percent(score)} over ${count(packets)} packets, not calibrated.`;
  return { text: `packets: ${label}`, title };
}

/**
 * @typedef {{columns: keyof typeof COLUMNS, title?: string, actions?: () => HTMLElement[], fetch: (cursor: string | undefined) => Promise<{items: readonly any[], total: number, cursor?: string}>}} Listing
 * @param {{body: HTMLElement, countLabel: HTMLElement, onProblem: (error: unknown) => void}} parts
 */
export function createSearch({ body, countLabel, onProblem }) {
  const form = /** @type {HTMLFormElement} */ (byId('search-form'));
  const input = /** @type {HTMLInputElement} */ (byId('q'));
  const errorBox = byId('q-error');
  const actions = byId('search-actions');
  let turn = 0;
  /** @type {keyof typeof COLUMNS} */
  let lastColumns = 'flows';

  async function search() {
    const values = new FormData(form);
    const kind = /** @type {'flows' | 'packets' | 'alerts'} */ (values.get('kind') ?? 'flows');
    for (const radio of radios()) radio.checked = radio.value === kind;
    const request = { size: PAGE, ...chosen(values) };
    await list({
      columns: kind,
      actions: () => foundActions(kind, chosen(values)),
      async fetch(cursor) {
        const page = await call(`/api/search/${kind}`, {
          method: 'POST',
          body: { ...request, ...(cursor && { cursor }) },
        });
        return { items: page.hits, total: page.total.value, cursor: page.cursor };
      },
    });
  }

  /** New documents came: results that nobody asked for in particular, or that were none, are asked for again. */
  async function refresh() {
    const isOpened =
      body.querySelector('[aria-expanded="true"]') !== null || body.querySelectorAll('tr.row').length > PAGE;
    const hasAsked = input.value !== '' || input === document.activeElement;
    if (!isOpened && !hasAsked && lastColumns !== 'records') await search();
  }

  /** @param {Listing} listing */
  async function list(listing) {
    turn += 1;
    const mine = turn;
    lastColumns = listing.columns;
    errorBox.hidden = true;
    actions.hidden = true;
    body.classList.add('busy');
    try {
      const first = await listing.fetch(undefined);
      if (mine !== turn) return;
      countLabel.textContent = `${count(first.total)}${listing.title ?? ''}`;
      if (first.items.length === 0) return fill(body, emptyState('Nothing matches.'));
      fill(actions, listing.actions?.());
      actions.hidden = listing.actions === undefined;
      const { table, body: rows } = createTable(
        COLUMNS[listing.columns],
        listing.columns === 'anomalies' ? 'Results, oddest first' : 'Results, newest first',
      );
      append(rows, listing.columns, first.items);
      fill(body, table);
      offerMore(rows, listing, first.cursor, mine);
    } catch (error) {
      if (mine === turn) showError(error);
    } finally {
      if (mine === turn) body.classList.remove('busy');
    }
  }

  /** Whatever has a flow leads to its packets. @param {any} item */
  function detailsOf(item) {
    const flow = item.flowId ?? item.smartids?.flow?.id ?? item.event?.id;
    if (typeof flow !== 'string') return documentView(item);
    return h('div', { class: 'dump-details' }, flowActions(flow, onProblem), documentView(item));
  }

  /** @param {HTMLElement} rows @param {keyof typeof COLUMNS} columns @param {readonly any[]} items */
  function append(rows, columns, items) {
    for (const item of items) {
      const name = String(item.id ?? `record ${item.record}`);
      const details =
        columns === 'alerts' ? (/** @type {any} */ one) => alertDetails(one, showFlows, onProblem) : detailsOf;
      const { row, below } = createRow(COLUMNS[columns], item, name, details);
      rows.append(row, below);
    }
  }

  /** @param {HTMLElement} rows @param {Listing} listing @param {string | undefined} cursor @param {number} mine */
  function offerMore(rows, listing, cursor, mine) {
    if (cursor === undefined) return;
    const button = moreButton(async () => {
      try {
        const next = await listing.fetch(cursor);
        button.remove();
        if (mine !== turn) return;
        append(rows, listing.columns, next.items);
        offerMore(rows, listing, next.cursor, mine);
      } catch (error) {
        button.remove();
        onProblem(error);
      }
    });
    body.append(button);
  }

  /** A fault in the query stands under it, with a mark at its place. @param {unknown} error */
  function showError(error) {
    if (!(error instanceof Problem) || error.status !== 400) return onProblem(error);
    const { position, message } = error;
    const mark = position === undefined ? '' : `${input.value}\n${' '.repeat(position)}▲\n`;
    errorBox.textContent = mark + message;
    errorBox.hidden = false;
    if (position !== undefined) {
      input.focus();
      input.setSelectionRange(position, position);
    }
  }

  /** @param {'flows' | 'packets' | 'alerts'} kind @param {Record<string, string>} query */
  function foundActions(kind, query) {
    const hunted = kind === 'alerts' ? 'alerts' : 'flows';
    const word = kind === 'alerts' ? 'Download packets of these alerts' : 'Download these packets';
    return [
      foundPacketsButton(kind, query, onProblem, word),
      ...(kind === 'packets' ? [] : [huntLink({ kind: hunted, ...query }, 'Hunt in these…')]),
    ];
  }

  function radios() {
    return /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll('input[name="kind"]'));
  }

  /** @param {string} query @param {'flows' | 'packets' | 'alerts'} [kind] */
  function show(query, kind = 'flows') {
    input.value = query;
    for (const radio of radios()) radio.checked = radio.value === kind;
    byId('search').scrollIntoView({ block: 'start' });
    return search();
  }

  /** @param {string} query */
  function showFlows(query) {
    void show(query);
  }

  /** Decoded from the capture itself, so none is missing. @param {{id: string, name: string}} dump */
  function showRecords(dump) {
    input.value = '';
    for (const radio of radios()) radio.checked = false;
    byId('search').scrollIntoView({ block: 'start' });
    return list({
      columns: 'records',
      title: ` packets of ${dump.name}, read from the capture`,
      async fetch(cursor) {
        const page = await call(
          `/api/dumps/${dump.id}/packets?size=200${cursor === undefined ? '' : `&cursor=${cursor}`}`,
        );
        return { items: page.packets, total: page.records, cursor: page.cursor };
      },
    });
  }

  /** What no label was given to, the oddest first. @param {{id: string, name: string}} dump */
  function showAnomalies(dump) {
    const q = anomalyQuery(dump.id);
    input.value = q;
    for (const radio of radios()) radio.checked = radio.value === 'flows';
    byId('search').scrollIntoView({ block: 'start' });
    return list({
      columns: 'anomalies',
      title: ` flows of ${dump.name} without a detection, the oddest first`,
      async fetch(cursor) {
        const body = { q, sort: 'smartids.anomaly:desc', size: PAGE, ...(cursor && { cursor }) };
        const page = await call('/api/search/flows', { method: 'POST', body });
        return { items: page.hits, total: page.total.value, cursor: page.cursor };
      },
    });
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void search();
  });
  form.addEventListener('change', (event) => {
    if (event.target instanceof HTMLInputElement && event.target.name === 'kind') void search();
  });
  for (const example of form.querySelectorAll('.example')) {
    example.addEventListener('click', () => showFlows(example.getAttribute('data-q') ?? ''));
  }
  return { search, refresh, show, showRecords, showAnomalies };
}

/** @param {string} dumpId */
export function anomalyQuery(dumpId) {
  return `smartids.dump.id:"${dumpId}" AND smartids.detection:false AND smartids.anomaly:[0.9 TO *]`;
}

/** What is filled in. @param {FormData} values */
function chosen(values) {
  const entries = ['q', 'from', 'to'].map((name) => [name, String(values.get(name) ?? '').trim()]);
  return Object.fromEntries(entries.filter(([, value]) => value !== ''));
}
