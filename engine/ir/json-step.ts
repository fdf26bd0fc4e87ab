/** One step into a JSON value: a name, a place in a list, or a choice among the objects of a list. */
export type JsonStep = string | number | JsonChoice;

/** The first object of a list in which a member has a text. */
export interface JsonChoice {
  readonly member: string;
  readonly text: string;
}
