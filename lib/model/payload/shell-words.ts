// model: lines that are typed into a shell or printed by one, and those by which bots are steered.

import { flag, payloadFeatures } from './payload-features.ts';
import type { PayloadView } from './payload-view.ts';
import { countFound } from './text-measures.ts';

/** What is typed into a shell, or printed by one. */
const SHELL_WORDS: readonly RegExp[] = [
  /microsoft (?:\(r\) )?windows.{0,20}\[version/,
  /uid=\d+\(/,
  /\/bin\/(?:ba|z|k|da)?sh\b|cmd\.exe|command\.com/,
  /busybox|\/proc\/mounts|\becho -ne/,
  /\b(?:whoami|ipconfig|ifconfig|netstat|tasklist|systeminfo|hostname|uname -a|net user|net view|cat \/etc)\b/,
  /\b(?:wget|tftp|curl) .{0,40}(?:http|-g|-o)/,
  /directory of [a-z]:\\|volume in drive|[a-z]:\\(?:windows|winnt|documents)/,
  /root:x:0:0|drwxr|no such file or directory|command not found|permission denied/,
  /chmod (?:777|\+x)|rm -rf|nc -[el]|perl -|python -c/,
];
/** What a shell says first. */
const SHELL_BANNER =
  /^\s{0,4}(?:microsoft (?:\(r\) )?windows|uid=\d+\(|(?:ba)?sh-\d\.\d+[#$]|\/bin\/(?:ba)?sh:|(?:ba)?sh: |\w{1,16}@[\w-]{1,24}:[~/]|[a-z]:\\(?:windows|winnt|users|documents).{0,40}>|whoami|id\n|uname -a|ipconfig|net user)/;
/** Lines by which bots and their masters speak. */
const IRC = /(?:^|\n)(?:nick |join #|privmsg |user \S+ \S+ \S+ :|ping :)|\birc\./;

/** Requests of HTTP name programs and files without running any. */
export const REQUEST = /^(?:get|post|head|put|options|delete|connect|propfind) \S/;

function read(view: PayloadView): PayloadView | undefined {
  const { source, destination } = view;
  if ((source.firstText === '' && destination.firstText === '') || REQUEST.test(source.firstText)) return undefined;
  return view;
}

/** All 0 where neither side's first packet begins like text, and in requests of HTTP. */
export const SHELL = payloadFeatures<PayloadView>(read, {
  shellWords: ({ source, destination }) =>
    countFound(SHELL_WORDS, source.text) + countFound(SHELL_WORDS, destination.text),
  shellBanner: ({ source, destination }) =>
    flag(SHELL_BANNER.test(source.firstText) || SHELL_BANNER.test(destination.firstText)),
  ircWords: ({ source }) => flag(IRC.test(source.text)),
});
