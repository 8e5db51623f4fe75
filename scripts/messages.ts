/** Lists every text that this package can print, from its source, into docs/messages.md. `npm run docs` */
import { readFileSync, writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import ts from "typescript";
import { filesBelow, SRC } from "./rooms";

export const PAGE = resolve(__dirname, "../docs/messages.md");

/** Files without a text for people. The sandbox is a program beside the package, with its own texts. */
const SKIPPED = [
  /^(sandbox|state|famulor\/wire)\//,
  /^(masking|invisible|famulor\/numbering-plan|resources\/stub|provider\/session\/shared-claims|provider\/engine\/unknown)\.ts$/,
  /^provider\/[\w-]+\/(decide|changes)\.ts$/,
];

/** What these properties hold is a word of the program and not a text for people. */
const NAMES_OF_CASES = new Set(["is", "do", "because", "step", "home", "live"]);

const CODE_OF: { readonly [error: string]: string } = {
  FamulorConfigError: "famulor/config",
  FamulorInputError: "famulor/input",
  FamulorConnectionError: "famulor/connection",
  FamulorProtocolError: "famulor/protocol",
};
const OF_THE_CAUSE = "that of the cause";

interface Message {
  text: string;
  /** The heading in docs/recovery.md; `undefined`: no error, or a part of one. */
  code: string | undefined;
  /** The file below `src`. */
  file: string;
}

export function messagesPage(): string {
  const files = filesBelow(SRC)
    .sort()
    .filter((file) => !SKIPPED.some((skipped) => skipped.test(relative(SRC, file))));
  const sources = files.map((file) =>
    ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true),
  );
  const shared: Map<string, ts.Expression | string> = new Map(
    sources.flatMap((source) => constantsOf(source).filter(([name]) => /^[A-Z_\d]+$/.test(name))),
  );
  // Masking prints nothing, but the texts show its example.
  shared.set("LIKE_EXAMPLE", "like +493023125000");
  const all = sources.flatMap((source) => messagesOf(source, new Map([...shared, ...constantsOf(source)])));
  const errors = all.filter(({ code }) => code !== undefined);
  const others = all.filter(({ code }) => code === undefined);
  const isOfArgument = ({ file }: Message) =>
    /^resources\/|\/(args|settings|argument-problems|phone-numbers)\.ts$/.test(file);
  return `# Messages

Every text that this package can print, listed from the source by \`npm run docs\`. \`‹…›\` stands for a value, and \`[…]\` for a part that is not always
there. [Recovery](recovery.md) says what to do, by the code at the end of an error.

## Errors

${tableOf(errors, "| code | text | source |\n|---|---|---|")}

## Problems of arguments and settings

Preview reports these, each after the name of its argument.

${tableOf(others.filter(isOfArgument), "| text | source |\n|---|---|")}

## Lines, warnings, and parts of errors

${tableOf(
  others.filter((each) => !isOfArgument(each)),
  "| text | source |\n|---|---|",
)}
`;
}

function tableOf(messages: Message[], head: string): string {
  const rows = messages.map(({ text, code, file }) => {
    const cells = [...(code === undefined ? [] : [linkTo(code)]), escaped(text), `\`${file}\``];
    return `| ${cells.join(" | ")} |`;
  });
  return [head, ...new Set(rows)].join("\n");
}

const linkTo = (code: string) =>
  code.startsWith("famulor/") ? `[\`${code}\`](recovery.md#${code.replace("/", "")})` : code;

const escaped = (text: string) => text.replace(/\|/g, "\\|").replace(/</g, "\\<").replace(/\n/g, " ");

type Constants = ReadonlyMap<string, ts.Expression | string>;

function messagesOf(source: ts.SourceFile, constants: Constants): Message[] {
  const file = relative(SRC, source.fileName);
  const messages: Message[] = [];
  const add = (text: string, code: string | undefined) => {
    const trimmed = text.replace(/\s+/g, " ").trim();
    // Two words may be the name of a case; a sentence has more.
    if (trimmed.split(" ").length > 2) messages.push({ text: trimmed, code, file });
  };
  const visit = (node: ts.Node): void => {
    if (isForProgram(node)) return;
    const error = errorOf(node);
    if (error) add(error.parts.map((part) => textOf(part, constants)).join(" "), error.code);
    else if (isText(node)) add(textOf(node, constants), undefined);
    else ts.forEachChild(node, visit);
  };
  ts.forEachChild(source, visit);
  return messages;
}

