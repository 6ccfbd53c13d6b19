import type { CommandOptions, Ended } from '../test/kit/command.ts';
import type { Fault } from '../test/kit/faults/proxy.ts';
import type { Random } from '../test/kit/faults/random.ts';
import type { LiveTable } from './live-table.ts';
import type { Content, TableShape } from './random-table.ts';
import type { Running } from './runner.ts';

/** What a run tries: the command that is disturbed. */
export type Story = 'backup' | 'restore' | 'copy' | 'verify';

export const STORIES: readonly Story[] = ['backup', 'restore', 'copy', 'verify'];

/** Where a fault is to strike. */
export interface FaultPlace {
  readonly random: Random;
  readonly story: Story;
  /** The table that is read: of a backup, verification or copy; of a restore the one that its backup was made of. */
  readonly source: LiveTable;
  /** The table that is written. */
  readonly target: LiveTable;
  /** The data file of the backup, which may not be there. */
  readonly dataFile: string;
  /** A folder for what the fault needs. */
  readonly scratch: string;
  /** The disturbed command while it runs, for kinds that need `signals`. */
  readonly command: () => Running['process'] | undefined;
}

/** A fault that was prepared for one command. */
export interface PlannedFault {
  /** Its place in the proxy between command and DynamoDB. */
  readonly network?: Fault;
  readonly options?: Pick<CommandOptions, 'environment' | 'nodeOptions' | 'runBy'>;
  /** Whether the same command is to be started a second time while it runs. */
  readonly twice?: true;
  /** Plants the fault, before the command starts. */
  before?(): Promise<void>;
  /** Takes away what was planted, after the command. */
  after?(): Promise<void>;
  /** Does further harm to what a command that failed has left, before the next step. */
  between?(): Promise<void>;
  /** Whether it really struck, by what happened so far and how the command ended. */
  struck(ended: Ended): boolean;
  /** What the command has to do if this struck; whatever else is true holds anyway. */
  readonly demands?: Demands;
}

export interface Demands {
  /** It may not succeed, and what it writes to has to stay as it was. */
  readonly refusal?: true;
  /** The number of the line that its error has to name. */
  readonly line?: number;
  /** A backup that lacks items needs a warning like this: where the service lies consistently, none can do more. */
  readonly warning?: RegExp;
  /** The table's content may be that of the replaced table too. */
  readonly replacedTable?: true;
  /** Items were taken from the target on purpose. */
  readonly itemsTaken?: true;
}

/** A kind of fault. */
export interface FaultKind {
  readonly name: string;
  readonly stories: readonly Story[];
  /** Why this machine cannot have it. */
  readonly unavailable?: () => string | undefined;
  readonly needs?: {
    readonly shape?: Partial<TableShape>;
    readonly content?: Content;
    /** The size of a file system of its own for the backup's folder. */
    readonly disk?: string;
    readonly gzip?: boolean;
    /** Whether there is an earlier backup. */
    readonly earlier?: boolean;
    /** Scans of small pages, and few segments, so that there are pages to follow. */
    readonly pages?: true;
    /** A backup that takes long enough to leave a checkpoint. */
    readonly slow?: true;
    /** How the target of a restore is to be. */
    readonly target?: 'empty' | 'full';
    /** Whether the disturbed command is given --resume. */
    readonly resume?: false;
    /** Whether no other fault may come along, behind which it would not show. */
    readonly alone?: true;
    /** Whether signals are sent to the command. */
    readonly signals?: true;
    /** How long the command may take, in seconds, if longer than others. */
    readonly seconds?: number;
  };
  /** How rarely it is chosen: one in so many times; 1 unless given. */
  readonly rarity?: number;
  plan(place: FaultPlace): PlannedFault;
}
