// What travels to each stage: written by `python -m core.views.wiretypes`.

export interface Message {
  stage: string;
  language: string;
  strings: Record<string, string | Record<string, string>>;
  tongues: Record<string, string>;
}

export interface Packed {
  dtype: string;
  shape: number[];
  data: string;
}

export interface AloneTold {
  rows: number[];
  was: [string, number][];
  guesses: [string, number][][];
  entropies: number[];
}

export interface AlonePlace {
  word: number;
  reader: AloneTold | null;
  writer: AloneTold | null;
}

export interface AloneSide {
  model: string;
  does: string;
  blocks: Record<string, MapsBlock>;
  source: Token[];
  writes: boolean;
  steps: MapsStep[];
  typed_steps: number;
  cut_off: boolean;
  goes_on: string;
  parameters: number;
  spared: number;
  factored: number;
  grouped: boolean;
  alike: Packed | null;
  tongues: Record<string, string>;
  strings: Record<string, string | Record<string, string>>;
}

export interface MapsBlock {
  queries: string[];
  keys: string[];
  layers: number;
  heads: number;
  sent: number[];
  visible: string;
  low: number[];
  step: number[];
  bits: number[];
  data: string;
  by_hand: MapsByHand | null;
}

export interface MapsByHand {
  at: [number, number][];
  weights: Packed;
}

export type Token = [
  id: number,
  piece: string,
  text: string,
  word: number,
  begin: number | null,
  end: number | null,
  mark: boolean,
  cuts: number[],
];

export interface MapsStep {
  token: Token;
  log_prob: number;
  entropy: number;
  candidates: [string, number][];
}

export interface AlonePayload {
  stage: string;
  language: string;
  strings: Record<string, string | Record<string, string>>;
  tongues: Record<string, string>;
  typed: string;
  words: string[];
  hidden: number[];
  places: AlonePlace[];
  reader: AloneSide | null;
  writer: AloneSide | null;
  formulas: Record<string, any[]>;
}

export interface ApartPart {
  name: string;
  formula: any[];
  length: any[];
  values: Packed;
}

export interface ApartNorms {
  query: number;
  probe: number | null;
  keys: Packed;
}

export interface ApartPayload {
  stage: string;
  language: string;
  strings: Record<string, string | Record<string, string>>;
  tongues: Record<string, string>;
  model: string;
  head: string | null;
  score: string;
  formula: any[];
  formulas: Record<string, any[]>;
  gain: any[] | null;
  source: Token[];
  token: Token;
  step: number;
  column: number;
  query: ApartPart;
  keys: ApartPart;
  probe: ApartPart | null;
  norms: ApartNorms;
  cosines: Packed;
  probe_cosines: Packed | null;
  scores: Packed;
  own: Packed;
  gaussian: Packed | null;
  weights: Packed;
  parts: ApartPart[];
  terms: ApartPart | null;
  divisors: [any[], number][];
  parameters: [string, number[]][];
}

export interface BridgeSide {
  model: string;
  scores: Packed;
  weights: Packed;
  queries: Packed;
  memory: Packed;
  products: Packed;
  contexts: Packed;
  stretch: Packed;
  log_probs: Packed;
}

export interface BridgeRecurrent {
  model: string;
  scores: Packed;
  weights: Packed;
  queries: Packed;
  memory: Packed;
  products: Packed;
  contexts: Packed;
  stretch: Packed;
  log_probs: Packed;
  combined: Packed;
  attends: any[];
}

export interface BridgeHeads {
  model: string;
  scores: Packed;
  weights: Packed;
  queries: Packed;
  memory: Packed;
  products: Packed;
  contexts: Packed;
  stretch: Packed;
  log_probs: Packed;
  given: Packed;
  keys: Packed;
  values: Packed;
  added: Packed;
  query_biases: Packed;
  key_biases: Packed;
  both_biases: Packed;
  layers: number;
  heads: number;
  divergences: Packed;
  nearest: [number, number];
}

export interface BridgePayload {
  stage: string;
  language: string;
  strings: Record<string, string | Record<string, string>>;
  tongues: Record<string, string>;
  typed: string;
  source: Token[];
  target: Token[];
  recurrent: BridgeRecurrent;
  heads: BridgeHeads;
  formulas: Record<string, any[]>;
}

export interface CardFollowing {
  title: string;
  text: [string, string][][];
}

