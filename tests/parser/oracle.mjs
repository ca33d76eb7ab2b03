// What a source text says to the outside, read from an ESTree: the judge of the parser's answers.
//
//   readWithOxc(file, text)     ->  { directives, imports, exports } or null when oxc rejects the text
//   readWithBabel(file, text)   ->  the same from @babel/parser: the tie-breaker
//   readMdx(text)               ->  the same of what @mdx-js/mdx makes of an MDX file; places and directives mean nothing
//
// The parsers give syntax; what is an edge is modelled here as docs/parser.md has it: `require` only where nothing in the file
// declares that name, casts and parentheses looked through, both branches of a conditional argument, concatenations and
// templates as patterns, imports inside `declare module` as type-only.

import { parse as babelParse } from "@babel/parser";
import { compileSync } from "@mdx-js/mdx";
import { parseSync } from "oxc-parser";

export const SCRIPT = /\.(?:[cm]?[jt]s|[jt]sx|mdx)$/;

export function langOf(file) {
  if (/\.d\.[cm]?ts$/.test(file)) return "dts";
  if (/\.tsx$/.test(file)) return "tsx";
  if (/\.[cm]?ts$/.test(file)) return "ts";
  return "jsx"; // JSX is accepted in every JavaScript file
}

/** Line and column from 1 of UTF-16 offsets; a byte-order mark does not count. */
export function positionsOf(text) {
  const starts = [text.charCodeAt(0) === 0xfeff ? 1 : 0];
  for (const end of text.matchAll(/\r\n|[\n\r\u2028\u2029]/g)) starts.push(end.index + end[0].length);
  return (offset) => {
    const line = starts.findLastIndex((start) => start <= offset);
    return { line: line + 1, column: offset - starts[line] + 1 };
  };
}

// ---- Scopes of `require`

/** Calls `found` for every name that a pattern binds. */
function boundNames(pattern, found) {
  switch (pattern?.type) {
    case "Identifier":
      found(pattern.name);
      break;
    case "AssignmentPattern":
      boundNames(pattern.left, found);
      break;
    case "RestElement":
      boundNames(pattern.argument, found);
      break;
    case "ArrayPattern":
      for (const element of pattern.elements) boundNames(element, found);
      break;
    case "ObjectPattern":
      for (const property of pattern.properties) boundNames(property.value ?? property.argument, found);
      break;
    case "TSParameterProperty":
      boundNames(pattern.parameter, found);
      break;
  }
}

function bindsRequire(pattern) {
  let binds = false;
  boundNames(pattern, (name) => (binds ||= name === "require"));
  return binds;
}

const isFunction = (node) =>
  node.type === "FunctionDeclaration" || node.type === "FunctionExpression" || node.type === "ArrowFunctionExpression";

const BLOCKS = new Set([
  "Program", "BlockStatement", "FunctionBody", "StaticBlock", "ForStatement", "ForInStatement", "ForOfStatement", "SwitchStatement",
  "TSModuleBlock",
]);

const childKeys = (node) => Object.keys(node).filter((key) => key !== "parent" && typeof node[key] === "object" && node[key] !== null);

/** The scopes (nodes) in which `require` is something of the file's own. */
function scopesOfRequire(program) {
  const scopes = new Set();
  const visit = (node, block, fn) => {
    if (Array.isArray(node)) {
      for (const element of node) if (element !== null) visit(element, block, fn);
      return;
    }
    if (typeof node?.type !== "string" || node.declare) return;
    const outerBlock = block;
    if (BLOCKS.has(node.type)) block = node;
    if (isFunction(node) || node.type === "StaticBlock" || node.type === "Program" || node.type === "TSModuleBlock") fn = node;
    switch (node.type) {
      case "FunctionDeclaration":
        if (node.id?.name === "require") scopes.add(outerBlock);
        if (node.params.some(bindsRequire)) scopes.add(node);
        break;
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        if (node.id?.name === "require" || node.params.some(bindsRequire)) scopes.add(node);
        break;
      case "ClassDeclaration":
      case "TSEnumDeclaration":
      case "TSModuleDeclaration":
      case "TSImportEqualsDeclaration":
        if (node.id?.name === "require") scopes.add(block);
        break;
      case "ClassExpression":
        if (node.id?.name === "require") scopes.add(node);
        break;
      case "CatchClause":
        if (bindsRequire(node.param)) scopes.add(node);
        break;
      case "VariableDeclaration":
        if (node.declarations.some((declarator) => bindsRequire(declarator.id))) scopes.add(node.kind === "var" ? fn : block);
        break;
      case "ImportDeclaration":
        if (node.specifiers?.some((specifier) => specifier.local.name === "require")) scopes.add(block);
        return;
    }
    for (const key of childKeys(node)) visit(node[key], block, fn);
  };
  visit(program, program, program);
  return scopes;
}

