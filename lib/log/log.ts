// log: structured lines on standard error, one JSON object each; no payload bytes, no secrets, no control characters.

import { type DestinationStream, pino } from 'pino';

export type LogFields = Readonly<Record<string, unknown>>;

export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  /** A log whose every line carries these fields too. */
  child(fields: LogFields): Log;
}

const SECRETS = [
  '*.apiKey',
  '*.authorization',
  '*.secretAccessKey',
  '*.password',
  'apiKey',
  'authorization',
  'password',
];

/** JSON escapes control characters, so a name from a capture cannot forge a line. */
export function createLog(
  options: { readonly level: string; readonly name: string },
  destination: DestinationStream = pino.destination({ dest: 2, sync: true }),
): Log {
  return pino(
    {
      level: options.level,
      base: { service: options.name },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRETS, censor: '[redacted]' },
    },
    destination,
  );
}
