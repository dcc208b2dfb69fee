// config: reads a function's environment once at its start, and tells all that is wrong with it at once.

import type { z } from 'zod';
import { PipelineError } from '../errors/pipeline-error.ts';
import { VARIABLES, type VariableName } from './variables.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The values of the named variables, typed as their schemas say. */
export type Configuration<N extends VariableName> = { readonly [K in N]: z.infer<(typeof VARIABLES)[K]> };

const PREFIX = 'SMARTIDS_';

/**
 * Read the named variables from `env`. Empty values count as absent. A variable of ours that no part of the product
 * knows is an error (most often a misspelling), whichever function reads.
 * @throws PipelineError `invalid-configuration`, permanent, with every problem in its message.
 */
export function readEnvironment<const N extends VariableName>(names: readonly N[], env: Environment): Configuration<N> {
  const problems: string[] = [];
  for (const name of Object.keys(env)) {
    if (name.startsWith(PREFIX) && !Object.hasOwn(VARIABLES, name)) {
      problems.push(`${name}: unknown variable; known are ${closest(name).join(', ')} and others (see .env.example)`);
    }
  }
  const values: Record<string, unknown> = {};
  for (const name of names) {
    const result = VARIABLES[name].safeParse(env[name] === '' ? undefined : env[name]);
    if (result.success) values[name] = result.data;
    else problems.push(`${name}: ${result.error.issues.map((issue) => issue.message).join('; ')}`);
  }
  if (problems.length > 0) {
    throw new PipelineError('invalid-configuration', `environment: ${problems.join(' | ')}`, { permanent: true });
  }
  return values as Configuration<N>; // every name was parsed by its own schema above
}

/** The three known names that share most of a misspelt one's letters pairwise. */
function closest(name: string): readonly string[] {
  const pairs = (text: string) => new Set(Array.from({ length: text.length - 1 }, (_, i) => text.slice(i, i + 2)));
  const wanted = pairs(name.slice(PREFIX.length));
  const score = (candidate: string) => pairs(candidate.slice(PREFIX.length)).intersection(wanted).size;
  return Object.keys(VARIABLES)
    .sort((a, b) => score(b) - score(a))
    .slice(0, 3);
}
