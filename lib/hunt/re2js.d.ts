// hunt: the part of re2js that we use; its own declarations leave most of it untyped.

declare module 're2js' {
  export interface Matcher {
    find(): boolean;
    start(): number;
    end(): number;
  }
  export class RE2JS {
    static readonly CASE_INSENSITIVE: number;
    static readonly DOTALL: number;
    static readonly DISABLE_UNICODE_GROUPS: number;
    static compile(regex: string, flags?: number): RE2JS;
    test(input: string): boolean;
    matcher(input: string): Matcher;
    programSize(): number;
  }
}
