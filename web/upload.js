// web: sends files to the bucket through presigned URLs, one after the other, with progress.

import { call } from './api.js';
import { h } from './element.js';
import { bytes } from './format.js';

const DONE_SHOWN_MS = 4000;

/**
 * @param {{drop: HTMLElement, input: HTMLInputElement, list: HTMLElement, onAnnounced: () => void}} parts
 */
export function createUploads({ drop, input, list, onAnnounced }) {
  /** @type {Promise<void>} */
  let queue = Promise.resolve();
  let pending = 0;

  /** @param {Iterable<File>} files */
  function add(files) {
    for (const file of files) {
      const entry = createEntry(file);
      list.append(entry.item);
      pending += 1;
      queue = queue
        .then(() => send(file, entry, onAnnounced))
        .finally(() => {
          pending -= 1;
          onAnnounced();
        });
    }
  }

  input.addEventListener('change', () => {
    add([...(input.files ?? [])]);
    input.value = '';
  });
  let depth = 0;
  drop.addEventListener('dragenter', () => {
    depth += 1;
    drop.classList.add('over');
  });
  drop.addEventListener('dragleave', () => {
    depth -= 1;
    if (depth === 0) drop.classList.remove('over');
  });
  drop.addEventListener('drop', (event) => {
    depth = 0;
    drop.classList.remove('over');
    add([...(event.dataTransfer?.files ?? [])]);
  });
  // A file dropped beside the zone would replace the page.
  for (const name of ['dragover', 'drop']) document.addEventListener(name, (event) => event.preventDefault());

  return { isBusy: () => pending > 0 };
}

/** @param {File} file */
function createEntry(file) {
  const bar = /** @type {HTMLProgressElement} */ (h('progress', { max: '1', value: '0', 'aria-label': file.name }));
  const state = h('span', { class: 'upload-state' }, 'waiting');
  const button = h('button', { type: 'button', class: 'quiet small' }, 'Cancel');
  const item = h(
    'li',
    {},
    h('span', { class: 'upload-name' }, file.name),
    h('span', { class: 'muted' }, bytes(file.size)),
    bar,
    state,
    button,
  );
  return { item, bar, state, button };
}

/**
 * @param {File} file
 * @param {ReturnType<typeof createEntry>} entry
 * @param {() => void} onAnnounced
 */
async function send(file, { item, bar, state, button }, onAnnounced) {
  const request = new XMLHttpRequest();
  let cancelled = false;
  button.addEventListener('click', () => {
    if (item.classList.contains('failed') || cancelled) item.remove();
    cancelled = true;
    request.abort();
  });
  try {
    if (cancelled) throw new Error('cancelled');
    state.textContent = 'asking for a place';
    // An empty file's size is left out: the analysis says what is wrong with it, as for every other way in.
    const size = file.size > 0 ? { size: file.size } : {};
    const created = await call('/api/dumps', { method: 'POST', body: { fileName: file.name, ...size } });
    onAnnounced();
    await put(request, created.upload, file, (sent) => {
      bar.value = file.size === 0 ? 1 : sent / file.size;
      state.textContent = `${Math.floor(bar.value * 100)} %`;
    });
    bar.value = 1;
    state.textContent = 'uploaded';
    button.remove();
    item.classList.add('done');
    setTimeout(() => item.remove(), DONE_SHOWN_MS);
  } catch (error) {
    item.classList.add('failed');
    state.textContent = cancelled ? 'cancelled' : String(error instanceof Error ? error.message : error);
    button.textContent = 'Dismiss';
  }
}

/**
 * XMLHttpRequest because fetch tells nothing of an upload's progress.
 * @param {XMLHttpRequest} request
 * @param {{url: string, method: string}} upload its Content-Length is set by the browser itself
 * @param {File} file
 * @param {(sent: number) => void} onProgress
 * @returns {Promise<void>}
 */
function put(request, { url, method }, file, onProgress) {
  return new Promise((resolve, reject) => {
    request.upload.addEventListener('progress', (event) => onProgress(event.loaded));
    request.addEventListener('load', () => {
      if (request.status >= 200 && request.status < 300) resolve();
      else reject(new Error(`the bucket refused it: ${request.status}`));
    });
    request.addEventListener('error', () => reject(new Error('the bucket does not answer')));
    request.addEventListener('abort', () => reject(new Error('cancelled')));
    request.open(method, url);
    request.send(file);
  });
}
