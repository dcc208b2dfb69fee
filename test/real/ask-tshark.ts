// real: before the tests, every question to tshark at once, so that no two tests ask the same.
import { availableParallelism } from 'node:os';
import { capturesFolder, hasCaptures, labelledSample, oddCaptures, sampleSeed } from './captures.ts';
import { requireTshark, tsharkVersion } from './tools.ts';

export default async function askAll(): Promise<void> {
  if (!hasCaptures) {
    console.log(`test:real: skipped, no captures in ${capturesFolder}: set SMARTIDS_CAPTURES`);
    return;
  }
  requireTshark();
  const { prepareTsharkAnswer } = await import('./tshark.ts');
  const odd = oddCaptures();
  const sample = labelledSample();
  const waiting = [...odd, ...sample];
  const began = performance.now();
  console.log(
    `test:real: ${odd.length} odd captures and ${sample.length} labelled ones (sample ${sampleSeed}) of ${capturesFolder}; tshark ${tsharkVersion()}`,
  );
  const ask = async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await prepareTsharkAnswer(next.path);
  };
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, ask));
  console.log(`test:real: tshark has answered after ${Math.round((performance.now() - began) / 1000)} s`);
}
