// model: features of an HTTP/1 response's first bytes (RFC 9112).

import { flag, type PayloadFeatures, type PayloadView, writer } from './payload-view.ts';

const STATUS = /^http\/1\.[01] (\d{3})/;
const LENGTH = /\ncontent-length: ?(\d{1,12})/;
const EXECUTABLE =
  /\ncontent-type: ?application\/(?:x-msdos-program|x-msdownload|x-dosexec|octet-stream|x-executable|java-archive|x-java|hta|x-shockwave-flash|x-silverlight|x-ms-application)/;
const ATTACHMENT = /\ncontent-disposition: ?attachment/;
const TOOL_SERVER =
  /\nserver: ?(?:simplehttp|basehttp|python|werkzeug|gunicorn|php|ruby|webrick|mini_?httpd|thttpd|go)/;
const ENCODED = /\n(?:content-encoding|transfer-encoding):/;

const names = [
  ...[
    'httpAnswered',
    'httpOk',
    'httpRedirect',
    'httpRefused',
    'httpNotFound',
    'httpTimedOut',
    'httpClientError',
    'httpServerError',
  ],
  ...[
    'httpAnswerLength',
    'httpAnswerExecutable',
    'httpAnswerAttachment',
    'httpAnswerTool',
    'httpAnswerEncoded',
    'httpAnswerMalformed',
  ],
];

function write({ answers }: PayloadView, out: Float32Array, at: number): void {
  const put = writer(out, at);
  const { firstText, text } = answers;
  const status = Number(STATUS.exec(firstText)?.[1] ?? 0);
  put(flag(status > 0));
  put(flag(status >= 200 && status < 300));
  put(flag(status >= 300 && status < 400));
  put(flag(status === 401 || status === 403 || status === 407));
  put(flag(status === 404));
  put(flag(status === 408));
  put(flag(status >= 400 && status < 500));
  put(flag(status >= 500));
  put(status === 0 ? -1 : Number(LENGTH.exec(text)?.[1] ?? -1));
  put(flag(status > 0 && EXECUTABLE.test(text)));
  put(flag(status > 0 && ATTACHMENT.test(text)));
  put(flag(status > 0 && TOOL_SERVER.test(text)));
  put(flag(status > 0 && ENCODED.test(text)));
  put(flag(status === 0 && firstText.startsWith('http/')));
}

/** All 0, and -1 for the length, where nobody answers in HTTP. */
export const HTTP_RESPONSE: PayloadFeatures = { names, write };
