// sigma: how the fields of one Sigma log source are called in our flow documents.
// https://sigmahq.io/docs/basics/log-sources.html; taxonomy 2.1.0

export interface LogSource {
  readonly category?: string;
  readonly product?: string;
  readonly service?: string;
}

/** Values that Sigma's rules write otherwise than our documents. */
export type ValueChange =
  | { readonly kind: 'map'; readonly values: Readonly<Record<string, string>> }
  | { readonly kind: 'replace'; readonly expression: string; readonly replacement: string; readonly about: string };

export interface SigmaSource {
  readonly logsource: LogSource;
  /** `network.protocol` of the flows that such a log is about; absent: all. */
  readonly protocol?: string;
  /** Sigma's name → ours. */
  readonly fields: Readonly<Record<string, string>>;
  /** By Sigma's name. */
  readonly values?: Readonly<Record<string, ValueChange>>;
  /** Names that rules use and a capture, or our documents, cannot answer, with the reason. */
  readonly missing: Readonly<Record<string, string>>;
}

/** `product: zeek, service: dns`. */
export function logSourceText({ category, product, service }: LogSource): string {
  return Object.entries({ category, product, service })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ');
}

/** `zeek_dns`. */
export function logSourceId({ category, product, service }: LogSource): string {
  return [category, product, service].filter((part) => part !== undefined).join('_');
}
