// web: what the page says while the model server is not at work; asked for again as long as the page is looked at.

const EVERY_MS = 10_000;

/** What becomes of dumps meanwhile, where they wait. */
const CONSEQUENCE =
  'What is dropped now is read and kept; scoring is tried again, and what could not be scored is a gap.';
/** Dumps go on without the packet model; the message says all. */
const WITHOUT_HINTS = 'packets-not-scored';

/**
 * The words for a reply of /health/ready; undefined: nothing to say.
 * @param {{modelServer?: {state: string, message: string}} | undefined} health
 * @returns {string | undefined}
 */
export function modelServerNotice(health) {
  const { state, message } = health?.modelServer ?? { state: 'ok', message: '' };
  if (state === 'ok') return undefined;
  return state === WITHOUT_HINTS ? message : `${message} ${CONSEQUENCE}`;
}

/** @param {HTMLElement} notice shown while there is something to say */
export function watchHealth(notice) {
  async function refresh() {
    clearTimeout(timer);
    // Open to all, as probes have no key. Where the server itself is away, the other calls say so.
    const health = await fetch('/health/ready')
      .then((reply) => reply.json())
      .catch(() => undefined);
    const words = modelServerNotice(health);
    if (notice.textContent !== (words ?? '')) notice.textContent = words ?? '';
    notice.hidden = words === undefined;
    if (!document.hidden) timer = setTimeout(refresh, EVERY_MS);
  }
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) void refresh();
  });
  void refresh();
}
