// web: a dump that is scored once more, and what that changed, in words.

import { count, countsText } from './format.js';

/** @param {any} dump */
export function isRescoring({ rescoring }) {
  return rescoring?.state === 'running';
}

/** `flow_net:2, bert_packet:1`. @param {Record<string, string>} models */
function modelNames(models) {
  return Object.values(models).join(', ') || 'the models it had';
}

/**
 * Rows for a dump's details; empty text where there is nothing to tell.
 * @param {any} dump
 * @returns {[string, string][]}
 */
export function rescoreRows({ rescoring, rescored, progress }) {
  return [
    ['Rescoring', rescoring === undefined ? '' : rescoringText(rescoring, progress.chunks)],
    ['Rescored', rescored === undefined ? '' : rescoredText(rescored)],
  ];
}

/** @param {any} rescoring @param {number | undefined} chunks */
function rescoringText({ run, models, state, reason, inferred }, chunks) {
  const by = `run ${count(run)} with ${modelNames(models)}`;
  if (state === 'failed') return `${by} failed: ${reason ?? 'no reason given'}; what is shown is of the run before`;
  return `${by}, ${count(inferred)} of ${count(chunks)} chunks`;
}

/** @param {any} rescored */
function rescoredText({ run, models, comparison, finishedAt, alertsBefore, alertsAfter }) {
  const by = `run ${count(run)} with ${modelNames(models)}`;
  if (finishedAt === undefined || comparison === undefined) return `${by}, being indexed`;
  const { compared, changed, missing, changes } = comparison;
  const parts = [
    `${by}: ${count(changed)} of ${count(compared)} flows changed${changed > 0 ? ` (${countsText(changes)})` : ''}`,
    missing > 0 ? `${count(missing)} could not be compared` : '',
    `alerts ${count(alertsBefore)} before, ${count(alertsAfter)} now`,
  ];
  return parts.filter(Boolean).join('; ');
}
