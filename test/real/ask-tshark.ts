// real: before the tests, what others need is installed and every question to tshark asked, so that no two tests do.
import { availableParallelism } from 'node:os';
import { installNfstream, isNfstreamInstalled, NFSTREAM_VERSION } from '../support/nfstream.ts';
import { capturesFolder, hasCaptures, labelledSample, oddCaptures, sampleSeed } from './captures.ts';
import { requireTshark, tsharkVersion } from './tools.ts';

export default async function askAll(): Promise<void> {
  if (!hasCaptures) {
    console.log(`test:real: skipped, no captures in ${capturesFolder}: set SMARTIDS_CAPTURES`);
    return;
  }
  requireTshark();
  if (!isNfstreamInstalled() && !installNfstream()) {
    console.log(
      `test:real: the comparison with NFStream is skipped, pip could not install nfstream ${NFSTREAM_VERSION}`,
    );
  }
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
