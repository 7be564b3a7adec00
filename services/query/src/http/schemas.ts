import { type SchemaOptions, type TSchema, Type } from "@sinclair/typebox";

/** A value that need not be known. */
export const orNull = <T extends TSchema>(schema: T, options?: SchemaOptions) =>
  Type.Union([schema, Type.Null()], options);
