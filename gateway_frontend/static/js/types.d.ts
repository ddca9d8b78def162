/**
 * The payloads of the API and of the live connection, and the `<template>`s of the pages.
 *
 * Read by `tsc` alone, and global, so that JSDoc in every module can name them.
 */

interface Person {
  id: number;
  name: string;
  nickname: string;
  bot?: boolean;
  icon_emoji?: string;
  avatar_url?: string | null;
  status_emoji?: string;
}

/** A person as users_service describes and publishes them. */
interface Profile extends Person {
  status: { emoji: string | null; text: string; until: string | null } | null;
  dnd_until: string | null;
}

/** The person who uses this page, with their rights in the conversation that is open. */
interface Reader extends Person {
  moderates?: boolean;
  blocked_ids?: number[];
  dnd_until?: string | null;
}

interface Attachment {
  id: number;
  name: string;
  content_type: string;
  size: number;
  url: string;
  alt: string | null;
  width?: number;
  height?: number;
  thumbnail_url?: string | null;
  medium_url?: string | null;
}

/** What a linked page says of itself. */
interface Preview {
  id: number;
  url: string;
  site_name: string;
  title: string;
  description: string;
  picture_url?: string;
  picture_width?: number;
  picture_height?: number;
}

interface PollChoice {
  id: number;
  choice: string;
  votes: number;
  voters?: number[];
}

interface Poll {
  id: number;
  conversation_id: number;
  message_id: number;
  author_id: number;
  question: string;
  multiple: boolean;
  anonymous: boolean;
  closes_at: string | null;
  closed: boolean;
  voter_count: number;
  choices: PollChoice[];
  my_choice_ids?: number[];
}

/** What `POST /api/polls` takes, besides the conversation. */
interface NewPoll {
  question: string;
  choices: string[];
  multiple?: boolean;
  anonymous?: boolean;
  closes_at?: string;
}

/** `user_ids` are the first fifty people, and the reader; `count` counts everybody. */
interface Reaction {
  emoji: string;
  count: number;
  user_ids: number[];
}

/** A message that another one forwards, as it was then. */
interface ForwardedFrom {
  message_id: number;
  conversation_id: number;
  seq: number;
  kind: ConversationKind;
  /** Of a public room. */
  name: string | null;
  author: Person;
  content: string;
  html: string;
  date: string;
}

interface Message {
  id: number;
  conversation_id: number;
  seq: number;
  author_id: number;
  recipient_id: number | null;
  author: Person;
  recipient: Person | null;
  content: string;
  html: string;
  date: string;
  client_id: string | null;
  edited_at: string | null;
  deleted_at: string | null;
  reply_to: number | null;
  /** The first message of the thread of a reply. */
  thread_id: number | null;
  also_in_conversation: boolean;
  thread: Thread | null;
  attachments: Attachment[];
  previews?: Preview[];
  reactions: Reaction[];
  poll: Poll | null;
  forwarded_from: ForwardedFrom | null;
  pinned: boolean;
  /** By the person who asks; events do not say it. */
  saved?: boolean;
  mentions?: { user_ids: number[]; everyone: "room" | "here" | null };
}

/** The replies to a message. */
interface Thread {
  reply_count: number;
  last_reply_at: string;
  participant_ids: number[];
  /** The first of them. */
  participants: Person[];
}

/** What a thread is to the person who uses this page. */
interface ThreadState {
  message_id: number;
  conversation_id: number;
  following: boolean;
  read_seq: number;
  last_reply_seq: number;
  unread: number;
}

type ConversationKind = "direct" | "group" | "room";

/** What the list of conversations says about one; rooms come without their members. */
interface ConversationSummary {
  id: number;
  kind: ConversationKind;
  name: string | null;
  topic: string;
  visibility: "public" | "private";
  archived: boolean;
  members?: Person[];
  last_seq: number;
  read_seq: number | null;
  unread: number;
  notify: "all" | "mentions" | "nothing";
  starred: boolean;
  muted_until: string | null;
  unread_from: number | null;
  unread_mentions?: number;
  has_draft: boolean;
  /** First messages of followed threads with unread replies. */
  unread_threads?: number[];
}

/** A draft on the server; `content` is empty when it is gone. */
interface SavedDraft {
  conversation_id: number;
  /** The first message of the thread it is written in. */
  reply_to: number | null;
  content: string;
  updated_at: string;
}

/** The answer of `PATCH /api/conversations/<id>/me`, and the data of the notice `membership`. */
interface Membership
  extends Pick<
    ConversationSummary,
    "last_seq" | "read_seq" | "unread" | "notify" | "starred" | "muted_until" | "unread_from"
  > {
  conversation_id: number;
}

/** What `PATCH /api/conversations/<id>/me` takes. */
type MarkChanges = Partial<
  Pick<ConversationSummary, "notify" | "starred" | "muted_until" | "unread_from">
>;

/** The data of the notice `scheduled`. */
interface ScheduledChange {
  id: number;
  client_id: string;
  conversation_id: number | null;
  state: "waiting" | "sent" | "refused" | "deleted";
  refusal: string | null;
}

