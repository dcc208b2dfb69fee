// support: a log that keeps its lines, for tests that ask what was logged and what was not.

import type { Log, LogFields } from '../../lib/log/log.ts';

export interface RecordingLog extends Log {
  readonly lines: { readonly level: string; readonly fields: LogFields; readonly message: string }[];
}

export function createRecordingLog(): RecordingLog {
  const lines: RecordingLog['lines'] = [];
  const write = (level: string) => (fields: LogFields, message: string) => {
    lines.push({ level, fields, message });
  };
  const log: RecordingLog = {
    lines,
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: () => log,
  };
  return log;
}
