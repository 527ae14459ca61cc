// What the scripts share, in types; what travels to them stands in wire.d.ts.

/** A formula for `math`: [tag, text or child, …]. */
export type Formula = any[];

/** A text that depends on a number: its forms by CLDR, chosen by the value `by`, else `count`. */
export interface Plural {
  language: string;
  by?: string;
  other: string;
  [form: string]: string | undefined;
}

/** What is pointed at: the places of tokens in the groups shown. */
export interface Lit {
  source?: any;
  target?: any;
  label?: string;
}

export type Theme = "light" | "dark";

/** What the views of one stage share; each stage adds its own. */
export interface Ui {
  words: Record<string, any>;
  language: string;
  /** Of source and target, as `lang` has them. */
  tongues?: Record<string, string>;
  formulas: Record<string, Formula>;
  /** None where the switch is off. */
  glosses?: { words: Record<string, string>; language: string; about: string; told: string } | null;
  large: boolean;
  theme(): Theme;
  colour(name: string): string;
  blank(): string;
  say(text: string): void;
  tip(event: MouseEvent | null | undefined | false, lines?: (string | null)[]): void;
  [more: string]: any;
}

export interface Token {
  id: number;
  piece: string;
  text: string;
  word: number | null;
  /** The end mark: no part of a text, and a word of its own. */
  mark: boolean;
  /** Where in its text more words begin, if it spans several. */
  cuts: number[];
}

/** Tokens shown as one: a piece, or all pieces of a word. */
export interface Group {
  word: number | null;
  items: number[];
  label: string;
  /** The label without signs of ours. */
  text: string;
  mark: boolean;
  /** Whether one of its pieces spans several words. */
  joins: boolean;
}

/** A step's look at one group of the source. */
export interface Seen {
  visible: boolean;
  weight: number;
  score: number;
  /** Of how many rows it is the mean; left out for a row itself. */
  pieces?: number;
}

/** What a view's script is given: what travelled, where it opens, and who hears of it. */
export interface Opened {
  strings: Record<string, any>;
  language: string;
  tongues?: Record<string, string>;
  theme?: string;
  projector?: boolean;
  exports?: { name: string };
  onPick?: ((choice: object) => void) | null;
  onStep?: (stage: Stage) => void;
  [opens: string]: any;
}

/** What a stage is drawn from: the message of its view (see wire.d.ts), and how it opens. */
export type Data<Payload> = Payload & Opened;

/** What stands in the page, as its host sees it. */
export interface Stage {
  address(): Record<string, string | number | null>;
  kept(next: any): object;
  busy(on: boolean): void;
  paint(): void;
  destroy(): void;
  renew?(data: any, open?: any): void;
  /** Goes to a place, as the address would say it, without being drawn anew; false if it cannot. */
  go?(asked: any): boolean;
}
