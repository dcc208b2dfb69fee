// model: features of an HTTP/1 response's first bytes (RFC 9112).

import { flag, payloadFeatures } from './payload-features.ts';
import type { PayloadView } from './payload-view.ts';

const STATUS = /^http\/1\.[01] (\d{3})/;
const LENGTH = /\ncontent-length: ?(\d{1,12})/;
const EXECUTABLE =
  /\ncontent-type: ?application\/(?:x-msdos-program|x-msdownload|x-dosexec|octet-stream|x-executable|java-archive|x-java-|hta|x-shockwave-flash|x-silverlight|x-ms-application)/;
const ATTACHMENT = /\ncontent-disposition: ?attachment/;
const TOOL_SERVER =
  /\nserver: ?(?:simplehttp|basehttp|python|werkzeug|gunicorn|php|ruby|webrick|mini_?httpd|thttpd|go\b)/;
const ENCODED = /\n(?:content-encoding|transfer-encoding):/;

interface Answer {
  /** 0 where the first line has none that HTTP/1 knows. */
  readonly status: number;
  readonly text: string;
}

function read({ answers }: PayloadView): Answer | undefined {
  const { firstText, text } = answers;
  if (!firstText.startsWith('http/')) return undefined;
  return { status: Number(STATUS.exec(firstText)?.[1] ?? 0), text };
}

/** All 0, and -1 for the length, where nobody answers in HTTP. */
export const HTTP_RESPONSE = payloadFeatures<Answer>(
  read,
  {
    httpAnswered: ({ status }) => flag(status > 0),
    httpOk: ({ status }) => flag(status >= 200 && status < 300),
    httpRedirect: ({ status }) => flag(status >= 300 && status < 400),
    httpRefused: ({ status }) => flag(status === 401 || status === 403 || status === 407),
    httpNotFound: ({ status }) => flag(status === 404),
    httpTimedOut: ({ status }) => flag(status === 408),
    httpClientError: ({ status }) => flag(status >= 400 && status < 500),
    httpServerError: ({ status }) => flag(status >= 500),
    httpAnswerLength: ({ status, text }) => (status === 0 ? -1 : Number(LENGTH.exec(text)?.[1] ?? -1)),
    httpAnswerExecutable: ({ status, text }) => flag(status > 0 && EXECUTABLE.test(text)),
    httpAnswerAttachment: ({ status, text }) => flag(status > 0 && ATTACHMENT.test(text)),
    httpAnswerTool: ({ status, text }) => flag(status > 0 && TOOL_SERVER.test(text)),
    httpAnswerEncoded: ({ status, text }) => flag(status > 0 && ENCODED.test(text)),
    httpAnswerMalformed: ({ status }) => flag(status === 0),
  },
  { httpAnswerLength: () => -1 },
);
