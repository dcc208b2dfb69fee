// support: pySigma with its OpenSearch backend, one version in a folder of its own, and the queries it makes of rules.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The backend's version says which pySigma it works with. */
const BACKEND_VERSION = '2.0.3';
const PYSIGMA_VERSION = '1.5.1';
const venv = join(
  process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  ...['smart-ids', `pysigma-${PYSIGMA_VERSION}-opensearch-${BACKEND_VERSION}`],
);
const python = join(venv, 'bin', 'python');

const SCRIPT = `
import json, sys
from sigma.backends.opensearch import OpensearchLuceneBackend
from sigma.collection import SigmaCollection
from sigma.exceptions import SigmaError
from sigma.processing.pipeline import ProcessingPipeline
pipeline, rules = json.load(sys.stdin)
answers = []
for rule in rules:
    try:
        backend = OpensearchLuceneBackend(ProcessingPipeline.from_yaml(pipeline))
        answers.append({'query': backend.convert(SigmaCollection.from_yaml(rule))[0]})
    except SigmaError as error:
        answers.append({'refused': str(error)})
json.dump(answers, sys.stdout)
`;

export type Conversion = { readonly query: string } | { readonly refused: string };

function runs(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
}

/** @throws where it could not be installed from PyPI. */
export function requirePysigma(): void {
  if (existsSync(python) && runs(python, '-c', 'import sigma.backends.opensearch')) return;
  const packages = [`pysigma==${PYSIGMA_VERSION}`, `pysigma-backend-opensearch==${BACKEND_VERSION}`];
  const isInstalled =
    runs('python3', '-m', 'venv', venv) &&
    runs(join(venv, 'bin', 'pip'), 'install', '-q', '--disable-pip-version-check', ...packages);
  if (!isInstalled) throw new Error(`${packages.join(' and ')} could not be installed from PyPI`);
}

/** What each rule becomes by a pipeline, both in YAML. */
export function convertRules(pipeline: string, rules: readonly string[]): readonly Conversion[] {
  const { stdout, stderr, status } = spawnSync(python, ['-c', SCRIPT], {
    input: JSON.stringify([pipeline, rules]),
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (status !== 0) throw new Error(`pySigma: ${stderr}`);
  return JSON.parse(stdout) as readonly Conversion[]; // our own script's answer
}
