// detection: what an HTTP response says, in words.

import { flag } from './flow-phrases.ts';
import { count, formatNumber } from './number-words.ts';
import type { Phrases } from './phrase.ts';

export const HTTP_ANSWER_PHRASES: Phrases = {
  httpAnswered: flag('answered in HTTP', 'not answered in HTTP'),
  httpOk: flag('answered with success (HTTP 2xx)', 'not answered with success (HTTP 2xx)'),
  httpRedirect: flag('sent elsewhere (HTTP 3xx)', 'not sent elsewhere (HTTP 3xx)'),
  httpRefused: flag('refused (HTTP 401, 403 or 407)', 'not refused (HTTP 401, 403 or 407)'),
  httpNotFound: flag('answered that there is no such page (HTTP 404)', 'no HTTP 404'),
  httpTimedOut: flag('server gave up waiting for the request (HTTP 408)', 'no HTTP 408'),
  httpClientError: flag('answered with an error of the client (HTTP 4xx)', 'no HTTP 4xx'),
  httpServerError: flag('answered with an error of the server (HTTP 5xx)', 'no HTTP 5xx'),
  httpAnswerLength: {
    text: (value) => (value < 0 ? 'no answer with a stated length' : `answer of ${count(value, 'byte', 'bytes')}`),
    unit: (value) => formatNumber(Math.max(value, 0)),
  },
  httpAnswerExecutable: flag('answered with a type of program files', 'not answered with a type of program files'),
  httpAnswerAttachment: flag('answered with a file to keep', 'not answered with a file to keep'),
  httpAnswerTool: flag('answered by a small or scripted web server', 'not answered by a small or scripted web server'),
  httpAnswerEncoded: flag('answer compressed or in pieces', 'answer neither compressed nor in pieces'),
  httpAnswerMalformed: flag('answered with a first line out of form', 'no answer with a first line out of form'),
};
