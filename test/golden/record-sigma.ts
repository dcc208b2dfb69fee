// golden: `npm run record:sigma`: what pySigma makes of the rules by our pipeline, for tests without Python.

import { readFileSync, writeFileSync } from 'node:fs';
import { convertRules, requirePysigma } from '../support/pysigma.ts';
import { SIGMA_CASES } from './sigma/rules.ts';

requirePysigma();
const pipeline = readFileSync(new URL('../../local/sigma/smart-ids.yml', import.meta.url), 'utf8');
const names = Object.keys(SIGMA_CASES);
const conversions = convertRules(
  pipeline,
  Object.values(SIGMA_CASES).map(({ rule }) => rule),
);
const recorded = Object.fromEntries(names.map((name, i) => [name, conversions[i]]));
writeFileSync(new URL('sigma/queries.json', import.meta.url), `${JSON.stringify(recorded, null, 2)}\n`);