/** An entry of a conversation's log. */
interface LogEvent {
  conversation_id: number;
  seq: number;
  epoch: string;
  type: string;
  date: string;
  // biome-ignore lint/suspicious/noExplicitAny: its shape depends on the type
  data: any;
}

interface EventPage {
  events: LogEvent[];
  last_seq: number;
  more: boolean;
  epoch?: string;
  /** The log was restored from a backup and ends before the seq that was asked for. */
  reset?: boolean;
}

/** A message to one person's connections that is no entry of a log. */
interface Notice {
  type: string;
  // biome-ignore lint/suspicious/noExplicitAny: its shape depends on the type
  data: any;
}

/** The data of the notice `notification`, and of a push. */
interface NewsOfMessage {
  tag: string;
  conversation_id: number;
  seq: number;
  thread_id: number | null;
  title: string;
  body: string;
  icon: string | null;
  url: string;
  sound: boolean;
}

type PresenceStatus = "online" | "away" | "dnd" | "offline" | "unknown";

/** Who joined, left or changed the conversation, as a line between messages. */
interface Note {
  seq: number;
  date: string;
  sort: string;
  byId: number | null;
  by: string;
  who: string;
  about: string;
}

/** What `/front/conversations/<id>/messages` returns. */
interface HistoryPage {
  messages: Message[];
  events: LogEvent[];
  is_whole: boolean;
  reaches_end: boolean;
}

/** The same, the events among the messages turned into notes. */
interface DrawablePage {
  messages: Message[];
  notes: Note[];
  is_whole: boolean;
  reaches_end: boolean;
}

/** Where a message goes: into a conversation, or to a person with whom there is none yet. */
interface Target {
  conversation_id?: number;
  recipient_id?: number;
  /** The first message of a thread. */
  reply_to?: number;
  also_in_conversation?: boolean;
}

/** A message that was written here, before the outbox takes it. */
interface OutgoingMessage extends Target {
  client_id: string;
  content: string;
  /** Milliseconds since 1970. */
  written: number;
  files?: Attachment[];
  poll?: NewPoll;
}

/** The same in the outbox. */
interface OutboxItem extends OutgoingMessage {
  state: string;
  reason: string | null;
  waitsFor?: string | null;
  /** Seconds that the server asked to wait. */
  wait?: number | null;
}

/** Show an error to the person. */
type ShowError = (words: string) => unknown;

/** Ask a question with a dialog: did the person agree? */
type Confirm = (question: string, detail: string, verb: string) => Promise<boolean>;

/** What the card about a person needs of the app. */
interface CardParts {
  shown: (root: ParentNode) => void;
  confirm: Confirm;
  blocked: (change: { user_id: number; blocked: boolean }) => void;
  showError: ShowError;
}

/** Wait before the next attempt, after this number of failures in a row. */
type Pause = (failures: number) => Promise<unknown>;

/** `setTimeout`, or the clock of a test. */
type Later = (act: () => void, ms: number) => number;

/** The elements of the `<template>`s, by the template's id. */
/** A message that was found, and its lines in parts. */
interface FoundMessage {
  message: Message;
  excerpts: { source: string; parts: { text: string; match: boolean }[] }[];
}

interface Templates {
  "command-answer-template": HTMLElement;
  "add-people-template": HTMLElement;
  "ask-template": HTMLDialogElement;
  "candidate-template": HTMLElement;
  "choice-line-template": HTMLElement;
  "choice-template": HTMLLabelElement;
  "completion-template": HTMLElement;
  "confirm-template": HTMLDialogElement;
  "crop-template": HTMLDialogElement;
  "profile-card-template": HTMLDialogElement;
  "status-template": HTMLDialogElement;
  "editor-template": HTMLFormElement;
  "found-option-template": HTMLAnchorElement;
  "recent-search-template": HTMLElement;
  "copy-code-template": HTMLButtonElement;
  "emoji-button-template": HTMLButtonElement;
  "emoji-group-template": HTMLElement;
  "emoji-picker-template": HTMLElement;
  "file-template": HTMLAnchorElement;
  "film-template": HTMLElement;
  "forward-template": HTMLDialogElement;
  "report-template": HTMLDialogElement;
  "forwarded-template": HTMLElement;
  "history-template": HTMLDialogElement;
  "jump-option-template": HTMLAnchorElement;
  "jump-template": HTMLDialogElement;
  "lock-template": SVGElement;
  "later-dialog-template": HTMLDialogElement;
  "later-item-template": HTMLButtonElement;
  "later-template": HTMLElement;
  "message-template": HTMLElement;
  "note-template": HTMLElement;
  "offer-template": HTMLElement;
  "parcel-template": HTMLLIElement;
  "person-entry": HTMLLIElement;
  "picture-template": HTMLAnchorElement;
  "poll-template": HTMLFormElement;
  "preview-template": HTMLElement;
  "reaction-template": HTMLButtonElement;
  "room-entry": HTMLLIElement;
  "shortcut-group-template": HTMLElement;
  "shortcut-template": HTMLElement;
  "shortcuts-template": HTMLDialogElement;
  "sound-template": HTMLElement;
  "tip-template": HTMLElement;
  "tools-template": HTMLElement;
  "version-template": HTMLLIElement;
  "viewer-template": HTMLDialogElement;
}
