// web: a dump's ledger: every record accounted for, in words.

import { h } from './element.js';
import { bytes, count, countsText, seconds, time } from './format.js';
import { rescoreRows } from './rescore.js';

/** @param {any} dump */
export function ledgerView(dump) {
  const { ledger, progress } = dump;
  const chunks = progress.chunks;
  /** @type {[string, string][]} */
  const rows = [
    ['Records', ledger.records === 0 ? '' : `${count(ledger.records)} (${bytes(ledger.bytes)})`],
    ['In flows', ledger.records === 0 ? '' : `${count(ledger.packets)} packets in ${count(ledger.flows)} flows`],
    ['Not in a flow', countsText(ledger.undecodable)],
    ['Warnings', countsText(ledger.warnings)],
    ['Scored', scoredText(ledger)],
    ['Packets not scored', notScoredText(ledger)],
    ['Detections', countsText(ledger.detections)],
    [
      'Gaps',
      ledger.gaps.slice(0, 20).map(gapText).join('; ') +
        (ledger.gaps.length > 20 ? ` … ${count(ledger.gaps.length)} in all` : ''),
    ],
    ['Traffic from', dump.firstSeen === undefined ? '' : `${time(dump.firstSeen, 3)} to ${time(dump.lastSeen, 3)}`],
    ['Link types', dump.linktypes.join(', ')],
    [
      'Chunks',
      chunks === undefined
        ? ''
        : `${count(chunks)}, ${count(progress.inferred)} scored, ${count(progress.indexed)} indexed`,
    ],
    [
      'Time spent',
      Object.entries(ledger.secondsByStage)
        .map(([stage, spent]) => `${stage} ${seconds(Number(spent))}`)
        .join(', '),
    ],
    ...rescoreRows(dump),
    ['Key', dump.key],
    ['Id', dump.id],
  ];
  const list = h('dl', { class: 'ledger' });
  for (const [name, text] of rows) if (text !== '') list.append(h('dt', {}, name), h('dd', {}, text));
  return list;
}

/** A flow model counts flows, a packet model packets: it alone says of which it scored none. @param {any} ledger */
function scoredText({ scored, notScored }) {
  return Object.entries(scored)
    .map(([model, value]) => `${model} ${count(value)} ${model in notScored ? 'packets' : 'flows'}`)
    .join(', ');
}

/** By model, with the reasons. @param {any} ledger */
export function notScoredText({ notScored }) {
  return Object.entries(notScored)
    .map(([model, counts]) => `${model}: ${countsText(counts)}`)
    .join('; ');
}

/** @param {{offset: number, length: number, reason: string}} gap */
function gapText({ offset, length, reason }) {
  return `${bytes(length)} at byte ${count(offset)}: ${reason}`;
}
