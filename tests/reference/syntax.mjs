// What one file says, read with the parser that the app's own Vite ships (oxc): directives and imports.
//
//   const read = createReader({ vite, mdx });
//   await read(file, text)  ->  { directives, imports, problems }
//
//   directives  [{ value, level: "module" | "function", line, column }]   every string of the module's prologue, and those
//               of function bodies that begin with "use "; `value` is the text between the quotes, escapes untouched
//   imports     [{ specifier, kind, line, column }]   what a bundler would follow; the position is the specifier's
//
// TypeScript imports that are used only as types are dropped where Vite drops them: the file goes through Vite's own
// transform (which finds the tsconfig.json that owns it), and an import that is not in the result was not one.

const SCRIPT = /\.(?:[cm]?[jt]sx?|mdx)$/;

export function isScript(file) {
  return SCRIPT.test(file);
}

function langOf(file) {
  if (/\.[cm]?tsx$/.test(file)) return "tsx";
  if (/\.[cm]?ts$/.test(file)) return "ts";
  if (/\.[cm]?jsx$/.test(file)) return "jsx";
  return "js";
}

/** Line and column from 1; columns count UTF-16 units, as the parser's offsets do. */
function positions(text) {
  const starts = [0];
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0x0d && text.charCodeAt(at + 1) === 0x0a) continue;
    if (unit === 0x0a || unit === 0x0d || unit === 0x2028 || unit === 0x2029) starts.push(at + 1);
  }
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle] <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - starts[low] + 1 };
  };
}

/** A string literal, or a template without substitutions; anything else is not a specifier. */
function literalOf(node) {
  if (node?.type === "ParenthesizedExpression") return literalOf(node.expression);
  if (node?.type === "Literal" && typeof node.value === "string") return node.value;
  if (node?.type === "TemplateLiteral" && node.expressions.length === 0) return node.quasis[0].value.cooked;
  return null;
}

function isFunction(node) {
  return node.type === "FunctionDeclaration" || node.type === "FunctionExpression" || node.type === "ArrowFunctionExpression";
}

/** Does a pattern (parameter, declared name) bind `require`? */
function bindsRequire(pattern) {
  switch (pattern?.type) {
    case "Identifier":
      return pattern.name === "require";
    case "AssignmentPattern":
      return bindsRequire(pattern.left);
    case "RestElement":
      return bindsRequire(pattern.argument);
    case "ArrayPattern":
      return pattern.elements.some(bindsRequire);
    case "ObjectPattern":
      return pattern.properties.some((property) => bindsRequire(property.value ?? property.argument));
    default:
      return false;
  }
}

/**
 * Does `root` (a function or the program) declare a `require` of its own anywhere inside, nested functions aside? Blocks
 * are not told apart: a bundle that shadows `require` does so for a whole function or file.
 */
function declaresRequire(root) {
  if (isFunction(root) && root.params.some(bindsRequire)) return true;
  let found = false;
  const visit = (node) => {
    if (found || node === null || typeof node !== "object") return;
    if (Array.isArray(node)) return node.forEach(visit);
    if (typeof node.type !== "string") return;
    if (node !== root && isFunction(node)) {
      found = node.type === "FunctionDeclaration" && node.id?.name === "require";
      return;
    }
    if (node.type === "VariableDeclarator" && bindsRequire(node.id)) found = true;
    if (node.type.startsWith("Import") && node.local?.name === "require") found = true;
    for (const key in node) visit(node[key]);
  };
  visit(root);
  return found;
}

