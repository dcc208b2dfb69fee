// web: the ways from what was found back to its packets: a capture file, what was said, a hunt.

import { fetchReply } from './api.js';
import { h } from './element.js';

/**
 * Fetches with the tab's key, then hands the file to the browser.
 * @param {string} path
 */
async function download(path) {
  const reply = await fetchReply(path);
  const name = /filename="([\w.-]+)"/.exec(reply.headers.get('content-disposition') ?? '')?.[1] ?? 'packets.pcapng';
  const url = URL.createObjectURL(await reply.blob());
  const link = h('a', { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/**
 * @param {string} path
 * @param {(error: unknown) => void} onProblem
 * @param {string} [text]
 */
export function downloadButton(path, onProblem, text = 'Download pcap') {
  const button = /** @type {HTMLButtonElement} */ (h('button', { type: 'button' }, text));
  button.addEventListener('click', async () => {
    button.disabled = true;
    button.textContent = 'Reading…';
    try {
      await download(path);
    } catch (error) {
      onProblem(error);
    } finally {
      button.disabled = false;
      button.textContent = text;
    }
  });
  return button;
}

/** @param {string} flowId */
export function payloadLink(flowId) {
  return h('a', { class: 'button', href: `/payload.html?flow=${encodeURIComponent(flowId)}` }, 'Payload');
}

/** @param {Record<string, string>} query kind, q, from, to */
export function huntLink(query, text = 'Hunt…') {
  return h('a', { class: 'button', href: `/hunts.html?${new URLSearchParams(query)}` }, text);
}

/**
 * The packets of all that a query finds.
 * @param {'flows' | 'packets' | 'alerts'} kind
 * @param {Record<string, string>} query q, from, to
 * @param {(error: unknown) => void} onProblem
 * @param {string} [text]
 */
export function foundPacketsButton(kind, query, onProblem, text) {
  return downloadButton(`/api/search/${kind}/pcap?${new URLSearchParams(query)}`, onProblem, text);
}

/** @param {string} flowId @param {(error: unknown) => void} onProblem */
export function flowActions(flowId, onProblem) {
  return h(
    'p',
    { class: 'actions start' },
    payloadLink(flowId),
    downloadButton(`/api/flows/${encodeURIComponent(flowId)}/pcap`, onProblem),
  );
}
