// Makes types that have the same representation but must not be mixed.

declare const brand: unique symbol;

/** A `T` that only code which knows its meaning can make. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
