/** Who is declared in a program, so that nobody is declared twice: found before anything is sent. */
import * as pulumi from "@pulumi/pulumi";
import { type CampaignReference, campaignIdOf, isCampaign } from "./campaign";

/** By stack, since one process can run several programs (Automation API): campaign and number → who declares it. */
const declared = new WeakMap<object, Map<string, Claim>>();
const noStack = {};

interface Claim {
  who: string;
  isRefused?: true;
}

export interface Person {
  /** The resource, or the row of a set, as the message names it. */
  who: string;
  phoneNumber: string;
}

/** Throws, as soon as the campaign is known, if another resource of the program declares one of these people in it. */
export function declarePeople(
  resource: pulumi.CustomResource,
  type: string,
  campaignId: CampaignReference,
  declaredHere: Person[],
): void {
  const stack = pulumi.runtime.getStackResource() ?? noStack;
  const people = declared.get(stack) ?? new Map<string, Claim>();
  declared.set(stack, people);
  // The same person is noted under the campaign's ID and under its URN.
  const claims = declaredHere.map(({ who }): Claim => ({ who }));
  const account = resource.getProvider(type)?.urn;
  const note = ([where, provider]: [unknown, pulumi.URN | undefined]) => {
    for (const [index, mine] of claims.entries()) {
      const person = JSON.stringify([provider, where, declaredHere[index]?.phoneNumber]);
      const first = people.get(person) ?? mine;
      people.set(person, first);
      if (first === mine || mine.isRefused) continue;
      mine.isRefused = true;
      // Thrown and not logged: a logged error leaves the exit code at 0.
      throw new pulumi.RunError(
        `${mine.who} declares the same number in the same campaign as ${first.who}: ` +
          "the person would be called twice. Remove one of the two. To have somebody called twice all the same: allowDuplicate: true.",
      );
    }
  };
  pulumi.all([campaignIdOf(campaignId), account]).apply(note);
  // The ID of a campaign that is yet to be made is not known in preview.
  if (isCampaign(campaignId)) pulumi.all([campaignId.urn, account]).apply(note);
}