export interface CardPayload {
  stage: string;
  language: string;
  strings: Record<string, string | Record<string, string>>;
  tongues: Record<string, string>;
  lesson: string;
  card: string;
  title: string;
  text: [string, string][][];
  task: [string, string][];
  then: [string, string][];
  done: Record<string, string[]>;
  asked: Record<string, string>;
  choices: [string, string][];
  scene: string;
  notes: [string, string][][];
  following: CardFollowing;
  names: string[];
  lesson_title: string;
  number: number;
  lessons: number;
  onward: string;
  references: string[];
}

export interface ComparePanel {
  label: string;
  model: string;
  tongues: Record<string, string>;
  score: string | null;
  reference: string | null;
  formula: any[] | null;
  parameters: [string, number[]][];
  symbols: any[][];
  block: string | null;
  head: string | null;
  total: number;
  attends_first: boolean;
  text: string;
  source: Token[];
  tokens: Token[];
  log_probs: number[];
  forced: number[];
  differs: number[];
  scores?: Packed | null;
  weights?: Packed;
  visible?: Packed | null;
  entropy?: number[];
}

export interface ComparePair {
  panels: number[];
  unit: string;
  divergence: number[];
}

export interface ComparePayload {
  stage: string;
  language: string;
  strings: Record<string, string | Record<string, string>>;
  tongues: Record<string, string>;
  typed: string;
  target: string;
  panels: ComparePanel[];
  pairs: ComparePair[];
  told: Record<string, string | Record<string, string>>;
}

export interface CourseItem {
  name: string;
  title: string;
  about: string;
  minutes: number;
  cards: string[];
}

export interface CoursePayload {
  stage: string;
  language: string;
  strings: Record<string, string | Record<string, string>>;
  tongues: Record<string, string>;
  items: CourseItem[];
  all: CourseItem[];
  link: string;
  course_link: string;
}

export interface DecodePart {
  block: string;
  name: string;
}

export interface DecodeGiven {
  step: number;
  block: string;
  name: string;
  parts: number[] | null;
}

export interface DecodeHeld {
  block: string;
  given: DecodeGiven[];
  temperature: number;
  forbidden: number[];
  uniform: DecodePart[];
  even: DecodePart[];
  temperatures: number[];
  python: string;
  average: Packed | null;
  averaged: number;
}

export interface DecodePayload {
  stage: string;
  language: string;
  strings: Record<string, string | Record<string, string>>;
  tongues: Record<string, string>;
  trace: string;
  head: string | null;
  formulas: Record<string, any[]>;
  before: string | null;
  held: DecodeHeld | null;
}

export interface DialogueWord {
  label: string;
  log_prob: number;
  weights: number[];
}

export interface DialogueAnswer {
  way: string;
  text: string;
  pieces: number;
  total: number;
  gain: number | null;
  dull: boolean;
  ended: boolean;
  parts: DialogueWord[];
}

export interface DialoguePayload {
  stage: string;
  language: string;
  strings: Record<string, string | Record<string, string>>;
  tongues: Record<string, string>;
  turn: string[];
  answers: DialogueAnswer[];
  dull: number;
  looks: boolean;
  others: number;
  temperature: number;
  typed: string;
}

export interface EncoderSwept {
  layer: number;
  backward: boolean;
  given: Packed | null;
  states: Packed;
  cells: Packed | null;
  gates: Record<string, Packed>;
  candidate: Packed;
}

export interface EncoderPayload {
  stage: string;
  language: string;
  strings: Record<string, string | Record<string, string>>;
  tongues: Record<string, string>;
  model: string;
  cell: string;
  typed: string;
  source: Token[];
  embedded: Packed;
  sweeps: EncoderSwept[];
  layers: Packed[];
  memory: Packed;
  attends: boolean;
  formulas: Record<string, any[]>;
}

export interface ExplainRow {
  kind: string;
  signed: boolean;
  values: Packed;
}

export interface ExplainComplete {
  gained: Packed;
  error: Packed;
  points: Packed;
}

export interface ExplainSearched {
  step: number;
  piece: string;
  outcome: string;
  steps: number;
  heads: number;
  own: number[];
  weights: number[] | null;
  distance: number | null;
  divergence: number | null;
  changed: number | null;
  same: boolean;
  before: number;
  after: number | null;
  closest: number;
  texts: [string, string] | null;
  python: string;
}

export interface ExplainPayload {
  stage: string;
  language: string;
  strings: Record<string, string | Record<string, string>>;
  tongues: Record<string, string>;
  trace: string;
  rows: ExplainRow[];
  steps: number[];
  missing: string[];
  complete: ExplainComplete | null;
  taus: Packed;
  overlaps: Packed;
  tau: Packed;
  overlap: Packed;
  head: string | null;
  found: ExplainSearched | null;
  farthest: ExplainSearched | null;
  epsilon: number;
  epsilons: number[];
}

