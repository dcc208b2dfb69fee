// docs: docs/SIGMA.md: how Sigma's rules and Security Analytics' detectors find their fields in our documents.

import { FIELD_ALIASES } from '../../lib/document/field-aliases.ts';
import { NETWORK_LOG_TYPE, UNANSWERED } from '../sigma/security-analytics.ts';
import { logSourceText, type SigmaSource, type ValueChange } from '../sigma/sigma-source.ts';
import { SIGMA_SOURCES } from '../sigma/sources.ts';
import { code, GENERATED, table } from './markdown.ts';

const INTRODUCTION = `# Sigma rules and Security Analytics

Flow documents answer [Sigma](https://sigmahq.io)'s rules about the network: those of the categories \`network\`, \`firewall\`, \`dns\`, \`proxy\` and \`webserver\`, and those written for Zeek's logs.

    pip install sigma-cli pysigma-backend-opensearch
    sigma convert -t opensearch_lucene -p local/sigma/smart-ids.yml rule.yml

gives a query for the search box, the API and Dashboards. A rule that asks for what a capture cannot answer is refused with the field and the reason, never converted to a query that finds nothing. The pipeline adds \`network.protocol\` where a log is about one protocol.

Two things to know. Our keyword fields are searched in exact case, Sigma's values in any: a rule that relies on it finds less. And a flow has what its first bytes said: the first request of a connection and its first answer, not all of them.
`;

function valueText(change: ValueChange): string {
  if (change.kind === 'replace') return change.about;
  return Object.entries(change.values)
    .map(([theirs, ours]) => `${code(theirs)} is ${code(ours)}`)
    .join(', ');
}

function sourceSection({ logsource, protocol, fields, values = {}, missing }: SigmaSource): string {
  const rows = Object.entries(fields).map(([theirs, ours]) => {
    const change = values[theirs];
    return [code(theirs), code(ours), change === undefined ? '' : valueText(change)];
  });
  const known = rows.length === 0 ? '' : `\n${table(['Sigma', 'Here', 'Values'], rows)}`;
  const where = protocol === undefined ? '' : `\nFlows with ${code(`network.protocol:${protocol}`)}.\n`;
  const refused = Object.entries(missing).map(([name, reason]) => `- ${code(name)}: ${reason}`);
  const without = refused.length === 0 ? '' : `\nRefused:\n\n${refused.join('\n')}\n`;
  return `### ${code(logSourceText(logsource))}\n${where}${known}${without}`;
}

function securityAnalytics(): string {
  const rows = Object.entries(NETWORK_LOG_TYPE).map(([theirs, looked]) => {
    const alias = FIELD_ALIASES.flows[looked];
    const reason = UNANSWERED[looked];
    const answer = reason ?? (alias === undefined ? 'a field of ours' : `an alias of ${code(alias.path)}`);
    return [code(theirs), code(looked), reason === undefined ? answer : `– (${answer})`];
  });
  return `## OpenSearch Security Analytics

Detectors of the log type \`network\` run over \`smartids-flows\` as it is: where they look for a rule's field there is a field, or an alias in the index template. Nothing has to be mapped by hand.

${table(['In a rule', 'Looked for', 'Here'], rows)}
The log type \`dns\` looks for \`dns.question.name\` and \`dns.answers.type\`, which are fields of ours; its \`aws.route53.*\` names are of Route 53's logs only.
`;
}

export function sigmaPage(): string {
  return [GENERATED, INTRODUCTION, '## Log sources\n', ...SIGMA_SOURCES.map(sourceSection), securityAnalytics()].join(
    '\n',
  );
}
