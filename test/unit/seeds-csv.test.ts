import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CsvOptions, leadsFromCsv } from "../../src/seeds";

/** As programs store text. */
const utf8 = (text: string) => Buffer.from(text);
const utf8Bom = (text: string) => Buffer.from(`\ufeff${text}`);
const windows1252 = (text: string) => Buffer.from(text.replace(/€/g, "\x80"), "latin1");
const utf16le = (text: string) => Buffer.from(`\ufeff${text}`, "utf16le");
const utf16be = (text: string) => utf16le(text).swap16();
const lines = (end: string, ...each: string[]) => each.map((line) => line + end).join("");
const crlf = (...each: string[]) => lines("\r\n", ...each);
const lf = (...each: string[]) => lines("\n", ...each);

const GERMAN: CsvOptions = { country: "DE", phoneNumber: "Telefon", key: "Nr", variables: { name: "Name" } };

const jürgen = { j: { phoneNumber: "+493023125000", variables: { name: "Jürgen Groß" } } };
const two = {
  j: { phoneNumber: "+493023125000", variables: { name: "Jürgen" } },
  z: { phoneNumber: "+491713920001", variables: { name: "Zoë" } },
};

interface Nasty {
  /** Which program writes it, and what is nasty. */
  name: string;
  bytes: Uint8Array;
  options?: CsvOptions;
  gives: object | RegExp;
}

/** One row with this in the cell of the number, as German Excel writes it. */
const cell = (value: string) => utf8Bom(crlf("Nr;Telefon;Name", `a;${value};Anna`));
const number = (phoneNumber: string) => ({ a: { phoneNumber, variables: { name: "Anna" } } });
const typed = (value: string) => utf8(crlf("phoneNumber;Wert", `+493023125000;${value}`));
const typedAs = (type: "string" | "number" | "boolean"): CsvOptions => ({
  variables: { value: { column: "Wert", type } },
});
const withValue = (value: unknown) => ({ "lead-kfgzqgpdkeb": { phoneNumber: "+493023125000", variables: { value } } });