export interface ForcingGuess {
  id: number;
  piece: string;
  p: number;
}

export interface ForcingColumn {
  kind: string;
  read: string[];
  written: string[];
  written_ids: number[];
  guesses: ForcingGuess[][];
  log_probs: (number | null)[];
  weights: number[][] | null;
  astray: (number | null)[];
  first: number | null;
}

export interface ForcingEffect {
  begin: number;
  steps: number;
  reference: number;
  here: number;
  astray: number | null;
}

export interface ForcingSlip {
  step: number;
  id: number;
  piece: string;
  by_hand: boolean;
}

export interface ForcingPayload {
  stage: string;
  language: string;
  strings: Record<string, string | Record<string, string>>;
  tongues: Record<string, string>;
  source: string[];
  reference: string[];
  reference_ids: number[];
  text: string;
  columns: ForcingColumn[];
  effects: Record<string, ForcingEffect>;
  slip: ForcingSlip | null;
}

export interface HeadsOutput {
  text: string;
  tokens: Token[];
  log_probs: number[];
  cut_off: boolean;
  differs?: number[];
}

export interface HeadsRollout {
  raw: Packed;
  rolled: Packed;
}

export interface HeadsPayload {
  stage: string;
  language: string;
  strings: Record<string, string | Record<string, string>>;
  tongues: Record<string, string>;
  model: string;
  typed: string;
  source: Token[];
  start: string;
  blocks: [string, number, number][];
  switched: string[];
  plain: HeadsOutput;
  free: HeadsOutput;
  forced: number[];
  weights: Record<string, Packed>;
  without: Record<string, Packed> | null;
  rollouts: Record<string, HeadsRollout>;
  costs: [string, number, number, number][];
  measured: Record<string, any>;
}

export interface HomeBox {
  name: string;
  x: number;
  y: number;
  width: number;
  colour: string;
  href: string;
}

export interface HomePlan {
  width: number;
  height: number;
  tall: number;
  boxes: HomeBox[];
  arrows: [string, string][];
  again: [string, string];
}

export interface HomeWay {
  title: string;
  line: string;
  href: string;
  kind: string;
  picture: any;
}

export interface HomePayload {
  stage: string;
  language: string;
  strings: Record<string, string | Record<string, string>>;
  tongues: Record<string, string>;
  plans: Record<string, HomePlan>;
  lessons: HomeWay[];
  pages: HomeWay[];
  teach: HomeWay[];
}

export interface LayersSublayer {
  name: string;
  normed: Packed;
  added: Packed;
  added_norm: Packed;
  normed_norm: Packed;
  cosine: Packed;
}

export interface LayersLens {
  likeliest: [string, number][][][];
  log_probs: Packed;
  ranks: number[][];
  entropies: Packed;
}

export interface LayersStream {
  side: string;
  reads: string[];
  writes: string[];
  norms: Packed;
  start: Packed;
  output: Packed;
  sublayers: LayersSublayer[];
  lens: LayersLens | null;
}

export interface LayersPayload {
  stage: string;
  language: string;
  strings: Record<string, string | Record<string, string>>;
  tongues: Record<string, string>;
  model: string;
  typed: string;
  text: string;
  norm: string;
  streams: Record<string, LayersStream>;
  formulas: Record<string, any[]>;
}

export interface LinesPayload {
  stage: string;
  language: string;
  strings: Record<string, string | Record<string, string>>;
  tongues: Record<string, string>;
  trace: string;
  middle: number | null;
}

export interface LiveFrame {
  number: number;
  moment: [number, number, number | null, number | null, number | null];
  updates: number;
  rate: number;
  forcing: number;
  smoothing: number;
  norms: [string, number][];
  weights: number[][] | null;
  reach: number[];
  softmax: [string, number, number][][];
  written: string;
}

export interface LiveApart {
  update: number;
  loss_before: number;
  loss_after: number;
  norm: number;
  clip: number;
  rate: number;
  weight: string;
  before: number;
  gradient: number;
  mean: number;
  root: number;
  after: number;
}

export interface LiveRun {
  label: string;
  detail: string;
  source: string[];
  target: string[];
  tokens: number;
  updates: number;
  frames: LiveFrame[];
  state: string;
  note: string;
  apart: LiveApart | null;
}

