// The import rules of the UI as data, and the check that applies them to one file.
import ts from "typescript";

/**
 * Which of our folders a folder may import (itself always). Arrows point down: base ← trace-model ← compare-model ←
 * waterfall, charts, span-detail ← waterfall-tools ← features ← app. A feature is a folder of its own: features don't import one another.
 * @type {Record<string, readonly string[]>}
 */
export const allowedFolders = {
  base: [],
  "trace-model": ["base"],
  "compare-model": ["base", "trace-model"],
  waterfall: ["base", "trace-model", "compare-model"],
  charts: ["base", "trace-model"],
  styles: [],
  platform: ["base"],
  api: ["base"],
  components: ["base", "styles"],
  "span-detail": ["base", "trace-model", "api", "platform", "components", "styles"],
  // React around a waterfall that more than one page has.
  "waterfall-tools": ["base", "trace-model", "compare-model", "waterfall", "span-detail", "components", "styles"],
  features: [
    "base",
    "trace-model",
    "compare-model",
    "waterfall",
    "waterfall-tools",
    "charts",
    "span-detail",
    "api",
    "platform",
    "components",
    "styles",
  ],
  app: ["base", "trace-model", "waterfall", "api", "platform", "components", "styles", "features"],
  "": ["app", "styles"],
};

/** Folders that must run without React and without any other package. */
const pureFolders = ["base", "trace-model", "compare-model", "waterfall"];

/** Packages that belong to one place. */
const packageOwners = [
  { name: "@tauri-apps/", owners: ["platform"] },
  { name: "openapi-fetch", owners: ["api"] },
  { name: "@base-ui/react", owners: ["components", "app"] },
  { name: "@tanstack/react-router", owners: ["app", "features", "span-detail"] },
  { name: "@tanstack/react-virtual", owners: ["features", "span-detail", "components"] },
];

/** Globals that belong to one place. */
const globalOwners = [
  { names: ["fetch", "EventSource", "XMLHttpRequest", "WebSocket"], isOwner: inFolder("api"), where: "src/api" },
  {
    names: ["localStorage", "sessionStorage"],
    isOwner: () => false,
    where: "no file: the port, and with it the storage, may change",
  },
];

/** @param {string} folder @returns {(path: string) => boolean} */
function inFolder(folder) {
  return (path) => folderOf(path) === folder;
}

/** The folder right below `src` (empty for files in `src` itself). @param {string} path relative to `src` */
export function folderOf(path) {
  return path.includes("/") ? path.slice(0, path.indexOf("/")) : "";
}

/** The feature that a file belongs to, or null. @param {string} path relative to `src` */
function featureOf(path) {
  return path.startsWith("features/") ? (path.split("/")[1] ?? null) : null;
}

/** @param {string} path */
function isTest(path) {
  return /\.(test|bench)\.tsx?$/.test(path) || path.includes("/testing/");
}

/**
 * Returns what a file does that it must not, one sentence each, with what to do instead.
 * @param {string} path relative to `src`, with forward slashes
 * @param {string} text
 * @returns {string[]}
 */
export function violationsOf(path, text) {
  const folder = folderOf(path);
  const allowed = allowedFolders[folder];
  if (allowed === undefined)
    return [`src/${folder} is not a folder of architecture.md: name it in scripts/import-rules.mjs`];
  const found = [];
  if (/(^|\/)index\.tsx?$/.test(path)) found.push("is a barrel file: import from the file that defines a thing");
  if (/(^|\/)(utils?|helpers?|manager)\.tsx?$/i.test(path)) found.push("is named for nothing: name it for its one job");
  if (path.endsWith(".css")) return found;

  for (const { fileName: specifier } of ts.preProcessFile(text, true, true).importedFiles) {
    const complaint = specifier.startsWith(".")
      ? complaintAboutFile(path, folder, allowed, specifier)
      : complaintAboutPackage(path, folder, specifier);
    if (complaint !== null) found.push(`imports ${specifier}: ${complaint}`);
  }
  if (!isTest(path)) found.push(...complaintsAboutGlobals(path, text));
  return found;
}

/** @param {string} path @param {string} folder @param {readonly string[]} allowed @param {string} specifier */
function complaintAboutFile(path, folder, allowed, specifier) {
  const target = resolve(path, specifier);
  if (target === null) return isTest(path) ? null : "leaves src";
  const targetFolder = folderOf(target);
  if (targetFolder !== folder && !allowed.includes(targetFolder)) {
    return `src/${folder} may import only ${allowed.length > 0 ? allowed.join(", ") : "itself"}`;
  }
  const [from, to] = [featureOf(path), featureOf(target)];
  if (from !== null && to !== null && from !== to) return "features don't import one another: move what both need down";
  return null;
}

/** @param {string} path @param {string} folder @param {string} specifier */
function complaintAboutPackage(path, folder, specifier) {
  if (isTest(path)) return null;
  if (pureFolders.includes(folder)) return `src/${folder} is pure and imports no package`;
  const rule = packageOwners.find(
    ({ name }) => specifier === name || specifier.startsWith(name.endsWith("/") ? name : `${name}/`),
  );
  return rule && !rule.owners.includes(folder) ? `only ${rule.owners.join(", ")} may` : null;
}

/** @param {string} path @param {string} text */
function complaintsAboutGlobals(path, text) {
  /** @type {string[]} */
  const found = [];
  const kind = path.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, kind);
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isIdentifier(node)) {
      const rule = globalOwners.find(({ names, isOwner }) => names.includes(node.text) && !isOwner(path));
      if (rule && isUseOfGlobal(node)) found.push(`uses ${node.text}: allowed in ${rule.where}`);
      if (node.text === "getContext" && !path.endsWith("/canvas2d.ts")) {
        found.push("uses getContext: only files named canvas2d.ts touch a drawing context");
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Whether a name is the global: not a property of something else, nor a key or a type. @param {ts.Identifier} node */
function isUseOfGlobal(node) {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) {
    return ts.isIdentifier(parent.expression) && ["window", "globalThis", "self"].includes(parent.expression.text);
  }
  if (ts.isPropertyAssignment(parent) && parent.name === node) return false;
  if (ts.isBindingElement(parent) && parent.propertyName === node) return false;
  if (ts.isPropertySignature(parent) || ts.isMethodSignature(parent) || ts.isMethodDeclaration(parent)) return false;
  return !ts.isTypeReferenceNode(parent);
}

/** @param {string} from @param {string} specifier */
function resolve(from, specifier) {
  const parts = from.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") {
      if (parts.length === 0) return null;
      parts.pop();
    } else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}
