// Types that several modules of the page share.

import type { EditRequest, Row, TranscriptChanges } from "./api/payloads.d.ts";
import type { Refused } from "./api/server.js";

/** Return the text of a key in the page's language, with values filled in. */
export type Translate = (key: string, values?: Record<string, string | number>) => string;

/** Values of a row that an edit changes, shown before the server has answered. */
export type RowFields = Partial<Row>;

/** An edit that waits for the server's answer. */
export interface QueuedEdit {
  id: string;
  /** Revision that its author saw. */
  base: number;
  request: EditRequest;
  fields: Record<string, RowFields>;
  /** Ids of the rows that its author saw. */
  rows: string[];
}

/** Colour and shape of a speaker. */
/** Colours of a speaker; `style` holds them as CSS variables for an element. */
export interface SpeakerLook {
  number: number; // 1 for the first speaker, 0 for nobody
  hue: number; // 1 to 8, or 0: the tokens --s1 to --s8
  isHollow: boolean;
  color: string; // CSS value
  style: Record<string, string>;
}

/** Overlap in time of a sentence with one of another speaker. */
export interface Overlap {
  speaker: string | null;
  ms: number;
  /** Whether the other sentence begins later. */
  isLater: boolean;
}

/** Place of a shown sentence in its turn. */
export interface TurnPlace {
  isFirst: boolean;
  isLast: boolean;
  overlap: Overlap | null;
}

export type IdsEvent = CustomEvent<{ ids: string[] }>;

/** Rows that changed, and whether their order did. */
export type RowsEvent = CustomEvent<{ ids: string[]; order: boolean }>;

export type AnswerEvent = CustomEvent<{ edit: QueuedEdit; answer: TranscriptChanges }>;

export type RefusedEvent = CustomEvent<{ edit: QueuedEdit; refusal: Refused }>;

declare global {
  /** Parts of AudioWorkletGlobalScope, which TypeScript's DOM library lacks. */
  class AudioWorkletProcessor {
    readonly port: MessagePort;
  }
  const sampleRate: number;
  function registerProcessor(name: string, processor: typeof AudioWorkletProcessor): void;

  interface Window {
    gradio_config?: { root?: string };
    /** Called by the form of a new transcription, which Gradio builds. */
    speakerStudio?: {
      start(values: [string, string, string, string]): Promise<unknown>;
      prepare(language: string | null): void;
    };
  }
}