export interface LivePayload {
  stage: string;
  language: string;
  strings: Record<string, string | Record<string, string>>;
  tongues: Record<string, string>;
  job: string;
  task: string;
  runs: LiveRun[];
  layers: Record<string, string>;
}

export interface MapsPayload {
  stage: string;
  language: string;
  strings: Record<string, string | Record<string, string>>;
  tongues: Record<string, string>;
  model: string;
  typed: string;
  source: Token[];
  writes: boolean;
  typed_steps: number;
  steps: MapsStep[];
  cut_off: boolean;
  blocks: Record<string, MapsBlock>;
  formulas: Record<string, any[]>;
  held: DecodeHeld | null;
  holding: Record<string, string | Record<string, string>>;
  before: MapsStep[] | null;
}

export interface MapsLayer {
  queries: string[];
  keys: string[];
  layers: number;
  heads: number;
  sent: number[];
  visible: string;
  low: number[];
  step: number[];
  bits: number[];
  data: string;
  by_hand: MapsByHand | null;
  layer: string;
}

export interface MapsExact {
  head: string;
  scores: Packed | null;
  weights: Packed;
}

export interface MapsValues {
  valued: string;
  values: Packed;
  averages: Record<string, Packed>;
  averaged: number;
}

export interface MapsCell {
  head: string;
  row: number;
  query: Packed;
  keys: Packed;
  values: Packed;
  visible: Packed;
  scores: Packed;
  weights: Packed;
  undivided: Packed;
  divisor: number;
  contexts: Packed;
  contribution: Packed;
  shares: number[];
  bias: number;
  added: Packed;
  before: Packed;
}

export interface MaskPass {
  scores: Packed;
  weights: Packed;
  log_probs: Packed;
  likeliest: string[];
  loss: number;
}

export interface MaskPayload {
  stage: string;
  language: string;
  strings: Record<string, string | Record<string, string>>;
  tongues: Record<string, string>;
  model: string;
  typed: string;
  layers: number;
  heads: number;
  target: Token[];
  keys: string[];
  masked: MaskPass;
  bare: MaskPass;
  future: Packed;
  answer: Packed;
  moved: number[];
}

export interface NearbyLikeness {
  text: string;
  begin: number | null;
  end: number | null;
  cosine: number;
  at: [number, number];
}

export interface NearbyAround {
  points: Packed;
  cloud: Packed | null;
  shares: number[];
  near: NearbyLikeness[][];
  count: number;
  kept: number;
}

export interface NearbyPayload {
  stage: string;
  language: string;
  strings: Record<string, string | Record<string, string>>;
  tongues: Record<string, string>;
  model: string;
  typed: string;
  source: Token[];
  how: string;
  target: Token[];
  states: NearbyAround;
  written: NearbyAround | null;
  words: NearbyAround;
}

export interface PaddingPass {
  scores: Packed;
  weights: Packed;
  states_apart: number[];
  weights_apart: number[];
  log_probs: number[];
}

export interface PaddingPayload {
  stage: string;
  language: string;
  strings: Record<string, string | Record<string, string>>;
  tongues: Record<string, string>;
  model: string;
  typed: [string, string];
  layers: number;
  heads: number;
  sentences: [Token[], Token[]];
  translations: [string, string];
  alone: number[];
  masked: PaddingPass;
  bare: PaddingPass;
  on_padding: Packed;
}

export interface PicturesThing {
  name: string;
  label: string;
}

export interface PicturesPlaced {
  thing: string;
  left: number;
  top: number;
  size: number;
}

export interface PicturesGroup {
  label: string;
  cells: number[];
}

export interface PicturesBoard {
  side: number;
  smallest: number;
  largest: number;
  holds: number;
}

export interface PicturesTruth {
  right: boolean | null;
  told: string;
}

export interface PicturesSheet {
  url: string;
  cell: number;
  across: number;
}

export interface PicturesPayload {
  stage: string;
  language: string;
  strings: Record<string, string | Record<string, string>>;
  tongues: Record<string, string>;
  trace: string;
  pixels: string;
  grid: [number, number];
  own: boolean;
  first: number;
  placed: PicturesPlaced[];
  groups: PicturesGroup[];
  truth: PicturesTruth;
  board: PicturesBoard;
  sheet: PicturesSheet;
  things: PicturesThing[];
  formulas: Record<string, any[]>;
}

export interface PositionsRun {
  placed: boolean;
  shuffled: boolean;
  tokens: Token[];
  differs: number[];
  log_probs: Packed;
  plain: Packed;
  cut_off: boolean;
}

export interface PositionsPayload {
  stage: string;
  language: string;
  strings: Record<string, string | Record<string, string>>;
  tongues: Record<string, string>;
  model: string;
  typed: string;
  shuffled: string;
  source: Token[];
  order: number[];
  runs: PositionsRun[];
  encoding: Packed;
  similarity: Packed;
  length: number;
  lengths: Packed;
  moved: Packed;
  cosines: Packed;
}

export interface PredictOption {
  label: string;
  side: string;
  value: number | null;
  row: number[];
}

export interface PredictMap {
  label: string;
  rows: string[];
  weights: number[][];
}

export interface PredictExercise {
  kind: string;
  step: number;
  sources: string[];
  written: string[];
  word: string;
  ask: [string, string][][];
  why: [string, string][][];
  row: number[];
  best: number[];
  scores: number[];
  wrong: number[];
  options: PredictOption[];
  right: number;
  clues: PredictMap[];
  maps: PredictMap[];
}

export interface PredictPayload {
  stage: string;
  language: string;
  strings: Record<string, string | Record<string, string>>;
  tongues: Record<string, string>;
  set: string;
  model: string;
  typed: string;
  seed: number;
  exercises: PredictExercise[];
}

export interface RecallRecalled {
  word: string;
  place: number;
  chance: number;
  rank: number;
  thirds: number[];
  at_place: number;
}

export interface RecallFigure {
  value: number;
  low: number;
  high: number;
  count: number;
}

export interface RecallCurve {
  task: string;
  by: string;
  at: number[];
  figures: RecallFigure[];
}

export interface RecallPayload {
  stage: string;
  language: string;
  strings: Record<string, string | Record<string, string>>;
  tongues: Record<string, string>;
  model: string;
  typed: string;
  source: Token[];
  slopes: Packed | null;
  known: number;
  count: number;
  recalled: (RecallRecalled | string)[] | null;
  guessed: [string, number, boolean][];
  curves: RecallCurve[];
  whole: Record<string, RecallFigure>;
  command: string;
  attends: boolean;
  both: boolean;
}

export interface ReplayShown {
  text: string;
  tokens: string[];
  weights: number[][];
}

export interface ReplayMoment {
  update: number;
  held_out_loss: number | null;
  figure: number | null;
  sharpness: number | null;
  shown: ReplayShown[];
}

export interface ReplayFilm {
  name: string;
  sources: string[][];
  moments: ReplayMoment[];
}

export interface ReplayPayload {
  stage: string;
  language: string;
  strings: Record<string, string | Record<string, string>>;
  tongues: Record<string, string>;
  figure: string;
  short: string;
  sentences: string[];
  films: ReplayFilm[];
}

export interface ScheduleTrained {
  name: string;
  size: number;
  warmup: number;
  rate: number;
  updates: number;
}

export interface SchedulePayload {
  stage: string;
  language: string;
  strings: Record<string, string | Record<string, string>>;
  tongues: Record<string, string>;
  trained: ScheduleTrained | null;
}

export interface SearchRun {
  key: string;
  title: string;
  likeliest: boolean;
  trace: string;
  ranked: number;
}

export interface SearchPayload {
  stage: string;
  language: string;
  strings: Record<string, string | Record<string, string>>;
  tongues: Record<string, string>;
  runs: SearchRun[];
  head: string | null;
}

export interface ShowPayload {
  stage: string;
  language: string;
  strings: Record<string, string | Record<string, string>>;
  tongues: Record<string, string>;
  trace: string;
  typed: string;
  model: string;
  loose: string | null;
  exports: Record<string, string>;
}

export interface StoriesParts {
  form: number;
  who: string;
  what: string;
  place: string;
}

export interface StoriesLine {
  text: string;
  tokens: [number, number];
  parts: StoriesParts | null;
}

export interface StoriesForm {
  label: string;
  who: boolean;
  what: string;
  place: boolean;
}

export interface StoriesMenus {
  people: string[];
  places: string[];
  things: string[];
  statements: StoriesForm[];
  questions: StoriesForm[];
}

export interface StoriesFollows {
  answer: string | null;
  support: number[];
  told: string;
}

export interface StoriesPayload {
  stage: string;
  language: string;
  strings: Record<string, string | Record<string, string>>;
  tongues: Record<string, string>;
  trace: string;
  lines: StoriesLine[];
  menus: StoriesMenus;
  truth: StoriesFollows;
  most: number;
  formulas: Record<string, any[]>;
}
