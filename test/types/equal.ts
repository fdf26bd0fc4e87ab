/** True where the two types are one: same properties, same optionality, same nulls; `any` equals only itself. */
export type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** `same<A, B>(true)` compiles where A and B are one type, and `same<A, B>(false)` where they are not. */
export declare function same<A, B>(proof: Equal<A, B>): void;
