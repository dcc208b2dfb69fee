// support: one seed for every property of a run; FC_SEED repeats a run.
import fc from 'fast-check';

const seed = process.env['FC_SEED'];
if (seed !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });
