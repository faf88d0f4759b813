// Types of the JSON that the app's routes send (webui/views and webui/routes) and receive.

export type Status = "machine" | "corrected" | "verified" | "rejected";

/** A sentence of a transcript: an utterance, without the model's own fields. */
export interface Row {
  id: string;
  start_ms: number;
  end_ms: number;
  position: number;
  speaker_id: string | null;
  text: string;
  status: Status;
  is_edited: boolean;
  is_flagged: boolean;
  comment: string;
}

/** A row as conflicts and histories show it. */
export type RowVersion = Omit<Row, "position" | "is_edited">;

export interface Speaker {
  id: string;
  label: string;
  name: string | null;
  position: number;
}

export interface Turn {
  start_ms: number;
  end_ms: number;
  speaker: string | null;
}

export interface ExportFormat {
  name: string;
  group: string;
  extension: string;
}

/** The files that can be imported: suffixes such as ".srt", and encodings, the default first. */
export interface ImportChoices {
  suffixes: string[];
  encodings: string[];
}

/** Answer to an edit and to `changes/REVISION`. */
export interface TranscriptChanges {
  revision: number;
  head_edit_id: number | null;
  can_undo: boolean;
  can_redo: boolean;
  /** Whether `utterances` holds every row, not only changed ones. */
  is_complete: boolean;
  speakers: Speaker[];
  utterances: Row[];
  removed: string[];
}

/** `transcripts/ID`. */
export interface Transcript extends TranscriptChanges {
  id: string;
  recording_id: string;
  run_id: string;
  title: string;
  duration_ms: number;
  is_finished: boolean;
  has_audio: boolean;
  language: string;
  models: string[];
  /** Name of the file that the transcript was imported from. */
  imported_from: string | null;
  /** null where the source has one audio track; `track` is null for a mix of all. */
  tracks: { track: number | null; total: number } | null;
  /** Words and language model that the run was given. */
  words: { hotwords: string[]; language_model: string | null };
  formats: ExportFormat[];
  imports: ImportChoices;
  turns: Turn[];
}

/** `transcripts/ID/comparison/ID` */
export interface ComparisonPayload {
  recording_id: string;
  title: string;
  has_audio: boolean;
  first: ComparedTranscript;
  second: ComparedTranscript;
  /** Characters and words that differ, and those of the first transcript. */
  num_errors: number;
  num_units: number;
  error_rate: number;
  num_changed_rows: number;
  rows: ComparisonRow[];
}

export interface ComparedTranscript {
  id: string;
  created_at: string;
  models: string[];
  words: { hotwords: string[]; language_model: string | null };
  speakers: { label: string; name: string | null }[];
}

export interface ComparisonRow {
  start_ms: number;
  end_ms: number;
  is_changed: boolean;
  first: MarkedSentence[];
  second: MarkedSentence[];
}

export interface MarkedSentence {
  id: string;
  speaker: string | null;
  /** Index in the transcript's speakers. */
  speaker_index: number | null;
  /** Texts, and whether the other transcript has another one there. */
  parts: [string, boolean][];
}

/** [start_ms, end_ms, text, confidence] of a token, and its text without the language model if that is another one. */
export type TokenPayload = [number, number, string, number | null, string?];

export interface Tokens {
  tokens: Record<string, TokenPayload[]>;
}

/** Sentences of one recording that a search over all recordings found. */
export interface RecordingSentences {
  id: string;
  title: string;
  transcript_id: string;
  revision: number;
  sentences: { id: string; start_ms: number; text: string }[];
}

/** [start_ms, end_ms, text, other words for it] of a doubtful place. */
export type WordCandidates = [number, number, string, string[]];

/** Doubt of text and speaker of each row, 0 to 1. */
export interface Doubts {
  doubts: Record<string, [number | null, number | null]>;
}

/** Speaker that a row had before a person assigned another one, by the row's id. */
export interface FormerSpeakers {
  former_speakers: Record<string, string>;
}

/** `transcripts/ID/map`: one point, with coordinates between -1 and 1, for each window. */
export interface SpeakerMapPayload {
  is_final: boolean;
  windows: [number, number][];
  points: [number, number][];
}

/** `transcripts/ID/regrouping/COUNT`. */
export interface ProposalPayload {
  /** Speaker of each group; null for a new one. */
  groups: (string | null)[];
  /** Group of each window. */
  windows: number[];
  /** New group of each row that changes. */
  changes: Record<string, number>;
}

export type RunState = "queued" | "running" | "done" | "failed" | "cancelled" | "interrupted";

export interface Run {
  id: string;
  state: RunState;
  stage: string | null;
  fraction: number;
  /** Number of runs before this one in the queue. */
  ahead: number | null;
  elapsed_seconds: number;
  /** Whether the recording is still being made. */
  is_live: boolean;
  /** What is happening to that recording. */
  live_state: "recording" | "paused" | "ending" | null;
  seconds_left: number | null;
  is_continued: boolean;
  message_key: string | null;
}

/** A line of `recordings`. */
export interface Recording {
  id: string;
  title: string;
  added_at: string;
  language: string | null;
  notes: string;
  tags: string[];
  num_transcripts: number;
  status: string;
  percent: number;
  duration_ms: number | null;
  has_audio: boolean;
  transcript_id: string | null;
  is_finished: boolean;
  /** Transcript of the run at work. */
  growing_id: string | null;
  num_speakers: number | null;
  num_sentences: number | null;
  /** Shares of the speakers, by index in order of first appearance, the largest first. */
  talk: { speaker: number | null; share: number }[];
  can_run_again: boolean;
  claimed_by: string | null;
  can_edit: boolean;
  run: Run | null;
}

/** `recordings?since=VERSION`: changes since an answer with that version. */
export interface RecordingChanges {
  version: string;
  /** Whether `recordings` holds every recording, not only added and changed ones. */
  is_complete: boolean;
  /** Added ones are first, in front of all known ones. */
  recordings: Recording[];
  removed: string[];
}

/** A line of the transcriptions in `work`. */
export interface WorkJob {
  run: Run;
  recording_id: string;
  title: string;
  duration_ms: number | null;
  /** Who requested it; empty if unknown. */
  person: string;
  /** Name of the machine that transcribes it; empty unless it is running. */
  worker: string;
  is_own: boolean;
}

export interface ReviewableRecording {
  id: string;
  title: string;
  duration_ms: number | null;
  claimed_by: string | null;
  percent: number;
  num_flagged: number;
}

export interface ReviewGroup {
  state: "new" | "claimed" | "in_review" | "second_look" | "done";
  /** Number of recordings, of which the first ones are listed. */
  total: number;
  recordings: ReviewableRecording[];
}

/** `work`. */
export interface WorkPayload {
  num_jobs: number;
  jobs: WorkJob[];
  groups: ReviewGroup[];
}

export interface TranscriptChoice {
  id: string;
  created_at: string;
  kind: "machine" | "import" | "second" | "adjudicated";
  /** Names of the people who annotated or edited it. */
  annotators: string[];
  /** Words that its run was given. */
  hotwords: string[];
  model: string | null;
  /** Name of the imported file. */
  imported_from: string | null;
  is_finished: boolean;
  num_speakers: number;
  num_sentences: number;
  status: string;
  percent: number;
  is_preferred: boolean;
}

/** A sentence that `search` found. */
export interface Hit {
  transcript_id: string;
  utterance_id: string;
  start_ms: number;
  text: string;
}

/** A recording that `search` found. */
export interface Found {
  id: string;
  is_named: boolean;
  num_hits: number;
  hits: Hit[];
  /** Speakers with the terms in their names, with the first sentence of each. */
  speakers: ({ name: string } & Hit)[];
}

export interface Limits {
  file_mb: number;
  [name: string]: number | null;
}

export interface Visit {
  mode: "open" | "people" | "demo";
  name: string;
  keep_hours?: number | null;
  /** Names of the pages that the visitor may use. */
  pages: string[];
  limits?: Limits;
}

/** An edit of the history. */
export interface EditPayload {
  id: number;
  kind: string;
  author: string;
  created_at: string;
  comment: string;
  undone: boolean;
}

export interface TimelineEntry extends EditPayload {
  num_utterances: number;
  detail: string;
  /** Parts of the texts before and after, where a single sentence's text changed. */
  text: [string, string] | null;
  /** Speakers of a single sentence before and after. */
  speaker_id: [string | null, string | null] | null;
  /** A speaker's names before and after. */
  name: [string | null, string | null] | null;
}

export interface Version {
  name: string;
  edit_id: number;
  author: string;
  created_at: string;
}

export interface HistoryPayload {
  head: number | null;
  edits: TimelineEntry[];
  /** Whether there are edits before the last of these. */
  has_older: boolean;
  versions: Version[];
}

export interface SentenceStep extends EditPayload {
  before: RowVersion | null;
  after: RowVersion | null;
}

export interface Quality {
  cer: number | null;
  num_characters: number;
  der: number | null;
  num_verified: number;
  verified_ms: number;
  num_open: number;
}

export interface AnnotatorWork {
  author: string;
  edits: Record<string, number>;
  num_taken_back: number;
  num_utterances: number;
  num_verified: number;
  verified_ms: number;
  active_ms: number;
  utterances_an_hour: number;
  real_time_factor: number;
  first_at: string;
  last_at: string;
}

export interface Conflict {
  table: string;
  id: string;
  current: RowVersion | null;
  wanted: RowVersion | null;
}

/** Body of an answer with an error status. */
export interface Refusal {
  error?: string;
  message?: string;
  /** Key of the message in the page's texts, and the values to fill in. */
  key?: string;
  values?: Record<string, string | number>;
  conflicts?: Conflict[];
}

export interface ImportReport {
  transcript_id: string | null;
  has_changed: boolean;
  counts: Record<string, number>;
  problems: { kind: string; line: number | null; found: string }[];
}

export type ModelState = "installed" | "damaged" | "missing" | "failed" | string;

export interface ModelPayload {
  id: string;
  title: string;
  role_key: string;
  num_bytes: number;
  num_bytes_here: number;
  licence: string;
  credit: string;
  homepage: string | null;
  sources: string[];
  optional: boolean;
  state: ModelState;
  can_be_fetched: boolean;
  problem_key: string | null;
  message: string;
}

export interface ModelPackage {
  source: string;
  num_bytes: number;
  num_bytes_here: number;
  is_installed: boolean;
}

export interface ModelsPayload {
  models: ModelPayload[];
  recognizer: {
    name: string | null;
    models?: string[];
    text_key: string;
    accepts_hotwords: boolean;
  };
  is_offline: boolean;
  packages: ModelPackage[];
}

export interface TrainingExport {
  id: string;
  state: string;
  fraction: number;
  num_bytes: number | null;
  problem_key: string | null;
}

export interface TrainingChoices {
  formats: string[];
  speakers: string[];
  tags: string[];
  min_seconds: number;
  max_seconds: number;
  validation: number;
  test: number;
  export: TrainingExport | null;
}

export interface TrainingPreview {
  splits: { name: string; clips: number; hours: number; speakers: number; recordings: number }[];
  left_out: { reason: string; count: number }[];
}

export interface SharedTranscript {
  title: string;
  duration_ms: number;
  speakers: { label: string; name: string | null }[];
  sentences: { start_ms: number; end_ms: number; speaker: number | null; text: string }[];
}

/** `models/…` and the like: routes that answer with nothing. */
export type Empty = Record<string, never>;

/** A transcript that a second person made, and the transcripts that belong to it. */
export interface SecondAnnotation {
  first_id: string;
  second_id: string;
  adjudicated_id: string | null;
  starts_from: string;
  annotator: string;
}

export interface ComparedSentence {
  id: string;
  start_ms: number;
  end_ms: number;
  speaker: number | null;
  text: string;
  /** Texts, and whether the other annotation lacks them; empty for an adjudicated sentence. */
  parts: [string, boolean][];
}

export interface ComparedPassage {
  start_ms: number;
  end_ms: number;
  differs_in: string[];
  is_decided: boolean;
  adjudicated_ids: string[];
  first: ComparedSentence[];
  second: ComparedSentence[];
  adjudicated: ComparedSentence[];
}

/** Figures of two annotators over the recordings that both annotated. */
export interface AnnotatorPair {
  first: string;
  second: string;
  num_recordings: number;
  cer: number;
  der: number;
  kappa: number | null;
}

/** Two annotations side by side. */
export interface Comparison {
  pair: SecondAnnotation;
  first_annotators: string[];
  revision: number | null;
  figures: { cer: number; der: number; kappa: number | null };
  speakers: { label: string; name: string | null }[];
  passages: ComparedPassage[];
}

/** A person whose voice is remembered. */
export interface KnownPerson {
  id: string;
  name: string;
  recordings: { id: string; title: string; spoken_ms: number }[];
}

/** A word that recognition should prefer. */
export interface GlossaryWord {
  word: string;
  heard_as: string;
  recording_id: string | null;
  recording_title: string | null;
  is_on: boolean;
  added_by: string;
  added_at: string;
  /** Number of sentences in which it was corrected. */
  num_edits: number;
  sentences: CorrectedSentence[];
}

/** A word that was corrected the same way in several sentences. */
export interface SuggestedWord {
  word: string;
  heard_as: string;
  /** Whether recognition uses it without being added. */
  is_used: boolean;
  num_edits: number;
  sentences: CorrectedSentence[];
}

export interface CorrectedSentence {
  id: string;
  recording_id: string;
  title: string;
  start_ms: number;
  text: string;
}

/** An edit as the page sends it, without author, client id and base. */
export type EditRequest = { kind: string } & Partial<{
  utterance_id: string;
  utterance_ids: string[];
  speaker_id: string | null;
  speaker_ids: string[];
  into_speaker_id: string;
  assignments: [string, string][];
  new_speakers: string[][];
  text: string;
  name: string;
  at_character: number;
  at_ms: number;
  start_ms: number;
  end_ms: number;
  comment: string;
  find: string;
  replacement: string;
  edit_id: number;
}>;

