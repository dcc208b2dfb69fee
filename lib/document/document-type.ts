// document: the type of a document, out of its field table: dotted names as nested members.

import type { z } from 'zod';
import type { Field, FieldTable } from './field.ts';

/** Members that are lists of objects: their fields have one value in each. */
export const OBJECT_LISTS = ['dns.answers', 'email.attachments'] as const;
type ObjectList = (typeof OBJECT_LISTS)[number];

type OneValue<F extends Field> = F extends { readonly holds: z.ZodType<infer V> }
  ? V
  : F['type'] extends 'stored'
    ? unknown
    : F['type'] extends 'long' | 'double'
      ? number
      : F['type'] extends 'boolean'
        ? boolean
        : F extends { readonly values: readonly (infer V)[] }
          ? V
          : string;

type FieldValue<F extends Field> = F extends { readonly many: true } ? readonly OneValue<F>[] : OneValue<F>;

/** `source` of `source.ip`. */
type Head<Name> = Name extends `${infer H}.${string}` ? H : Name;
type Below<T extends FieldTable, H extends string> = {
  readonly [N in keyof T & string as N extends `${H}.${infer Rest}` ? Rest : never]: T[N];
};
type RequiredName<T extends FieldTable> = {
  [N in keyof T]: T[N] extends { readonly required: true } ? N : never;
}[keyof T];

type Member<T extends FieldTable, H extends string, Path extends string> = H extends keyof T
  ? FieldValue<T[H]>
  : `${Path}${H}` extends ObjectList
    ? readonly Nested<Below<T, H>, `${Path}${H}.`>[]
    : Nested<Below<T, H>, `${Path}${H}.`>;

type Nested<T extends FieldTable, Path extends string> = {
  readonly [H in Head<RequiredName<T>> & string]: Member<T, H, Path>;
} & {
  readonly [H in Exclude<Head<keyof T>, Head<RequiredName<T>>> & string]?: Member<T, H, Path> | undefined;
};

/** What a document of these fields looks like. An object is there for certain where one of its fields is. */
export type DocumentOf<T extends FieldTable> = Nested<T, ''>;
