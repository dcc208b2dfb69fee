// web: the first page: puts the parts together and says what went wrong.

import { createAlerts } from './alerts.js';
import { call, hasKey, Problem, setKey, takeKeyFromAddress, whenUnauthorized } from './api.js';
import { createDumps } from './dumps.js';
import { byId, fill, h } from './element.js';
import { bytes, compact } from './format.js';
import { watchHealth } from './health.js';
import { createSearch } from './search.js';
import { createUploads } from './upload.js';

const NOTICE_MS = 8000;
const keyDialog = /** @type {HTMLDialogElement} */ (byId('key-dialog'));
const keyInput = /** @type {HTMLInputElement} */ (byId('key-input'));
const confirmDialog = /** @type {HTMLDialogElement} */ (byId('confirm-dialog'));
const notice = byId('notice');

/** @type {ReturnType<typeof setTimeout> | undefined} */
let noticeTimer;

/** @param {unknown} error */
function onProblem(error) {
  if (error instanceof Problem && error.status === 401) return;
  notice.textContent = error instanceof Error ? error.message : String(error);
  notice.hidden = false;
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => {
    notice.hidden = true;
  }, NOTICE_MS);
}

function askForKey() {
  if (!keyDialog.open) keyDialog.showModal();
}

async function refreshStats() {
  try {
    const { dumps, flows, alerts } = await call('/api/stats');
    const shown = [
      ['Dumps', compact(dumps.total)],
      ['Read', bytes(dumps.bytes)],
      ['Flows', compact(flows.total)],
      ['Alerts', compact(alerts.total)],
    ];
    fill(
      byId('stats'),
      shown.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
    );
  } catch (error) {
    onProblem(error);
  }
}

/** @param {any} dump @returns {Promise<boolean>} */
function confirmDelete(dump) {
  byId('confirm-text').textContent = `“${dump.name}”, its capture and everything found in it will be gone.`;
  confirmDialog.returnValue = 'cancel';
  confirmDialog.showModal();
  return new Promise((resolve) => {
    confirmDialog.addEventListener('close', () => resolve(confirmDialog.returnValue === 'confirm'), { once: true });
  });
}

takeKeyFromAddress();

const search = createSearch({ body: byId('search-body'), countLabel: byId('search-count'), onProblem });
const alerts = createAlerts({
  body: byId('alerts-body'),
  countLabel: byId('alerts-count'),
  filterButton: byId('alerts-filter'),
  onFlows: (query) => void search.show(query),
  onProblem,
});
const uploads = createUploads({
  drop: byId('drop'),
  input: byId('files'),
  list: byId('uploads'),
  onAnnounced: () => void dumps.refresh(),
});
const dumps = createDumps({
  body: byId('dumps-body'),
  countLabel: byId('dumps-count'),
  isUploading: uploads.isBusy,
  onFinished: () => {
    void refreshStats();
    void alerts.refresh();
    void search.refresh();
  },
  onProblem,
  confirmDelete,
  show: {
    alerts: (dump) => {
      void alerts.showDump(dump);
      byId('alerts').scrollIntoView({ block: 'start' });
    },
    flows: (dump) => void search.show(`smartids.dump.id:"${dump.id}"`),
    packets: (dump) => void search.showRecords(dump),
    anomalies: (dump) => void search.showAnomalies(dump),
  },
});

function refreshAll() {
  void refreshStats();
  void dumps.refresh();
  void alerts.refresh();
  void search.search();
}

whenUnauthorized(askForKey);
byId('key-button').addEventListener('click', askForKey);
byId('key-forget').addEventListener('click', () => {
  setKey(null);
  keyInput.value = '';
  location.reload();
});
keyDialog.addEventListener('submit', () => {
  setKey(keyInput.value);
  keyInput.value = '';
  refreshAll();
});

// The address may get a key while the page is open: another start of the server prints another.
addEventListener('hashchange', () => {
  if (!location.hash.includes('key=')) return;
  takeKeyFromAddress();
  refreshAll();
});

watchHealth(byId('model-notice'));
if (hasKey()) refreshAll();
else askForKey();
