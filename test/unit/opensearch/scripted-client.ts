// opensearch tests: a client that answers from a script and keeps what it was asked.

import type { SearchClient, SearchReply, SearchRequestOptions } from '../../../lib/opensearch/search-client.ts';

export interface ScriptedClient extends SearchClient {
  readonly requests: { readonly method: string; readonly path: string; readonly options: SearchRequestOptions }[];
}

export function createScriptedClient(
  answer: (path: string, options: SearchRequestOptions) => SearchReply,
): ScriptedClient {
  const requests: ScriptedClient['requests'] = [];
  return {
    requests,
    async request(method, path, options = {}) {
      requests.push({ method, path, options });
      return answer(path, options);
    },
    close: async () => undefined,
  };
}

/** Ids of the documents in a bulk body. */
export function bulkIds(options: SearchRequestOptions): readonly string[] {
  const lines = (options.lines ?? '').split('\n').filter((_, i) => i % 2 === 0);
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line).index._id);
}