const FILES: Nasty[] = [
  // How the text is stored, and what separates it
  {
    name: "Excel in German: Windows-1252, semicolons, CRLF",
    bytes: windows1252(crlf("Nr;Telefon;Name", "j;030 23125000;Jürgen Groß")),
    gives: jürgen,
  },
  {
    name: "Excel in German, CSV UTF-8: a byte order mark",
    bytes: utf8Bom(crlf("Nr;Telefon;Name", "j;030 23125000;Jürgen Groß")),
    gives: jürgen,
  },
  {
    name: "Excel in English, CSV UTF-8: commas, and the mark before the column that is needed",
    bytes: utf8Bom(crlf("Telefon,Name,Nr", "030 23125000,Jürgen Groß,j")),
    gives: jürgen,
  },
  {
    name: "Excel, Unicode text: UTF-16, tabs",
    bytes: utf16le(crlf("Nr\tTelefon\tName", "j\t030 23125000\tJürgen Groß")),
    gives: jürgen,
  },
  {
    name: "UTF-16 with the buffer the other way round",
    bytes: utf16be(crlf("Nr\tTelefon\tName", "j\t030 23125000\tJürgen Groß")),
    gives: jürgen,
  },
  {
    name: "Excel for Mac, CSV (Macintosh): lines end with CR, ü is 9F",
    bytes: Buffer.from(lines("\r", "Nr;Telefon;Name", "j;030 23125000;J\x9frgen Gro\xa7"), "latin1"),
    gives: jürgen,
  },
  {
    name: "LibreOffice: every text in quotes, LF",
    bytes: utf8(lf('"Nr","Telefon","Name"', '"j","030 23125000","Jürgen Groß"')),
    gives: jürgen,
  },
  {
    name: "LibreOffice, Polish: Windows-1250, which the options must name",
    bytes: Buffer.from(lf("Nr;Telefon;Name", "\xb3;+493023125000;\xa3ukasz"), "latin1"),
    options: { ...GERMAN, encoding: "windows-1250" },
    gives: { ł: { phoneNumber: "+493023125000", variables: { name: "Łukasz" } } },
  },
  {
    name: "Numbers: accents as letters of their own, also in the column's name",
    bytes: utf8(lf("Nr;Telefon;Größe".normalize("NFD"), "j;030 23125000;klein")),
    options: { ...GERMAN, variables: { size: "Größe" } },
    gives: { j: { phoneNumber: "+493023125000", variables: { size: "klein" } } },
  },
  {
    name: "Numbers: the table's name in the first line",
    bytes: utf8(lf("Tabelle 1", "Nr;Telefon;Name", "j;030 23125000;Jürgen Groß")),
    gives:
      /^leadsFromCsv: the buffer: line 1 has no column "Nr", has no column "Telefon", has no column "Name"\. Its columns are "Tabelle 1"\.$/,
  },
  {
    name: "Google Sheets: no line break at the end",
    bytes: utf8("Nr,Telefon,Name\r\nj,030 23125000,Jürgen\r\nz,0171 3920001,Zoë"),
    gives: two,
  },
  {
    name: "Google Sheets, TSV: quotes are not quoted",
    bytes: utf8('Nr\tTelefon\tName\r\nj\t030 23125000\t5" Anna "Anni" Berg\r\nk\t030 23125001\t"Anni" Berg'),
    gives: {
      j: { phoneNumber: "+493023125000", variables: { name: '5" Anna "Anni" Berg' } },
      k: { phoneNumber: "+493023125001", variables: { name: '"Anni" Berg' } },
    },
  },
  {
    name: "sep=; before the header",
    bytes: utf8(crlf("sep=;", "Nr;Telefon;Name", "j;030 23125000;Jürgen Groß")),
    gives: jürgen,
  },
  {
    name: "sep=, behind a mark, although there are more semicolons",
    bytes: utf8Bom(crlf("sep=,", "Nr,Telefon,Name,a;b;c;d", "j,030 23125000,Jürgen Groß,1")),
    gives: jürgen,
  },
  {
    name: "sep= and a bad row, with the line of the file",
    bytes: utf8(crlf("sep=\t", "Nr\tTelefon\tName", "j\tx\tJ")),
    gives: /line 3, column "Telefon": `x…` /,
  },
  {
    name: "a database: pipes",
    bytes: utf8(lf("Nr|Telefon|Name", "j|030 23125000|Jürgen Groß")),
    gives: jürgen,
  },
  {
    name: "a Python script on Windows: CR CR LF",
    bytes: utf8(lines("\r\r\n", "Nr;Telefon;Name", "j;030 23125000;Jürgen Groß")),
    gives: jürgen,
  },
  {
    name: "lines that end in two ways",
    bytes: utf8("Nr;Telefon;Name\r\nj;030 23125000;Jürgen\nz;0171 3920001;Zoë\n"),
    gives: two,
  },

  // Rows and columns
  {
    name: "separators and quotes in a quoted cell",
    bytes: utf8(crlf("Nr;Telefon;Name", 'a;030 23125000;"Berg; ""Anni"" Anna"')),
    gives: { a: { phoneNumber: "+493023125000", variables: { name: 'Berg; "Anni" Anna' } } },
  },
  {
    name: "a line break in a cell, and behind it a bad row with its line",
    bytes: utf8(crlf("Nr;Telefon;Name", 'a;030 23125000;"Anna\r\nBerg"', "b;nein;Ben")),
    gives: /1 of 2 rows cannot become leads\.\n {2}line 4, column "Telefon": `n…` is no phone number/,
  },
  {
    name: "empty lines, and rows of separators at the end",
    bytes: utf8(
      crlf("", "Nr;Telefon;Name", "", "j;030 23125000;Jürgen", ";;", "z;0171 3920001;Zoë", ";;", " ; ; ", ""),
    ),
    gives: two,
  },
  {
    name: "Excel leaves out empty cells at the end of a row",
    bytes: utf8(crlf("Nr;Telefon;Name", "a;030 23125000")),
    gives: { a: { phoneNumber: "+493023125000" } },
  },
  {
    name: "a separator that is not quoted, so a row is too long",
    bytes: utf8(crlf("Nr,Telefon,Name", "a,030 23125000,Berg, Anna")),
    gives: /line 2, `A…` is behind the last column: a quote or a separator is wrong in this line/,
  },
  {
    name: "a header with blanks, a line break and an invisible mark",
    bytes: utf8(crlf(' Nr;"Telefon\nprivat";\u200bName\u00a0', "j;030 23125000;Jürgen Groß")),
    options: { ...GERMAN, phoneNumber: "Telefon privat" },
    gives: jürgen,
  },
  {
    name: "two columns of the same name, one of which is needed",
    bytes: utf8(crlf("Nr;Telefon;Telefon;Name", "j;030 23125000;;Jürgen")),
    gives: /line 1 has two columns "Telefon"\. Its columns are "Nr", "Telefon", "Telefon", "Name"\.$/,
  },
  {
    name: "two columns of the same name that nobody needs",
    bytes: utf8(crlf("Nr;Notiz;Notiz;Telefon;Name", "j;#NV;;030 23125000;Jürgen Groß")),
    gives: jürgen,
  },
  {
    name: "no header",
    bytes: utf8(crlf("j;030 23125000;Jürgen", "z;0171 3920001;Zoë")),
    gives: /^leadsFromCsv: the buffer: line 1 must hold the names of the columns, and holds a phone number\.$/,
  },
  { name: "a header and no row", bytes: utf8Bom(crlf("Nr;Telefon;Name")), gives: {} },
  { name: "nothing", bytes: utf8Bom(""), gives: /^leadsFromCsv: the buffer is empty\.$/ },
  {
    name: "a quote that is never closed",
    bytes: utf8(crlf("Nr;Telefon;Name", 'a;030 23125000;"Anna', "b;030 23125001;Ben")),
    gives:
      /has a quote in the wrong place \(CSV_QUOTE_NOT_CLOSED\)\. A cell with a quote in it must be quoted as a whole/,
  },
  {
    name: "a quote in a cell that is not quoted",
    bytes: utf8(crlf("Nr;Telefon;Name", "b;030 23125001;Ben", 'a;030 23125000;Anna "Anni" Berg')),
    gives: /line 3 has a quote in the wrong place \(INVALID_OPENING_QUOTE\)/,
  },

  // What is no CSV, or no longer text
  {
    name: "an .xlsx that somebody renamed",
    bytes: Buffer.from("504b0304140006000800", "hex"),
    gives: /^leadsFromCsv: the buffer is a workbook\. Save it as "CSV UTF-8" in the spreadsheet\.$/,
  },
  { name: "an .xls that somebody renamed", bytes: Buffer.from("d0cf11e0a1b11ae1", "hex"), gives: /is a workbook/ },
  {
    name: "UTF-16 without a mark",
    bytes: Buffer.from(crlf("Nr;Telefon;Name"), "utf16le"),
    gives: /is neither UTF-8 nor Windows-1252\. Save it as "CSV UTF-8"/,
  },
  {
    name: "Excel, CSV (MS-DOS): ü is 81",
    bytes: Buffer.from(crlf("Nr;Telefon;Name", "j;030 23125000;J\x81rgen"), "latin1"),
    gives: /is neither UTF-8 nor Windows-1252/,
  },
  {
    name: "UTF-8 that Excel has read as Windows-1252 and saved again",
    bytes: utf8(crlf("Nr;Telefon;Name", "j;030 23125000;JÃ¼rgen GroÃŸ")),
    gives: /line 2, column "Name": `JÃ¼rg…ÃŸ` was saved in a wrong encoding\n {2}What a spreadsheet damaged must come/,
  },
  {
    name: "letters that are lost already",
    bytes: utf8(crlf("Nr;Telefon;Name", "j;030 23125000;J\ufffdrgen")),
    gives: /column "Name": `J\ufffd…` was saved in a wrong encoding/,
  },

  // What a spreadsheet does to a number
  {
    name: "the number is rounded",
    bytes: cell("4.93023E+11"),
    gives:
      /line 2, column "Telefon": `4\.930…11` was rounded by a spreadsheet, so its last digits are lost\n {2}What a spreadsheet/,
  },
  { name: "the number is rounded, with a comma", bytes: cell("4,93023E+11"), gives: /`4,930…11` was rounded/ },
  {
    name: "the plus is lost",
    bytes: cell("493023125000"),
    gives: /`49302…00` has neither a plus nor the first digit of national calls: a spreadsheet drops both\n {2}What a/,
  },
  { name: "the 0 is lost", bytes: cell("3023125000"), gives: /`30231…00` has neither a plus nor the first digit/ },
  { name: "a mobile number's 0 is lost", bytes: cell("1713920000"), gives: /`17139…00` has neither a plus nor/ },
  {
    name: "pandas has read a number",
    bytes: cell("493023125000.0"),
    gives: /`49302….0` is a decimal number: something read/,
  },
  {
    name: "+49-30-… was calculated",
    bytes: cell("-23106"),
    gives: /is a negative number: a spreadsheet calculated it/,
  },
  { name: "#NAME?", bytes: cell("#NAME?"), gives: /`#NAME\?` is an error of the spreadsheet/ },
  { name: "#WERT!", bytes: cell("#WERT!"), gives: /is an error of the spreadsheet/ },
  { name: "the column was too narrow", bytes: cell("########"), gives: /is an error of the spreadsheet/ },
  { name: "a date", bytes: cell("01.02.1990"), gives: /is a date/ },
  {
    name: "invisible marks around a copied number",
    bytes: cell("\u202a+493023125000\u202c"),
    gives:
      /`\\u\{202A\}\+493…0\\u\{202C\}` contains U\+202A \(left-to-right embedding, invisible\) and U\+202C \(pop directional/,
  },
  {
    name: '="…", which keeps a text a text',
    bytes: cell('"=""030 23125000"""'),
    gives: number("+493023125000"),
  },
  { name: "an apostrophe, which does the same", bytes: cell("'030 23125000"), gives: number("+493023125000") },

  // How people write numbers
  ...[
    "030/231 25-000",
    "(030) 23 12 50 00",
    "0049 30 23125000",
    "+49 (0)30 23125000",
    "+49-30-23125000",
    "030 – 23125000",
  ].map((spelling) => ({ name: `a person: ${spelling}`, bytes: cell(spelling), gives: number("+493023125000") })),
  { name: "a link: tel:", bytes: cell("tel:+49-30-23125000"), gives: number("+493023125000") },
  {
    name: "a French number with narrow blanks that do not break",
    bytes: utf8(lf("phoneNumber;key", "01\u202f99\u202f00\u202f12\u202f34;a", "01\u00a099\u00a000\u00a012\u00a035;b")),
    options: { country: "FR", key: "key" },
    gives: { a: { phoneNumber: "+33199001234" }, b: { phoneNumber: "+33199001235" } },
  },
  {
    name: "American numbers, with and without the 1",
    bytes: utf8(lf("phoneNumber,key", "(212) 555-0100,a", "1-212-555-0101,b", "2125550102,c", "+1 212 555 0103,d")),
    options: { country: "US", key: "key" },
    gives: {
      a: { phoneNumber: "+12125550100" },
      b: { phoneNumber: "+12125550101" },
      c: { phoneNumber: "+12125550102" },
      d: { phoneNumber: "+12125550103" },
    },
  },
  { name: "a number of another country, with a plus", bytes: cell("+44 7700 900123"), gives: number("+447700900123") },
  {
    name: "two numbers in one cell",
    bytes: cell("030 23125000 / 0171 3920000"),
    gives: /is more than one number/,
  },
  {
    name: "two numbers and a word",
    bytes: cell("030 23125000 oder 0171 3920000"),
    gives: /or has more in its cell than one/,
  },
  { name: "an extension", bytes: cell("030 23125000 ext. 5"), gives: /or has more in its cell than one/ },
  { name: "n/a", bytes: cell("n/a"), gives: /`n…` is no phone number, or has more in its cell than one/ },
  { name: "no number", bytes: cell(""), gives: /line 2, column "Telefon": is empty/ },
  {
    name: "a number without a country",
    bytes: cell("030 23125000"),
    options: { ...GERMAN, country: undefined },
    gives: /`030 2…00` has no country code: set `country`/,
  },
  { name: "a digit too few", bytes: cell("+1 212 555 010"), gives: /is no possible number of its country/ },

  // Keys, duplicates, contacts, types
  {
    name: "one person in two spellings",
    bytes: utf8(crlf("Nr;Telefon;Name", "a;030 23125000;Anna", "b;+49 (0)30/23125000;Anna Berg")),
    gives:
      /1 of 2 rows cannot become leads\.\n {2}line 3, column "Telefon": `\+49 \(…00` is the number of line 2, too$/,
  },
  {
    name: "one key twice",
    bytes: utf8(crlf("Nr;Telefon;Name", "a;030 23125000;Anna", "a;030 23125001;Ben")),
    gives: /line 3, column "Nr": `a…` is the key of line 2, too$/,
  },
  {
    name: "a key that no object can have",
    bytes: utf8(crlf("Nr;Telefon;Name", "__proto__;030 23125000;A")),
    gives: /cannot be a key/,
  },
  {
    name: "a key that a spreadsheet has rounded",
    bytes: utf8(crlf("Nr;Telefon;Name", "1,00027E+11;030 23125000;Anna")),
    gives: /line 2, column "Nr": `1,000…11` was rounded by a spreadsheet, so its last digits are lost/,
  },
  {
    name: "an empty line before a header with commas",
    bytes: utf8(crlf("", "Nr,Telefon,Name", "j,030 23125000,Jürgen Groß")),
    gives: jürgen,
  },
  {
    name: "one column",
    bytes: utf8(crlf("Telefon", "030 23125000")),
    options: { country: "DE", phoneNumber: "Telefon" },
    gives: { "lead-kfgzqgpdkeb": { phoneNumber: "+493023125000" } },
  },
  {
    name: "an empty key",
    bytes: utf8(crlf("Nr;Telefon;Name", ";030 23125000;Anna")),
    gives: /line 2, column "Nr": is empty/,
  },
  {
    name: "keys from the number: the same for each spelling, and without its digits",
    bytes: utf8(crlf("phoneNumber", "030 23125000")),
    options: { country: "DE" },
    gives: { "lead-kfgzqgpdkeb": { phoneNumber: "+493023125000" } },
  },
  {
    name: "contacts in columns, one of which is empty",
    bytes: utf8(crlf("Telefon;T2;N2;T3", "+493023125000;030 23125001;Ben;0171 3920000", "+493023125002;;Cem;")),
    options: {
      country: "DE",
      phoneNumber: "Telefon",
      secondaryContacts: [{ phoneNumber: "T2", variables: { name: "N2" } }, { phoneNumber: "T3" }],
    },
    gives: {
      "lead-kfgzqgpdkeb": {
        phoneNumber: "+493023125000",
        secondaryContacts: [
          { phoneNumber: "+493023125001", variables: { name: "Ben" } },
          { phoneNumber: "+491713920000" },
        ],
      },
      "lead-pyosazljnda": { phoneNumber: "+493023125002" },
    },
  },
  {
    name: "a contact with the lead's own number",
    bytes: utf8(crlf("Telefon;T2", "+493023125000;030 23125000")),
    options: { country: "DE", phoneNumber: "Telefon", secondaryContacts: [{ phoneNumber: "T2" }] },
    gives: /line 2, column "T2": `030 2…00` is in this row twice/,
  },
  {
    name: "a number as a number, with a comma",
    bytes: typed("12,5"),
    options: typedAs("number"),
    gives: withValue(12.5),
  },
  {
    name: "a number that is two in two countries",
    bytes: typed("1.234"),
    options: typedAs("number"),
    gives: /column "Wert": `1…` may be thousands or decimals/,
  },
  {
    name: "a number with both separators",
    bytes: typed("1.234,50"),
    options: typedAs("number"),
    gives: /is no number that can be read for certain/,
  },
  { name: "WAHR", bytes: typed("WAHR"), options: typedAs("boolean"), gives: withValue(true) },
  {
    name: "a word for neither",
    bytes: typed("vielleicht"),
    options: typedAs("boolean"),
    gives: /`viell…ht` is none of true, yes, 1, ja/,
  },
  { name: "a text that looks like a number", bytes: typed("007"), options: typedAs("string"), gives: withValue("007") },
  {
    name: "an error in a variable",
    bytes: typed("#BEZUG!"),
    options: typedAs("string"),
    gives: /column "Wert": `#BEZUG!` is an error of the spreadsheet/,
  },
  {
    name: "an open quote that swallows the lines of other people",
    bytes: utf8(
      'Nr;Telefon;Name\na;030 23125001;"Ben\nb;030 23125002;Carl\nc;030 23125003;Dora"\nd;030 23125004;Emil\n',
    ),
    gives: /line 2, .* begins a cell that holds whole lines of the file: a quote is open or in a wrong place/,
  },
  {
    name: "a line break and a separator in a quoted cell",
    bytes: utf8('Nr;Telefon;Name\na;030 23125000;"Anna\nBerg"\n'),
    gives: { a: { phoneNumber: "+493023125000", variables: { name: "Anna\nBerg" } } },
  },
  {
    name: "a real number among fictional ones, where only those are allowed",
    bytes: utf8(crlf("Nr;Telefon;Name", "a;030 23125000;Anna", "b;030 23124999;Ben")),
    options: { ...GERMAN, onlyFictional: true },
    gives:
      /1 of 2 rows cannot become leads\.\n {2}line 3, column "Telefon": `030 2…99` is not reserved for fiction \(onlyFictional\)/,
  },
];

describe("leadsFromCsv", () => {
  for (const { name, bytes, options = GERMAN, gives } of FILES) {
    it(name, () => {
      if (gives instanceof RegExp) assert.throws(() => leadsFromCsv(bytes, options), { message: gives });
      else assert.deepEqual(leadsFromCsv(bytes, options), gives);
    });
  }

  it("lists at most 20 problems, counts the rest, and shows no whole number", () => {
    const rows = Array.from({ length: 60 }, (_, row) => `49302312${5000 + row};x`);
    const text = crlf("phoneNumber;visits", "+493023125000;1", ...rows);
    const options: CsvOptions = { country: "DE", variables: { visits: { column: "visits", type: "number" } } };
    assert.throws(
      () => leadsFromCsv(text, options),
      ({ message }: Error) => {
        const [first, ...more] = message.split("\n  ");
        assert.equal(first, "leadsFromCsv: the text: 60 of 61 rows cannot become leads.");
        assert.equal(more.filter((line) => /^line \d+, column "(phoneNumber|visits)": /.test(line)).length, 20);
        assert.match(message, /\n {2}… and 100 more\.\n {2}What a spreadsheet damaged/);
        assert.doesNotMatch(message, /\d{6}/);
        return true;
      },
    );
  });

  it("reads a file by its path, and says where it looked", () => {
    const folder = mkdtempSync(join(tmpdir(), "seeds-"));
    try {
      const file = join(folder, "guests.csv");
      writeFileSync(file, windows1252(crlf("Nr;Telefon;Name", "j;030 23125000;Jürgen Groß")));
      assert.deepEqual(leadsFromCsv(file, GERMAN), jürgen);
      assert.throws(() => leadsFromCsv("none.csv", GERMAN), {
        message: `leadsFromCsv: none.csv cannot be read (ENOENT). A relative path begins at the program's working folder, ${process.cwd()}.`,
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("refuses a country and an encoding that do not exist", () => {
    const bytes = cell("030 23125000");
    assert.throws(() => leadsFromCsv(bytes, { ...GERMAN, country: "Germany" as "DE" }), {
      message: /there is no country "Germany"\. Write the country as two capital letters/,
    });
    assert.throws(() => leadsFromCsv(bytes, { ...GERMAN, encoding: "ansi" }), {
      message: /there is no encoding "ansi"/,
    });
  });
});