type Transcripts<Rest extends string> = `transcripts/${string}/${Rest}`;

/** The answer of each route below `/studio/`; `unknown` for a path that is not listed. */
/** `uploads/look` */
export interface SeenUpload {
  length_ms: number | null;
  num_tracks: number;
  /** The recording that has the same content. */
  known: { id: string; title: string } | null;
  /** Why the file cannot be transcribed. */
  problem: { key: string; values: Record<string, string> } | null;
}

/** `transcriptions` */
/** An access token in the answer of `tokens`. */
export interface AccessToken {
  id: string;
  name: string;
  made_at: string;
  used_at: string | null;
}

export interface StartedTranscription {
  recording_id: string;
  run_id: string;
  /** Whether a run was queued; false if one with the same options is at work or done. */
  is_new: boolean;
  title: string;
}

export type Answer<Path extends string> = Path extends "visit"
  ? Visit
  : Path extends "tokens"
    ? { tokens: AccessToken[]; secret: string }
    : Path extends "people"
      ? { people: KnownPerson[] }
      : Path extends `sentences?${string}` | `people/${string}/sentences`
        ? { recordings: RecordingSentences[] }
        : Path extends "glossary"
          ? { words: GlossaryWord[]; suggestions: SuggestedWord[] }
          : Path extends `recordings?since=${string}`
            ? RecordingChanges
            : Path extends `texts/${string}`
              ? Record<string, string>
              : Path extends `search?${string}`
                ? { found: Found[] }
                : Path extends `shared/${string}/transcript`
                  ? SharedTranscript
                  : Path extends `recordings/${string}/share` | `recordings/${string}/share/stop`
                    ? { token?: string | null }
                    : Path extends `recordings/${string}/transcripts`
                      ? { transcripts: TranscriptChoice[] }
                      : Path extends `recordings/${string}/copy`
                        ? { id: string }
                        : Path extends `${string}/imports`
                          ? ImportReport
                          : Path extends "models"
                            ? ModelsPayload
                            : Path extends "uploads/look"
                              ? SeenUpload
                              : Path extends "transcriptions"
                                ? StartedTranscription
                                : WorkAnswer<Path>;

type WorkAnswer<Path extends string> = Path extends "team"
  ? WorkPayload
  : Path extends "team/annotators"
    ? { pairs: AnnotatorPair[] }
    : Path extends "team/next"
      ? { id: string | null }
      : Path extends `runs/${string}/again`
        ? { recording_id: string; run_id: string }
        : TrainingAnswer<Path>;

type TrainingAnswer<Path extends string> = Path extends "training"
  ? TrainingChoices
  : Path extends "training/preview"
    ? TrainingPreview
    : Path extends "training/exports"
      ? { id: string }
      : Path extends `training/exports/${string}`
        ? TrainingExport
        : TranscriptAnswer<Path>;

type TranscriptAnswer<Path extends string> = Path extends
  Transcripts<`changes/${string}`> | Transcripts<"edits">
  ? TranscriptChanges
  : Path extends Transcripts<`tokens?${string}`>
    ? Tokens
    : Path extends Transcripts<"doubts">
      ? Doubts
      : Path extends Transcripts<"candidates">
        ? { candidates: WordCandidates[] }
        : Path extends Transcripts<`candidates/${string}`>
          ? { span: [number, number]; candidates: string[] }
          : Path extends Transcripts<"former_speakers">
            ? FormerSpeakers
            : Path extends Transcripts<"map">
              ? SpeakerMapPayload
              : Path extends Transcripts<"second-annotation/comparison">
                ? Comparison
                : Path extends Transcripts<"second-annotation">
                  ? { pair: SecondAnnotation | null }
                  : Path extends Transcripts<"known-voices">
                    ? { speakers: Record<string, { name: string; percent: number }> }
                    : Path extends Transcripts<"speaker-proposals">
                      ? { speakers: Record<string, string[]> }
                      : Path extends Transcripts<`regrouping/${string}`>
                        ? ProposalPayload
                        : Path extends Transcripts<"history" | `history/${number}`>
                          ? HistoryPayload
                          : Path extends Transcripts<`utterances/${string}/life`>
                            ? { steps: SentenceStep[] }
                            : Path extends Transcripts<"quality">
                              ? Quality
                              : Path extends Transcripts<"annotators">
                                ? { annotators: AnnotatorWork[] }
                                : Path extends Transcripts<"versions">
                                  ? Version
                                  : Path extends Transcripts<`comparison/${string}`>
                                    ? ComparisonPayload
                                    : Path extends Transcripts<string>
                                      ? unknown
                                      : Path extends `transcripts/${string}`
                                        ? Transcript
                                        : unknown;
