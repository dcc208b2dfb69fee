// local/opensearch/database: functions for SQL that DuckDB has no own for; called for those rows only that cheaper conditions let through.
import { BOOLEAN, type DuckDBConnection, DuckDBScalarFunction, INTEGER, VARCHAR } from '@duckdb/node-api';
import { hasPhraseWithin } from '../../../lib/query/sloppy-phrase.ts';

/** Stands between the token texts of several values of a field. */
export const VALUE_SEPARATOR = '\u0001';
/** Places that lie between the last word of one value and the first of the next. */
const VALUE_GAP = 100;

/**
 * `near_phrase(tokens, words, slop, prefix)`: whether the words, spaces between them, stand in the token text as a phrase
 * with slop; with `prefix` the last word may go on. Known on every connection of the database.
 */
export function registerTextFunctions(connection: DuckDBConnection): void {
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name: 'near_phrase',
      parameterTypes: [VARCHAR, VARCHAR, INTEGER, BOOLEAN],
      returnType: BOOLEAN,
      mainFunction: (_info, input, output) => {
        const [texts = [], phrases = [], slops = [], prefixes = []] = [0, 1, 2, 3].map((at) =>
          input.getColumnValues(at),
        );
        for (let row = 0; row < input.rowCount; row += 1) {
          const text = texts[row];
          output.setItem(
            row,
            text === null
              ? null
              : isNear(String(text), String(phrases[row]), Number(slops[row]), prefixes[row] === true),
          );
        }
        output.flush();
      },
    }),
  );
}

function isNear(tokens: string, phrase: string, slop: number, isPrefix: boolean): boolean {
  const words = phrase.split(' ');
  const placesOf = new Map<string, number[]>(words.map((word) => [word, []]));
  const prefix = isPrefix ? words.at(-1) : undefined;
  const prefixPlaces: number[] = [];
  let place = 0;
  for (const value of tokens.split(VALUE_SEPARATOR)) {
    for (const token of value.trim().split(' ')) {
      placesOf.get(token)?.push(place);
      if (prefix !== undefined && token.startsWith(prefix)) prefixPlaces.push(place);
      place += 1;
    }
    place += VALUE_GAP;
  }
  const places = words.map((word, at) =>
    prefix !== undefined && at === words.length - 1 ? prefixPlaces : (placesOf.get(word) ?? []),
  );
  return hasPhraseWithin(words, places, slop);
}
