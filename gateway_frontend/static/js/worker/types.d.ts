/** The parts of a service worker's global scope that ours uses; `lib.webworker` contradicts `lib.dom`. */

/** What the server says of itself in `/service-worker.js`. */
interface WorkerVersion {
  version: string;
  /** Addresses of what every page needs. */
  shell: string[];
  /** Address of the page for those that were not opened before. */
  offline: string;
}

interface LastingEvent extends Event {
  waitUntil(done: Promise<unknown>): void;
}

interface FetchEvent extends LastingEvent {
  readonly request: Request;
  readonly preloadResponse: Promise<Response | undefined>;
  respondWith(response: Promise<Response>): void;
}

interface PushReceived extends LastingEvent {
  readonly data: {
    // biome-ignore lint/suspicious/noExplicitAny: its shape depends on the type
    json(): any;
  } | null;
}

interface NotificationClicked extends LastingEvent {
  readonly notification: Notification;
}

/** An open page of this origin. */
interface WindowOfClient {
  readonly url: string;
  readonly focused: boolean;
  focus(): Promise<unknown>;
  postMessage(message: unknown): void;
}

interface WorkerClients {
  claim(): Promise<void>;
  matchAll(wanted: { type: "window" }): Promise<WindowOfClient[]>;
  openWindow(url: string): Promise<unknown>;
}

interface WorkerScope {
  readonly clients: WorkerClients;
  readonly location: URL;
  readonly registration: ServiceWorkerRegistration;
  skipWaiting(): Promise<void>;
  addEventListener(type: "push", listener: (event: PushReceived) => void): void;
  addEventListener(type: "notificationclick", listener: (event: NotificationClicked) => void): void;
  addEventListener(type: "install" | "activate", listener: (event: LastingEvent) => void): void;
  addEventListener(type: "fetch", listener: (event: FetchEvent) => void): void;
}
