// web: tables whose rows open to details; on narrow screens each row stands as a card with its labels.

import { h } from './element.js';

/**
 * @template T
 * @typedef {{
 *   label: string,
 *   cell: (item: T) => import('./element.js').Child | readonly import('./element.js').Child[],
 *   className?: string,
 *   title?: (item: T) => string,
 * }} Column
 */

/**
 * @param {readonly {label: string, className?: string}[]} columns
 * @param {string} caption for screen readers
 * @returns {{table: HTMLElement, body: HTMLElement}}
 */
export function createTable(columns, caption) {
  const head = columns.map(({ label, className }) => h('th', { scope: 'col', class: className }, label));
  const body = h('tbody');
  const table = h(
    'table',
    {},
    h('caption', { class: 'visually-hidden' }, caption),
    h('thead', {}, h('tr', {}, h('th', { class: 'opener' }, h('span', { class: 'visually-hidden' }, 'Details')), head)),
    body,
  );
  return { table: h('div', { class: 'table-wrap' }, table), body };
}

let rowNumber = 0;

/**
 * A row and the row below it that opens on demand; `details` is asked for when it opens.
 * @template T
 * @param {readonly Column<T>[]} columns
 * @param {T} item
 * @param {string} name what the row is about, for screen readers
 * @param {(item: T) => HTMLElement} details
 */
export function createRow(columns, item, name, details) {
  rowNumber += 1;
  const id = `details-${rowNumber}`;
  let current = item;
  const toggle = h('button', {
    type: 'button',
    class: 'toggle',
    'aria-expanded': 'false',
    'aria-controls': id,
    'aria-label': `Details of ${name}`,
  });
  const cells = columns.map(({ label, className }) => h('td', { class: className, 'data-label': label }));
  const row = h('tr', { class: 'row' }, h('td', { class: 'opener' }, toggle), cells);
  const inside = h('td', { colspan: columns.length + 1 });
  const below = h('tr', { id, class: 'details', hidden: true }, inside);

  /** @param {T} next */
  function update(next) {
    current = next;
    for (const [index, { cell, title }] of columns.entries()) {
      const content = cell(next);
      const list = (Array.isArray(content) ? content : [content]).filter((one) => one !== undefined && one !== false);
      cells[index]?.replaceChildren(...list.map((one) => (one instanceof Node ? one : String(one))));
      if (title !== undefined) cells[index]?.setAttribute('title', title(next));
    }
    if (!below.hidden) showDetails();
  }

  /** What had the focus has it again: details of a dump at work are made anew every second. */
  function showDetails() {
    const controls = () => /** @type {HTMLElement[]} */ ([...inside.querySelectorAll('button, summary')]);
    const focused = controls().find((one) => one === document.activeElement)?.textContent;
    inside.replaceChildren(details(current));
    if (focused !== undefined) {
      controls()
        .find((one) => one.textContent === focused)
        ?.focus({ preventScroll: true });
    }
  }

  function flip() {
    below.hidden = !below.hidden;
    toggle.setAttribute('aria-expanded', String(!below.hidden));
    row.classList.toggle('open', !below.hidden);
    if (!below.hidden) showDetails();
  }

  toggle.addEventListener('click', (event) => {
    event.stopPropagation();
    flip();
  });
  row.addEventListener('click', (event) => {
    const isControl = event.target instanceof Element && event.target.closest('a, button, input') !== null;
    if (!isControl && getSelection()?.isCollapsed !== false) flip();
  });
  update(item);
  return { row, below, update, flip, isOpen: () => !below.hidden };
}

/**
 * The button that fetches the next page.
 * @param {() => Promise<void>} more
 */
export function moreButton(more) {
  const button = /** @type {HTMLButtonElement} */ (h('button', { type: 'button', class: 'more' }, 'Show more'));
  button.addEventListener('click', async () => {
    button.disabled = true;
    button.textContent = 'Loading…';
    await more();
  });
  return button;
}

/** @param {string} text @param {...import('./element.js').Child} more */
export function emptyState(text, ...more) {
  return h('p', { class: 'empty' }, text, ...more);
}

/**
 * Names and values of a document, dotted, as queries name them.
 * @param {Record<string, unknown>} document
 */
export function documentView(document) {
  const list = h('dl', { class: 'document' });
  for (const [name, value] of flatten(document, '')) list.append(h('dt', {}, name), h('dd', {}, value));
  return list;
}

/**
 * @param {unknown} value
 * @param {string} name
 * @returns {Generator<[string, string]>}
 */
function* flatten(value, name) {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [key, inner] of Object.entries(value)) yield* flatten(inner, name === '' ? key : `${name}.${key}`);
  } else if (Array.isArray(value) && value.every((one) => typeof one !== 'object')) yield [name, value.join(', ')];
  else if (value !== undefined && value !== null)
    yield [name, typeof value === 'object' ? JSON.stringify(value) : String(value)];
}
