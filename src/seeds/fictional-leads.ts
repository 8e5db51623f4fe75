/** Invents people on numbers that ring nobody: the same ones for the same seed. */
import { hash } from "node:crypto";
import { FICTIONAL_BLOCKS, type FictionalBlock, type FictionalCountry } from "../fictional-numbers";
import type { LeadRow } from "../state/lead-set";
import { SeedsError } from "./seeds-error";

/** What an invented person has, beside a number. */
export type FictionalField = "name" | "firstName" | "lastName" | "company" | "email";

/** How many people, and where. */
export interface FictionalLeadsOptions {
  /** How many leads, a whole number from 0 on. A larger count keeps the leads of a smaller one. */
  count: number;
  /** The country of their numbers and names. The docs list how many numbers each country has, and who reserves them. */
  country: FictionalCountry;
  /**
   * Another seed gives other people.
   *
   * @default 1
   */
  seed?: number | string | undefined;
  /**
   * Variable → what the person has.
   *
   * @default { name: "name", company: "company", email: "email" }
   * @example { customer_name: "name" }
   */
  variables?: Record<string, FictionalField> | undefined;
}

/**
 * Invents leads on phone numbers that regulators reserve for fiction, so that they ring nobody. The same seed gives the same
 * numbers and keys in every release. Names come from `@faker-js/faker` if the program's project has it, and stay the same while its
 * version does. Without it, people are numbered.
 *
 * @param options How many, and where.
 * @returns Key → row, such as `de-1`, for the `leads` of a `FamulorLeadSet` or for a loop of `FamulorLead`.
 * @throws an error (`code: "famulor/input"`) for a country without such numbers, and for more leads than the country has numbers.
 * @example
 * ```ts
 * new FamulorLeadSet("testers", { campaignId: staging, leads: fictionalLeads({ count: 200, country: "DE" }) });
 * ```
 */
export function fictionalLeads(options: FictionalLeadsOptions): Record<string, LeadRow> {
  const { count, country, seed = 1 } = options;
  const variables = Object.entries(
    options.variables ?? ({ name: "name", company: "company", email: "email" } as const),
  );
  const numbers = numbersOf(country, count, seed);
  const faker = variables.length > 0 ? fakerOf(country) : undefined;
  const leads: Record<string, LeadRow> = {};
  numbers.forEach((phoneNumber, index) => {
    const person = faker ? invented(faker, index, randomInteger(`${seed} ${country} person`, index)) : numbered(index);
    leads[`${country.toLowerCase()}-${index + 1}`] = {
      phoneNumber,
      ...(variables.length > 0 && {
        variables: Object.fromEntries(variables.map(([name, field]) => [name, person[field]])),
      }),
    };
  });
  return leads;
}

type Person = Record<FictionalField, string>;

function numbered(index: number): Person {
  const number = index + 1;
  const [firstName, lastName] = ["Person", String(number)];
  const email = `person-${number}@example.com`;
  return { name: `${firstName} ${lastName}`, firstName, lastName, company: `Company ${number}`, email };
}

/** What we use of `@faker-js/faker`, which a project need not have. */
interface Faker {
  seed(seed: number): unknown;
  person: { firstName(): string; lastName(): string };
  company: { name(): string };
}

const LOCALES: Record<FictionalCountry, string> = {
  DE: "de",
  GB: "en_GB",
  FR: "fr",
  AU: "en_AU",
  US: "en_US",
  CA: "en_CA",
};

type FakerClass = new (options: { locale: unknown }) => Faker;

/**
 * `undefined` if it is not installed. Loads only one locale, because all of them take five times as long. Creates a second faker of the
 * locale, because seeding the locale's own faker would disturb a program that uses it.
 */
function fakerOf(country: FictionalCountry): Faker | undefined {
  const module = `@faker-js/faker/locale/${LOCALES[country]}`;
  try {
    const { faker } = require(module) as { faker: { constructor: unknown; rawDefinitions: unknown } };
    return new (faker.constructor as FakerClass)({ locale: faker.rawDefinitions });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}

/** Seeds faker for each person, so that a person does not depend on how many there are. */
function invented(faker: Faker, index: number, seed: number): Person {
  faker.seed(seed);
  const [firstName, lastName, company] = [faker.person.firstName(), faker.person.lastName(), faker.company.name()];
  const name = `${firstName} ${lastName}`;
  const plain = name
    .normalize("NFD")
    .replace(/ß/g, "ss")
    .replace(/[^A-Za-z]+/g, "")
    .toLowerCase();
  return { name, firstName, lastName, company, email: `${plain}.${index + 1}@example.com` };
}

/** The country's numbers, shuffled by the seed (Fisher and Yates), as far as needed. */
function numbersOf(country: FictionalCountry, count: number, seed: number | string): string[] {
  const blocks = FICTIONAL_BLOCKS.filter((block) => block.country === country);
  const size = blocks.reduce((sum, { digits }) => sum + 10 ** digits, 0);
  mustHave(country, count, size);
  const moved = new Map<number, number>();
  const at = (place: number) => moved.get(place) ?? place;
  return Array.from({ length: count }, (_, index) => {
    const other = index + (randomInteger(`${seed} ${country} number`, index) % (size - index));
    const number = at(other);
    moved.set(other, at(index));
    return numberAt(number, blocks);
  });
}

function mustHave(country: string, count: number, size: number): void {
  if (size === 0) {
    const countries = [...new Set(FICTIONAL_BLOCKS.map((block) => block.country))].join(", ");
    throw new SeedsError(`fictionalLeads: no numbers are reserved for fiction in ${JSON.stringify(country)}.`, {
      hint: `Use one of ${countries}.`,
    });
  }
  if (!Number.isInteger(count) || count < 0) {
    throw new SeedsError(`fictionalLeads: count must be a whole number from 0 on, and is ${count}.`);
  }
  if (count > size) {
    throw new SeedsError(
      `fictionalLeads: ${country} has ${size} numbers that are reserved for fiction, and not ${count}.`,
      {
        hint: "Invent fewer people, or some in another country.",
      },
    );
  }
}

function numberAt(index: number, blocks: readonly FictionalBlock[]): string {
  let left = index;
  for (const { prefix, digits } of blocks) {
    if (left < 10 ** digits) return digits === 0 ? prefix : prefix + String(left).padStart(digits, "0");
    left -= 10 ** digits;
  }
  throw new RangeError(`no number ${index}`);
}

/** 48 bits that only the text and the index decide, on every machine and in every release. */
function randomInteger(text: string, index: number): number {
  return hash("sha256", `${text} ${index}`, "buffer").readUIntBE(0, 6);
}