/** Types, imports, names of cases and comparisons. */
function isForProgram(node: ts.Node): boolean {
  if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return true;
  const { parent } = node;
  if (ts.isCaseClause(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent)) return parent.name === node || NAMES_OF_CASES.has(parent.name.getText());
  const isComparison = ts.isBinaryExpression(parent) && /^[!=]==$/.test(parent.operatorToken.getText());
  return isComparison && ts.isStringLiteralLike(node);
}

/** An error with its code, and the expressions whose texts are its message: what failed, and the hint. */
function errorOf(node: ts.Node): { code: string; parts: ts.Expression[] } | undefined {
  if (ts.isCallExpression(node) && node.expression.getText() === "withHint") {
    const [, hint, code] = node.arguments;
    return hint && { code: code && ts.isStringLiteral(code) ? code.text : OF_THE_CAUSE, parts: [hint] };
  }
  if (ts.isCallExpression(node) && node.expression.getText() === "errorInOutput" && node.arguments[0]) {
    return { code: "none", parts: [node.arguments[0]] };
  }
  if (!ts.isNewExpression(node)) return undefined;
  const name = node.expression.getText();
  const [first, second, third] = node.arguments ?? [];
  if (name === "FamulorError" && first && second) {
    const code = ts.isStringLiteral(first) ? first.text : OF_THE_CAUSE;
    return { code, parts: [second, ...hintIn(third)] };
  }
  if (name === "pulumi.RunError" && first) return { code: "none", parts: [first] };
  const code = CODE_OF[name];
  return code && first ? { code, parts: [first, ...hintIn(second), ...hintIn(third)] } : undefined;
}

function hintIn(options: ts.Expression | undefined): ts.Expression[] {
  if (!options || !ts.isObjectLiteralExpression(options)) return [];
  return options.properties.flatMap((each) =>
    ts.isPropertyAssignment(each) && each.name.getText() === "hint" ? [each.initializer] : [],
  );
}

function isText(node: ts.Node): node is ts.Expression {
  if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) return true;
  if (ts.isParenthesizedExpression(node)) return isText(node.expression);
  return isSum(node) && (isText(node.left) || isText(node.right));
}

const isSum = (node: ts.Node): node is ts.BinaryExpression =>
  ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken;

/** `const RENAMED = "If you renamed …"` and `const MAX_NAME_LENGTH = 255`: texts show them by their value. */
function constantsOf(source: ts.SourceFile): [string, ts.Expression][] {
  return source.statements.filter(ts.isVariableStatement).flatMap(({ declarationList }) =>
    declarationList.declarations.flatMap(({ name, initializer }): [string, ts.Expression][] => {
      const isShown = initializer && (isText(initializer) || ts.isNumericLiteral(initializer));
      return isShown ? [[name.getText(), initializer]] : [];
    }),
  );
}

function textOf(node: ts.Expression | string, constants: Constants): string {
  if (typeof node === "string") return node;
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isNumericLiteral(node)) return node.text.replace(/_/g, "");
  if (ts.isParenthesizedExpression(node)) return textOf(node.expression, constants);
  if (isSum(node)) return textOf(node.left, constants) + textOf(node.right, constants);
  if (ts.isTemplateExpression(node)) {
    const spans = node.templateSpans.map(({ expression, literal }) => textOf(expression, constants) + literal.text);
    return node.head.text + spans.join("");
  }
  if (ts.isConditionalExpression(node)) {
    const texts = [node.whenTrue, node.whenFalse].map((each) => textOf(each, constants)).filter((text) => text !== "");
    return `[${texts.join(" / ")}]`;
  }
  const constant = ts.isIdentifier(node) ? constants.get(node.text) : undefined;
  return constant === undefined ? `‹${nameOf(node)}›` : textOf(constant, constants);
}

/** What a value is, for the reader: the name in the expression that says most. */
function nameOf(node: ts.Expression): string {
  if (ts.isIdentifier(node)) return node.text;
  if (ts.isBinaryExpression(node)) return nameOf(node.left);
  if (ts.isPropertyAccessExpression(node)) {
    return node.name.text === "length" ? nameOf(node.expression) : node.name.text.replace("#", "");
  }
  if (ts.isCallExpression(node)) {
    const [argument] = node.arguments;
    const called = node.expression;
    // `keys.join(", ")` is about the keys, `maskPhoneNumber(phoneNumber)` about the number.
    if (ts.isPropertyAccessExpression(called) && called.expression.getText() !== "Math")
      return nameOf(called.expression);
    return argument ? nameOf(argument) : nameOf(called);
  }
  return "…";
}

if (require.main === module) writeFileSync(PAGE, messagesPage());
