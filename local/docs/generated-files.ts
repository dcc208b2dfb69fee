// docs: every file of the repository that is written out of descriptions, by its path.

import { DASHBOARD_FILES } from '../dashboards/dashboard-files.ts';
import { ndjson } from '../dashboards/saved-object.ts';
import { sigmaPipeline } from '../sigma/pipeline.ts';
import { SIGMA_SOURCES } from '../sigma/sources.ts';
import { yamlText } from '../sigma/yaml-text.ts';
import { fieldsPage } from './fields-page.ts';
import { sigmaPage } from './sigma-page.ts';

export function generatedFiles(): ReadonlyMap<string, string> {
  return new Map([
    ['docs/FIELDS.md', fieldsPage()],
    ['docs/SIGMA.md', sigmaPage()],
    [
      'local/sigma/smart-ids.yml',
      `# Written by npm run docs, out of local/sigma/*.ts\n${yamlText(sigmaPipeline(SIGMA_SOURCES))}`,
    ],
    ...Object.entries(DASHBOARD_FILES).map(
      ([name, objects]) => [`local/dashboards/${name}.ndjson`, ndjson(objects)] as const,
    ),
  ]);
}
