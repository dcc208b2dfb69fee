// detection: how a feature's value is told.

/** Looks another feature of the same flow up, for phrases that need two numbers; 0 where the model has no such feature. */
export type FeatureLookup = (feature: string) => number;

export interface Phrase {
  /** A whole clause. */
  readonly text: (value: number, look: FeatureLookup) => string;
  /** In what a comparison with Normal is told; absent for codes and flags, which are not more or less than others. */
  readonly unit?: (value: number) => string;
  /** Behind another clause of the same sentence; undefined for what was said by then. Absent: the whole clause. */
  readonly short?: (value: number) => string | undefined;
}

export type Phrases = Readonly<Record<string, Phrase>>;