// ---- Arguments

const WRAPPERS = new Set([
  "ParenthesizedExpression", "TSAsExpression", "TSSatisfiesExpression", "TSNonNullExpression", "TSTypeAssertion",
]);

function unwrap(node) {
  while (node && WRAPPERS.has(node.type)) node = node.expression;
  return node;
}

const isString = (node) => node?.type === "Literal" && typeof node.value === "string";

/** The value of a string, or of a template without substitutions. */
function literalOf(node) {
  if (isString(node)) return node.value;
  if (node?.type === "TemplateLiteral" && node.expressions.length === 0) return node.quasis[0].value.cooked ?? null;
  return null;
}

/** What import(argument) asks for: [{ specifier, pattern, at }]. */
function specifiersOf(argument) {
  const node = unwrap(argument);
  if (node?.type === "ConditionalExpression") return [...specifiersOf(node.consequent), ...specifiersOf(node.alternate)];

  let text = "";
  let at = null;
  let wild = false;
  let endsWild = false;
  const addText = (value, offset) => {
    at ??= offset;
    if (value === "") return;
    text += value;
    endsWild = false;
  };
  const addUnknown = () => {
    wild = true;
    if (!endsWild) text += text.endsWith("/") ? "**/*" : "*";
    endsWild = true;
  };
  const add = (part) => {
    part = unwrap(part);
    if (isString(part)) {
      addText(part.value, part.start);
    } else if (part?.type === "BinaryExpression" && part.operator === "+") {
      add(part.left);
      add(part.right);
    } else if (part?.type === "TemplateLiteral") {
      part.quasis.forEach((quasi, index) => {
        addText(quasi.value.cooked ?? "", part.start);
        if (index < part.expressions.length) add(part.expressions[index]);
      });
    } else {
      addUnknown();
    }
  };
  add(node);
  if (at === null || (wild && !/^\.\.?\//.test(text))) return [];
  return [{ specifier: text, pattern: wild, at }];
}

const isImportMeta = (node) => node?.type === "MetaProperty" && node.meta.name === "import";
const isMember = (node, name) => node?.type === "MemberExpression" && !node.computed && node.property.name === name;
const isNewOf = (node, names) => node?.type === "NewExpression" && names.includes(unwrap(node.callee)?.name);

// ---- The record

const nameOf = (node) => (node.type === "Identifier" || node.type === "JSXIdentifier" ? node.name : node.value);

// TypeScript nodes that hold code; every other TS… node is a type.
const TS_CODE = new Set([
  "TSAsExpression", "TSSatisfiesExpression", "TSNonNullExpression", "TSTypeAssertion", "TSInstantiationExpression",
  "TSEnumDeclaration", "TSEnumBody", "TSEnumMember", "TSModuleDeclaration", "TSModuleBlock", "TSExportAssignment",
  "TSImportEqualsDeclaration", "TSParameterProperty",
]);

/** Keys under which only types stand. */
const TYPE_KEYS = new Set([
  "typeAnnotation", "typeParameters", "typeArguments", "superTypeParameters", "superTypeArguments", "returnType", "implements", "predicate",
]);

function readProgram(program) {
  const record = { directives: [], imports: [], exports: [] };
  const requireScopes = scopesOfRequire(program);

  const addImport = (source, kind, fields = {}) =>
    record.imports.push({ specifier: source.value, kind, typeOnly: false, at: source.start, names: [], ...fields });
  const addExport = (name, typeOnly) => record.exports.push({ name, typeOnly });

  const addDirectives = (body, level) => {
    for (const statement of body) {
      if (typeof statement.directive !== "string") break;
      if (level === "function" && !statement.directive.startsWith("use ")) continue;
      const { start, end } = statement.expression;
      record.directives.push({ value: statement.directive, level, at: start, end });
    }
  };

  const addCall = (argument, kind, patternKind, phase) => {
    for (const { specifier, pattern, at } of specifiersOf(argument)) {
      record.imports.push({ specifier, kind: pattern ? patternKind : kind, typeOnly: false, phase, at, names: [] });
    }
  };

  const readCall = (node, hidden) => {
    const callee = unwrap(node.callee);
    const [argument] = node.arguments;
    const isRequire = (name) => name?.type === "Identifier" && name.name === "require" && !hidden;
    if (!argument) return;
    if (isMember(callee, "glob") || isMember(callee, "globEager")) {
      if (!isImportMeta(callee.object)) return;
      const patterns = argument.type === "ArrayExpression" ? argument.elements : [argument];
      for (const pattern of patterns) {
        const specifier = literalOf(pattern);
        if (specifier !== null) record.imports.push({ specifier, kind: "glob", typeOnly: false, at: pattern.start, names: [] });
      }
      return;
    }
    if (node.optional || callee.optional) return;
    if (isRequire(callee) || (isMember(callee, "require") && callee.object.type === "Identifier" && callee.object.name === "module")) {
      if (node.arguments.length === 1) addCall(argument, "require", "require-glob");
    } else if (isMember(callee, "resolve") && isRequire(callee.object)) {
      addCall(argument, "require-resolve", "require-glob");
    }
  };

  const readUrl = (node, parents) => {
    const [argument, base] = node.arguments;
    const specifier = literalOf(argument);
    if (specifier === null || !isMember(base, "url") || !isImportMeta(base.object)) return;
    const outer = parents.at(-1);
    const isWorker = isNewOf(outer, ["Worker", "SharedWorker"]) && outer.arguments[0] === node;
    record.imports.push({ specifier, kind: isWorker ? "worker" : "url", typeOnly: false, at: argument.start, names: [] });
  };

  const readImport = (node, ambient) => {
    const specifiers = node.specifiers ?? [];
    const typeKeyword = node.importKind === "type" || node.importKind === "typeof";
    const isType = (specifier) => specifier.importKind === "type" || specifier.importKind === "typeof";
    addImport(node.source, specifiers.length === 0 ? "side-effect" : "import", {
      typeOnly: typeKeyword || ambient || (specifiers.length > 0 && specifiers.every(isType)),
      phase: node.phase ?? undefined,
      names: specifiers.map((specifier) => ({
        imported:
          specifier.type === "ImportDefaultSpecifier" ? "default"
          : specifier.type === "ImportNamespaceSpecifier" ? "*"
          : nameOf(specifier.imported),
        local: specifier.local.name,
        typeOnly: typeKeyword || isType(specifier),
      })),
    });
  };

  const readExport = (node, ambient) => {
    const typeKeyword = node.exportKind === "type";
    if (node.type === "ExportAllDeclaration") {
      const name = node.exported ? nameOf(node.exported) : null;
      const names = name === null ? [] : [{ imported: "*", local: name, typeOnly: typeKeyword }];
      addImport(node.source, "export-all", { typeOnly: typeKeyword || ambient, names });
      if (name !== null && !ambient) addExport(name, typeKeyword);
      return;
    }
    if (node.type === "ExportDefaultDeclaration") {
      if (!ambient) addExport("default", false);
      return;
    }
    const specifiers = node.specifiers.map((specifier) => ({
      imported: specifier.local ? nameOf(specifier.local) : "*",
      local: nameOf(specifier.exported),
      typeOnly: typeKeyword || specifier.exportKind === "type",
    }));
    if (node.source) {
      const allTypes = specifiers.length > 0 && node.specifiers.every((specifier) => specifier.exportKind === "type");
      // Babel has `export * as ns from` among the named exports.
      const kind = node.specifiers[0]?.type === "ExportNamespaceSpecifier" ? "export-all" : "export-from";
      addImport(node.source, kind, { typeOnly: (typeKeyword && !node.declaration) || ambient || allTypes, names: specifiers });
    }
    if (ambient) return;
    for (const { local, typeOnly } of specifiers) addExport(local, typeOnly);
    readExportedDeclaration(node.declaration);
  };

  const readExportedDeclaration = (declaration) => {
    if (!declaration) return;
    const typeOnly =
      declaration.declare === true || declaration.type === "TSInterfaceDeclaration" || declaration.type === "TSTypeAliasDeclaration";
    if (declaration.type === "VariableDeclaration") {
      for (const declarator of declaration.declarations) boundNames(declarator.id, (name) => addExport(name, typeOnly));
      return;
    }
    let id = declaration.id;
    while (id?.type === "TSQualifiedName") id = id.left; // export namespace A.B
    if (id) addExport(nameOf(id), typeOnly);
  };

  const visit = (node, hidden, ambient, parents) => {
    if (Array.isArray(node)) {
      for (const element of node) if (element !== null) visit(element, hidden, ambient, parents);
      return;
    }
    if (typeof node?.type !== "string") return;
    if (node.type.startsWith("TS") && !TS_CODE.has(node.type)) return;
    if (requireScopes.has(node)) hidden = true;
    switch (node.type) {
      case "Program":
        addDirectives(node.body, "module");
        break;
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        if (node.declare) return;
        if (node.body && Array.isArray(node.body.body)) addDirectives(node.body.body, "function");
        break;
      case "ImportDeclaration":
        readImport(node, ambient);
        return;
      case "ExportAllDeclaration":
      case "ExportNamedDeclaration":
      case "ExportDefaultDeclaration":
        readExport(node, ambient);
        break;
      case "TSImportEqualsDeclaration":
        if (node.moduleReference.type === "TSExternalModuleReference") {
          const names = [{ imported: "*", local: node.id.name, typeOnly: node.importKind === "type" }];
          addImport(node.moduleReference.expression, "import-equals", { typeOnly: node.importKind === "type" || ambient, names });
        }
        return;
      case "TSModuleDeclaration":
        ambient = true;
        break;
      case "VariableDeclaration":
      case "ClassDeclaration":
        if (node.declare) return;
        break;
      case "ImportExpression":
        addCall(node.source, "dynamic", "dynamic-glob", node.phase ?? undefined);
        break;
      case "CallExpression":
        readCall(node, hidden);
        break;
      case "NewExpression":
        if (isNewOf(node, ["URL"])) readUrl(node, parents);
        break;
    }
    parents.push(node);
    for (const key of childKeys(node)) if (!TYPE_KEYS.has(key)) visit(node[key], hidden, ambient, parents);
    parents.pop();
  };
  visit(program, false, false, []);
  record.imports.sort((a, b) => a.at - b.at);
  return record;
}

// ---- Parsers

/** How a file may be read: what its extension says first. */
function goalsOf(file) {
  if (/\.m[jt]s$/.test(file)) return ["module"];
  if (/\.c[jt]s$/.test(file)) return ["commonjs", "script", "module"];
  return ["unambiguous", "commonjs", "script"];
}

/** The record of the first goal that parses without an error; null when there is none. */
export function readWithOxc(file, text) {
  for (const sourceType of goalsOf(file)) {
    const { program, errors } = parseSync(file, text, { lang: langOf(file), sourceType, preserveParens: false });
    if (errors.length === 0) return readProgram(program);
  }
  return null;
}

const BABEL_COMMON = [
  "estree", "decorators", "decoratorAutoAccessors", "explicitResourceManagement", "deferredImportEvaluation", "sourcePhaseImports",
  "importAttributes", "v8intrinsic",
];

export function babelProgram(file, text, options = {}) {
  const lang = langOf(file);
  const plugins = [...BABEL_COMMON];
  if (lang !== "jsx") plugins.push(lang === "dts" ? ["typescript", { dts: true }] : "typescript");
  if (lang === "jsx" || lang === "tsx") plugins.push("jsx");
  let failure;
  for (const sourceType of goalsOf(file).filter((goal) => goal !== "commonjs")) {
    try {
      return babelParse(text, {
        sourceType,
        plugins,
        createImportExpressions: true,
        allowReturnOutsideFunction: sourceType !== "module",
        allowUndeclaredExports: true,
        allowAwaitOutsideFunction: true,
        errorRecovery: true,
        ...options,
      });
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

export function readWithBabel(file, text) {
  try {
    return readProgram(babelProgram(file, text).program);
  } catch {
    return null;
  }
}

export function readMdx(text) {
  let code;
  try {
    code = String(compileSync(text, { jsx: true }));
  } catch {
    return null;
  }
  return readWithOxc("compiled.jsx", code);
}
