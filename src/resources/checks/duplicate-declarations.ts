/** Finds a person who is declared twice in one program, before anything is sent. */
import * as pulumi from "@pulumi/pulumi";
import { type CampaignReference, campaignIdOf, isCampaign } from "../campaign-reference";
import { isMocked } from "../register";
import { errorInOutput } from "./error-in-output";
import { perProgram } from "./per-program";

/** A resource that declares people. */
interface Declaration {
  resource: pulumi.CustomResource;
  urn: () => pulumi.Output<string>;
  isRegistered: boolean;
}

interface Claim {
  who: string;
  by: Declaration;
  isRefused?: true;
}

/** Account, campaign and number → who declares this person. */
type Claims = Map<string, Claim>;

const claimsOfProgram = perProgram((): Claims => new Map());

export interface Person {
  /** The resource, or the row of a set, as the message names it. */
  who: string;
  phoneNumber: string;
}

interface PeopleDeclaration {
  resource: pulumi.CustomResource;
  type: string;
  name: string;
  parent: pulumi.Resource | undefined;
  campaignId: CampaignReference;
}

/**
 * @returns a function that declares people of this resource. As soon as the campaign is known, the function throws if another
 *   resource of the program, or another row, declares one of these people in the same campaign.
 */
export function declarerOf({
  resource,
  type,
  name,
  parent,
  campaignId,
}: PeopleDeclaration): (people: Person[]) => void {
  const claims = claimsOfProgram();
  const by: Declaration = {
    resource,
    urn: () => pulumi.createUrn(name, type, parent),
    isRegistered: false,
  };
  if (isMocked()) {
    resource.urn.apply(() => {
      by.isRegistered = true;
    });
  }
  const account = resource.getProvider(type)?.urn;
  return (people) => {
    // The same person is noted under the campaign's ID and under its URN.
    const mine = people.map(({ who }): Claim => ({ who, by }));
    const note = ([campaign, provider]: [unknown, pulumi.URN | undefined]) => {
      const persons = people.map(({ phoneNumber }) => JSON.stringify([provider, campaign, phoneNumber]));
      noteClaims(claims, persons, mine);
    };
    pulumi.all([campaignIdOf(campaignId), account]).apply(note);
    // The ID of a campaign that is not created yet is unknown in preview.
    if (isCampaign(campaignId)) pulumi.all([campaignId.urn, account]).apply(note);
  };
}

function noteClaims(claims: Claims, persons: string[], mine: Claim[]): void {
  const conflicts = new Map<Declaration, [first: Claim, second: Claim]>();
  for (const [index, person] of persons.entries()) {
    const claim = mine[index] as Claim;
    const first = claims.get(person);
    if (first === undefined || isOfEarlierTest(first)) claims.set(person, claim);
    else if (first !== claim && !claim.isRefused && !conflicts.has(first.by)) conflicts.set(first.by, [first, claim]);
  }
  for (const [first, second] of conflicts.values()) {
    second.isRefused = true;
    if (first.by === second.by) throw duplicate(first, second);
    pulumi.all([first.by.urn(), second.by.urn()]).apply(([urn, ownUrn]) => {
      // The same resource again: a test builds a component that another test of the process has built. (In a deployment the
      // engine refuses a second resource with the same URN.)
      if (urn !== ownUrn) throw duplicate(first, second);
    });
  }
}

/** Under mocks all tests of a process are one program to Pulumi: a lead that is registered already belongs to another test. */
function isOfEarlierTest({ by }: Claim): boolean {
  return by.isRegistered;
}

function duplicate(first: Claim, second: Claim): pulumi.RunError {
  return errorInOutput(
    `${second.who} declares the same number in the same campaign as ${first.who}: the person would be called twice. ` +
      "Remove one of the two. To call the person twice, set allowDuplicate: true.",
  );
}
