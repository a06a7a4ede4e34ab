// Constants of the span table format that its reader and the writer of the tests share.

export const magic = "TLSP";
export const formatVersion = 1;

export const columnTypes = ["u8", "u16", "u32", "i32", "f64", "u64"] as const;

export type ColumnType = (typeof columnTypes)[number];

export const bytesPerElement: Readonly<Record<ColumnType, number>> = { u8: 1, u16: 2, u32: 4, i32: 4, f64: 8, u64: 8 };