/** Everything of interest in a program, in source order, types-only declarations left out. */
function collect(program) {
  const directives = [];
  const imports = [];

  const addDirectives = (body, level) => {
    for (const statement of body) {
      if (typeof statement.directive !== "string") break;
      if (level === "module" || statement.directive.startsWith("use ")) {
        directives.push({ value: statement.directive, level, at: statement.start });
      }
    }
  };
  const addImport = (specifier, kind, at) => {
    if (specifier !== null) imports.push({ specifier, kind, at });
  };

  const visit = (node, requireIsOurs) => {
    if (node === null || typeof node !== "object") return;
    if (Array.isArray(node)) {
      for (const element of node) visit(element, requireIsOurs);
      return;
    }
    if (typeof node.type !== "string") return;

    switch (node.type) {
      case "ImportDeclaration": {
        const names = node.specifiers ?? [];
        if (node.importKind === "type") return;
        addImport(node.source.value, names.length === 0 ? "side-effect" : "import", node.source.start);
        return;
      }
      case "ExportAllDeclaration":
        if (node.exportKind !== "type") addImport(node.source.value, "export-all", node.source.start);
        return;
      case "ExportNamedDeclaration":
        if (node.exportKind === "type") return;
        if (node.source) {
          addImport(node.source.value, "export-from", node.source.start);
          return;
        }
        break;
      case "ImportExpression":
        addImport(literalOf(node.source), "dynamic", node.source.start);
        break;
      case "TSImportEqualsDeclaration":
        if (node.importKind !== "type" && node.moduleReference?.type === "TSExternalModuleReference") {
          addImport(literalOf(node.moduleReference.expression), "import-equals", node.moduleReference.expression.start);
        }
        return;
      case "CallExpression":
        if (!requireIsOurs && node.callee.type === "Identifier" && node.callee.name === "require" && node.arguments.length === 1) {
          addImport(literalOf(node.arguments[0]), "require", node.arguments[0].start);
        }
        break;
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        if (Array.isArray(node.body?.body)) addDirectives(node.body.body, "function");
        requireIsOurs ||= declaresRequire(node);
        break;
      default:
        break;
    }
    for (const key in node) visit(node[key], requireIsOurs);
  };

  addDirectives(program.body, "module");
  visit(program.body, declaresRequire(program));
  return { directives, imports };
}

export function createReader({ vite, mdx }) {
  /** The first dialect that parses; what stands in package files is not always what their extension says. */
  const parse = (file, text, lang) => {
    const dialects =
      lang === "js" || lang === "jsx"
        ? [
            { lang, sourceType: "unambiguous" },
            { lang, sourceType: "commonjs" },
            { lang: "jsx", sourceType: "unambiguous" },
          ]
        : [{ lang, sourceType: "module" }];
    let first;
    for (const dialect of dialects) {
      const result = vite.parseSync(file, text, { ...dialect, preserveParens: true });
      if (result.errors.length === 0) return { program: result.program, problems: [] };
      first ??= result;
    }
    return { program: first.program, problems: first.errors.map((error) => error.message) };
  };

  /** The specifiers of static imports that are left once Vite has removed the types. */
  const keptByVite = async (file, text, lang) => {
    const { code } = await vite.transformWithOxc(text, file, { lang, jsx: "preserve", sourcemap: false });
    return new Set(collect(parse(file, code, "jsx").program).imports.map((record) => record.specifier));
  };

  const isStatic = ({ kind }) => kind === "import" || kind === "export-from";

  return async function read(file, text) {
    const problems = [];

    if (file.endsWith(".mdx")) {
      // rwsdk looks for the directive in the text as written, before it is compiled; so a line of text can be one.
      const directive = /^\s*(["'])(use (?:client|server))\1;?[^\S\n]*$/m.exec(text);
      const atTop = directive !== null && text.slice(0, directive.index).trim() === "";
      const compiled = await mdx.compile(text, { jsx: true, jsxImportSource: "react" });
      const { program, problems: found } = parse(file, String(compiled.value), "tsx");
      return {
        directives: atTop ? [{ value: directive[2], level: "module", ...positions(text)(text.indexOf(directive[1])) }] : [],
        imports: collect(program).imports.map(({ specifier, kind }) => ({ specifier, kind })),
        problems: found,
      };
    }

    const lang = langOf(file);
    const { program, problems: found } = parse(file, text, lang);
    problems.push(...found);
    const { directives, imports } = collect(program);

    let kept = imports;
    if (lang.startsWith("ts") && imports.some(isStatic)) {
      try {
        const specifiers = await keptByVite(file, text, lang);
        kept = imports.filter((record) => !isStatic(record) || specifiers.has(record.specifier));
      } catch (error) {
        // Without the transform's word nothing is dropped: an edge too many is seen, an edge too few is not.
        problems.push(`types were not removed: ${error.message}`);
      }
    }

    const place = positions(text);
    const placed = ({ at, ...rest }) => ({ ...rest, ...place(at) });
    return { directives: directives.map(placed), imports: kept.map(placed), problems };
  };
}
