// Turns an OpenAPI document into the text of the client types.
import { pathToFileURL } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const header = "// Generated from ui/openapi.json by `npm run codegen`: never edit by hand.\n\n";

/** @param {string} path of the OpenAPI document */
export async function schemaFrom(path) {
  return header + astToString(await openapiTS(pathToFileURL(path), { alphabetize: true }));
}
