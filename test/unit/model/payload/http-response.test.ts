import { HTTP_RESPONSE } from '../../../../lib/model/payload/http-response.ts';
import { answers, describePairs } from './said-features.ts';

const status = (code: string, headers = '') => answers(`HTTP/1.1 ${code}\r\n${headers}\r\n`);
const ok = (headers = '') => status('200 OK', headers);

describePairs('features of an HTTP response', HTTP_RESPONSE, {
  httpAnswered: [ok(), answers('HTTP is fun\r\n')],
  httpOk: [ok(), status('304 Not Modified')],
  httpRedirect: [status('302 Found'), ok()],
  httpRefused: [status('407 Proxy Authentication Required'), status('402 Payment Required')],
  httpNotFound: [status('404 Not Found'), status('410 Gone')],
  httpTimedOut: [status('408 Request Timeout'), status('504 Gateway Timeout')],
  httpClientError: [status('418 Teapot'), status('500 Oops')],
  httpServerError: [status('503 Busy'), status('418 Teapot')],
  httpAnswerLength: [ok('Content-Length: 42\r\n'), answers('\ncontent-length: 42'), 42, -1],
  httpAnswerExecutable: [
    ok('Content-Type: application/x-msdownload\r\n'),
    ok('Content-Type: application/x-javascript\r\n'),
  ],
  httpAnswerAttachment: [ok('Content-Disposition: attachment; filename=a\r\n'), ok('Content-Disposition: inline\r\n')],
  httpAnswerTool: [ok('Server: SimpleHTTP/0.6 Python/3.11\r\n'), ok('Server: Google Frontend\r\n')],
  httpAnswerEncoded: [ok('Content-Encoding: gzip\r\n'), ok('Content-Type: text/html\r\n')],
  httpAnswerMalformed: [answers('HTTP/1.1 what\r\n\r\n'), ok()],
});
