// web: the alerts, riskiest first, each with the evidence that its risk is the sum of.

import { call } from './api.js';
import { fill, h } from './element.js';
import { count, endpoint, percent, time } from './format.js';
import { foundPacketsButton, huntLink } from './packets.js';
import { createRow, createTable, documentView, emptyState, moreButton } from './table.js';

const PAGE = 25;

/** @type {readonly import('./table.js').Column<any>[]} */
export const ALERT_COLUMNS = [
  { label: 'Risk', className: 'risk', cell: riskCell },
  { label: 'Label', className: 'name', cell: (alert) => alert.smartids?.label ?? '–' },
  { label: 'Source', className: 'mono', cell: (alert) => side(alert, 'source') },
  { label: 'Destination', className: 'mono', cell: (alert) => side(alert, 'destination') },
  { label: 'Flows', className: 'number', cell: (alert) => count(alert.smartids?.alert?.flows) },
  { label: 'First seen', className: 'time', cell: (alert) => time(alert.event?.start) },
  { label: 'Last seen', className: 'time', cell: (alert) => time(alert.event?.end) },
  { label: 'Why', className: 'why', cell: why },
];

/** What the model saw first of all; the rest is in the details. @param {any} alert @returns {string} */
function why(alert) {
  const { reasons = [], evidence = [] } = alert.smartids?.alert ?? {};
  return (reasons[0] ?? evidence[0])?.text ?? '–';
}

/** @param {number} score */
function riskLevel(score) {
  if (score >= 75) return 'critical';
  if (score >= 50) return 'high';
  return score >= 25 ? 'medium' : 'low';
}

/** @param {any} alert */
function riskCell(alert) {
  const score = Number(alert.event?.risk_score ?? 0);
  const level = riskLevel(score);
  return h('span', { class: `risk-badge ${level}`, title: `${level} risk` }, Math.round(score));
}

/** A collapsed side has no address, only a number. @param {any} alert @param {'source' | 'destination'} name */
function side(alert, name) {
  const many = alert.smartids?.alert?.[`${name}s`];
  const ip = endpoint({ ip: alert[name]?.ip });
  return alert[name]?.ip === undefined && many > 1 ? `${count(many)} hosts` : ip;
}

/** @param {any} alert @param {(query: string) => void} onFlows @param {(error: unknown) => void} onProblem */
export function alertDetails(alert, onFlows, onProblem) {
  const { evidence = [], reasons = [], query } = alert.smartids?.alert ?? {};
  const techniques = [alert.threat?.technique ?? []].flat();
  return h(
    'div',
    { class: 'alert-details' },
    alert.message && h('p', {}, alert.message),
    h(
      'ul',
      { class: 'evidence' },
      evidence.map((/** @type {any} */ item) =>
        h('li', {}, h('span', { class: 'points' }, `+${Math.round(Number(item.points))}`), h('span', {}, item.text)),
      ),
    ),
    reasons.length > 0 &&
      h('p', { class: 'muted' }, 'Because: ', reasons.map((/** @type {any} */ reason) => reason.text).join('; ')),
    techniques.length > 0 && h('p', { class: 'muted' }, 'ATT&CK: ', techniques.map(techniqueText).join(', ')),
    h('p', { class: 'muted' }, `Score ${percent(alert.smartids?.score)} · dump ${alert.smartids?.dump?.name ?? '–'}`),
    typeof query === 'string' &&
      h(
        'p',
        { class: 'actions start' },
        h('button', { type: 'button', onclick: () => onFlows(query) }, 'Show its flows'),
        foundPacketsButton('alerts', { q: `smartids.alert.id:"${alert.id}"` }, onProblem),
        huntLink({ kind: 'flows', q: query }, 'Hunt in its packets…'),
      ),
    h('details', {}, h('summary', {}, 'Whole document'), documentView(alert)),
  );
}

/** @param {any} technique */
function techniqueText(technique) {
  return [technique.id, technique.name].flat().filter(Boolean).join(' ');
}

/**
 * @param {{
 *   body: HTMLElement, countLabel: HTMLElement, filterButton: HTMLElement,
 *   onFlows: (query: string) => void, onProblem: (error: unknown) => void,
 * }} parts
 */
export function createAlerts({ body, countLabel, filterButton, onFlows, onProblem }) {
  /** @type {{id: string, name: string} | undefined} */
  let dump;
  let turn = 0;
  /** Rows by alert, and those that stay open when the list is made anew. @type {Map<string, () => boolean>} */
  const shown = new Map();
  /** @type {Set<string>} */
  let opened = new Set();

  async function refresh() {
    turn += 1;
    const mine = turn;
    try {
      const first = await page(undefined);
      if (mine !== turn) return;
      opened = new Set([...shown].filter(([, isOpen]) => isOpen()).map(([id]) => id));
      shown.clear();
      const { total } = first;
      countLabel.textContent = total.value > 0 ? count(total.value) : '';
      if (first.hits.length === 0) {
        fill(body, emptyState(dump === undefined ? 'No alerts yet.' : 'No alerts in this dump.'));
        return;
      }
      const { table, body: rows } = createTable(ALERT_COLUMNS, 'Alerts, riskiest first');
      append(rows, first.hits);
      fill(body, table);
      offerMore(rows, first.cursor, mine);
    } catch (error) {
      onProblem(error);
    }
  }

  /** @param {string | undefined} cursor */
  function page(cursor) {
    const base = { sort: 'event.risk_score:desc,@timestamp:desc', size: PAGE };
    const filter = dump === undefined ? {} : { q: `smartids.dump.id:"${dump.id}"` };
    return call('/api/search/alerts', { method: 'POST', body: { ...base, ...filter, ...(cursor && { cursor }) } });
  }

  /** @param {HTMLElement} rows @param {readonly any[]} alerts */
  function append(rows, alerts) {
    for (const alert of alerts) {
      const { row, below, flip, isOpen } = createRow(
        ALERT_COLUMNS,
        alert,
        String(alert.smartids?.label ?? 'alert'),
        (item) => alertDetails(item, onFlows, onProblem),
      );
      rows.append(row, below);
      if (opened.has(alert.id)) flip();
      shown.set(alert.id, isOpen);
    }
  }

  /** @param {HTMLElement} rows @param {string | undefined} cursor @param {number} mine */
  function offerMore(rows, cursor, mine) {
    if (cursor === undefined) return;
    const button = moreButton(async () => {
      try {
        const next = await page(cursor);
        button.remove();
        if (mine !== turn) return;
        append(rows, next.hits);
        offerMore(rows, next.cursor, mine);
      } catch (error) {
        button.remove();
        onProblem(error);
      }
    });
    body.append(button);
  }

  /** @param {{id: string, name: string} | undefined} next */
  function showDump(next) {
    dump = next;
    filterButton.hidden = next === undefined;
    filterButton.textContent = next === undefined ? '' : `${next.name} ✕`;
    filterButton.setAttribute('aria-label', next === undefined ? '' : `Only ${next.name}; show all`);
    return refresh();
  }

  filterButton.addEventListener('click', () => void showDump(undefined));
  return { refresh, showDump };
}
