// model: features of what a flow's first payload bytes say, each a name beside the function that works it out.

import type { PayloadView } from './payload-view.ts';

/** As many numbers as there are names, written from `at` on. */
export interface PayloadFeatures {
  readonly names: readonly string[];
  write(view: PayloadView, out: Float32Array, at: number): void;
}

/** One value a name, in the order of the names. */
export type FeaturesOf<T> = Readonly<Record<string, (from: T) => number>>;

/**
 * Features of what `read` makes of a flow, read once for all of them. Where it makes nothing of it, none is worked out
 * and all are 0, but for those `otherwise` names.
 */
export function payloadFeatures<Facts extends object>(
  read: (view: PayloadView) => Facts | undefined,
  features: FeaturesOf<Facts>,
  otherwise: FeaturesOf<PayloadView> = {},
): PayloadFeatures {
  const names = Object.keys(features);
  const values = Object.values(features);
  const defaults = names.map((name) => otherwise[name] ?? (() => 0));
  return {
    names,
    write(view, out, at) {
      const facts = read(view);
      for (let k = 0; k < names.length; k += 1)
        out[at + k] = (facts === undefined ? defaults[k]?.(view) : values[k]?.(facts)) ?? 0;
    },
  };
}

export function flag(value: boolean): number {
  return value ? 1 : 0;
}
